"""One app: its components, where they are mapped to, its last calls, how it checks who calls."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.accounts.models import ApiToken
from hub.web.access import may, page
from hub.web.forms import SCOPES
from hub.web.requests import HubRequest
from outbound.delivery_list import Wanted, list_deliveries
from outbound.models import AppToken, RegisteredApp
from outbound.registered_apps.overview import SeenApp, overview
from outbound.registered_apps.queries import get_mapped_app
from outbound.signing_keys import public_key_of
from outbound.ui.apps.listing import standing_of
from outbound.ui.apps.words import type_words
from outbound.ui.names import names_of
from outbound.ui.rows import rows_of

SHOWN_CALLS = 10

Context = dict[str, Any]  # Any: what a template shows


@page(Capability.READ)
@require_safe
def app_page(request: HubRequest, app_id: UUID) -> HttpResponse:
    """Everything about one app."""
    organization, at = request.organization, clock.now()
    [seen] = overview(organization, [get_mapped_app(organization=organization, app_id=app_id)])
    receivers = frozenset(one.receiver_id for one in seen.components if one.is_action)
    wanted = Wanted(webhook_ids=receivers)
    calls = list_deliveries(organization=organization, wanted=wanted, limit=SHOWN_CALLS) if receivers else []
    status, words = standing_of(seen)
    context: Context = {
        "app": seen.app,
        "components": [(one, type_words(one.component.type)) for one in seen.components],
        "status": status,
        "words": words,
        "facts": _facts(request, seen),
        "grants": [SCOPES.get(one["action"], one["action"]) for one in seen.app.grants],
        "sends_token": seen.sends_token,
        "calls": rows_of(calls, names_of(organization)),
        "calls_query": "&".join(f"webhook={one}" for one in sorted(receivers)),
        "public_key": public_key_of(organization, at),
        "public_key_url": f"{settings.HUB_BASE_URL}/v1/webhooks/.well-known/public-key?orgId={organization.pk}",
        "may_change": may(request, Capability.WRITE),
        "may_call": may(request, Capability.SEND),
    }
    return render(request, "outbound/apps/app.html", context)


def _facts(request: HubRequest, seen: SeenApp) -> list[Context]:
    app = seen.app
    listed: list[Context] = [
        {"label": _("App id"), "value": str(app.app_id), "mono": True, "copyable": True},
        {"label": _("Version"), "value": app.version, "mono": True} if app.version else {},
        {"label": _("Registered"), "at": app.created_at},
        {"label": _("Signed with"), "value": _("the key pair of the organization (v1a)")},
        {"label": _("Call token"), "value": _("counts for ten minutes") if seen.sends_token else _("none")},
        {"label": _("Tokens now"), "value": _living_tokens(request, app)} if seen.sends_token else {},
    ]
    return [fact for fact in listed if fact]


def _living_tokens(request: HubRequest, app: RegisteredApp) -> int:
    """Two queries."""
    given = AppToken.objects.of(request.organization).filter(app_id=app.app_id, expires_at__gt=clock.now())
    living = ApiToken.objects.of(request.organization).filter(revoked_at__isnull=True)
    return living.filter(pk__in=list(given.values_list("pk", flat=True))).count()
