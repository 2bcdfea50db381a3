"""The list of apps, with what their components are mapped to and how calling them has gone."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.web.access import may, page
from hub.web.requests import HubRequest
from outbound.models import DeliveryState
from outbound.registered_apps.operations import MOST_APPS
from outbound.registered_apps.overview import SeenApp, overview
from outbound.registered_apps.queries import mapped_apps
from outbound.signing_keys import find_public_key
from outbound.ui.apps.words import type_words


@dataclass(frozen=True, slots=True)
class AppRow:
    """One app of the list. status, words: of a badge; token: whether its calls carry one."""

    seen: SeenApp
    status: str
    words: str
    components: str
    token: str


@page(Capability.READ)
@require_safe
def app_list(request: HubRequest) -> HttpResponse:
    """Every app, oldest first."""
    rows = [row_of(seen) for seen in overview(request.organization, mapped_apps(request.organization))]
    context = {
        "rows": rows,
        "may_register": may(request, Capability.WRITE),
        "is_full": len(rows) >= MOST_APPS,
        "most": MOST_APPS,
        "has_key": find_public_key(request.organization.pk) is not None,
    }
    return render(request, "outbound/apps/list.html", context)


def row_of(seen: SeenApp) -> AppRow:
    """How it stands, most telling word first."""
    status, words = standing_of(seen)
    kinds = dict.fromkeys(type_words(one.component.type) for one in seen.components)
    return AppRow(seen, status, words, ", ".join(kinds), _("for ten minutes") if seen.sends_token else _("none"))


def standing_of(seen: SeenApp) -> tuple[str, str]:
    """A status and its words."""
    if seen.is_failing:
        return "failing", _("Failing")
    if not any(one.is_action for one in seen.components):
        return "inactive", _("Not called")
    if seen.last is None:
        return "waiting", _("Never called")
    if seen.last.state == DeliveryState.FAILED:
        return "warning", _("Last call failed")
    return "success", _("Active")
