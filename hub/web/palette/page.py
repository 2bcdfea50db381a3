"""The page of the palette: what is found for a text, alone or as the list of the dialog."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.web.access import page
from hub.web.palette.matches import read_groups
from hub.web.palette.places import places_of
from hub.web.requests import HubRequest, render_fragment


@page(Capability.READ)
@require_safe
def palette(request: HubRequest) -> HttpResponse:
    """Things first, then what can be done and where one can go; everything of the latter for no text."""
    text = request.GET.get("q", "").strip()
    things = read_groups(organization=request.organization, principal=request.principal, text=text)
    groups = [*things, *places_of(principal=request.principal, text=text)]
    context = {"text": text, "groups": groups, "count": sum(len(group.matches) for group in groups)}
    return render_fragment(request, "hub/palette.html", "hub/_palette_list.html", context)
