"""The first page, and the choice of the organization somebody works for."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.web.access import page
from hub.web.middleware import choose_organization
from hub.web.requests import HubRequest

SECTION = re.compile(r"/app/[a-z-]+")
FIRST_SECTION = "/app/integrations"


@require_safe
def first_page(request: HttpRequest) -> HttpResponse:
    """The list of integrations."""
    return redirect(FIRST_SECTION)


@page(Capability.READ)
@require_POST
def switch(request: HubRequest) -> HttpResponse:
    """Work for another organization from now on; leads to the section that was open, its objects stay behind."""
    own = Organization.objects.filter(memberships__user_id=request.user.pk)
    organization = own.filter(slug=request.POST.get("organization", "")).first()
    if organization is None:
        raise Http404("No such organization.")
    choose_organization(request, organization)
    section = SECTION.match(request.POST.get("next", ""))
    return redirect(section.group() if section else FIRST_SECTION)
