"""Resending all deliveries that a filter finds: what it would do, then the act."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.web.access import no_permission, page
from hub.web.forms import sent
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number
from hub.web.templatetags.statuses import status_look
from hub.web.templatetags.ui import display_zone
from inbound.query import TooSlow, patience
from outbound.bulk_resending import MOST_COUNTED, MOST_MATCHING, preview_of, resend_matching
from outbound.delivery_list import Status
from outbound.resending import Resending
from outbound.ui.chips import chips_of
from outbound.ui.delivery_list import may_resend
from outbound.ui.filters import Asked, asked_of
from outbound.ui.names import names_of
from outbound.ui.resending import ResendForm


@page(Capability.WEBHOOK_VIEW)
@require_http_methods(["GET", "POST"])
def bulk_resend(request: HubRequest) -> HttpResponse:
    """How many would go out, and why others not; a POST with a reason does it.

    The window of the address is fixed when the question is asked, so that nothing newer slips in.
    """
    if not may_resend(request):
        return no_permission(request, Capability.SEND)
    asked = asked_of(request.GET, clock.now(), display_zone())
    if asked.window.name:
        return redirect(request.path + asked.zoomed(asked.window.since, asked.window.until))
    form = ResendForm(sent(request), initial={"is_anew": "anew" in request.GET})
    if form.is_valid():
        _act(request, asked, form)
        return redirect(reverse("outbound:deliveries") + asked.address(("status",), window="24h"))
    return _question(request, asked, form)


def _act(request: HubRequest, asked: Asked, form: ResendForm) -> None:
    given = form.cleaned_data
    order = Resending(actor_of(request.principal, request), given["reason"], is_anew=given["is_anew"])
    done = resend_matching(organization=request.organization, wanted=asked.wanted(), order=order, at=clock.now())
    text = ngettext("%(count)s delivery goes out again.", "%(count)s deliveries go out again.", done.count)
    say = messages.success if done.count else messages.warning
    say(request, text % {"count": number(done.count)})
    for failure in done.failures:
        messages.warning(request, _("Some were left out: %(why)s") % {"why": failure})


def _question(request: HubRequest, asked: Asked, form: ResendForm) -> HttpResponse:
    is_anew = bool(form["is_anew"].value())
    context = {
        "form": form,
        "chips": chips_of(asked, names_of(request.organization), display_zone()),
        "back": reverse("outbound:deliveries") + asked.address(),
        "most": MOST_MATCHING,
        "most_counted": MOST_COUNTED,
    }
    try:
        with patience():
            preview = preview_of(organization=request.organization, wanted=asked.wanted(), is_anew=is_anew)
    except TooSlow as error:
        return render(request, "outbound/resend_matching.html", context | {"failure": error}, status=error.status)
    context |= {
        "preview": preview,
        "by_status": _words(preview.by_status),
        "others": _words(preview.others),
        "is_narrowed": not asked.of("status"),
    }
    return render(request, "outbound/resend_matching.html", context, status=422 if form.is_bound else 200)


def _words(counts: Mapping[Status, int]) -> str:
    """Each status with its number, as the list names it."""
    return ", ".join(f"{status_look(one).label}: {number(count)}" for one, count in counts.items())
