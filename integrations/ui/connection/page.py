"""The connection of an integration: where its calls go, where its events come in, and the tokens that reach it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.accounts.models import ApiToken
from hub.web.access import page
from hub.web.requests import HubRequest
from integrations.models import IntegrationType, UseCaseType
from integrations.queries import get_integration, use_cases_of
from integrations.ui.connection.facts import calls_of
from integrations.ui.detail import frame_of
from integrations.ui.inlet import inlet_of
from integrations.ui.types import TYPES


@page(Capability.READ)
@require_safe
def connection(request: HubRequest, integration_id: UUID) -> HttpResponse:
    """A connector's calls come first, its inlet only where events come in; with an ERP it is the other way round."""
    integration = get_integration(organization=request.organization, integration_id=integration_id)
    use_cases = list(use_cases_of(integration))
    types = {one.type for one in use_cases}
    is_connector = integration.integration_type == IntegrationType.CONNECTOR
    tokens = ApiToken.objects.of(request.organization).filter(revoked_at__isnull=True).order_by("name", "pk")
    reaching = [token for token in tokens if not token.integration_ids or str(integration.pk) in token.integration_ids]
    context = frame_of(request, integration, tab="connection", use_cases=len(use_cases))
    names = [(_("Integration id"), str(integration.pk)), *((TYPES[one.type].label, one.slug) for one in use_cases)]
    facts = [{"label": label, "value": value, "mono": True, "copyable": True} for label, value in names]
    context |= {
        "tokens": reaching,
        "facts": facts,
        "is_connector": is_connector,
        "has_calls": is_connector or UseCaseType.MANAGED_CALL in types or bool(integration.connector_config),
        "takes_events": not is_connector or UseCaseType.INBOUND in types,
        **calls_of(request, integration.connector_config or {}),
        **inlet_of(integration, use_cases),
    }
    return render(request, "integrations/connection.html", context)
