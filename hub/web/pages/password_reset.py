"""A forgotten password: a link by mail, or, on a hub that sends none, whom to ask."""

from __future__ import annotations

from allauth.account import views
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def password_reset(request: HttpRequest) -> HttpResponse:
    """The library's page where a mail can be sent; elsewhere it would promise a link that never comes."""
    if not settings.HUB_SENDS_MAIL:
        return render(request, "account/password_reset_by_person.html")
    answer: HttpResponse = views.password_reset(request)
    return answer
