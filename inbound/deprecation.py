"""A call of an outdated intake version leaves one span per request (api.md 11.5)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hub.accounts.principals import Principal
from hub.ids import find_id
from inbound.events import EVENT_PREFIX
from inbound.intake import Answer
from inbound.models import InboundEvent
from monitoring.codes import get_code
from monitoring.record import Span, record


def record_outdated_call(principal: Principal, answer: Answer, *, version: int, at: datetime) -> None:
    """One DEPRECATED_ENDPOINT span on the integration of the request; none for a request without events."""
    first = find_id(EVENT_PREFIX, answer.results[0].event_id) if answer.results else None
    event = InboundEvent.objects.filter(organization_id=principal.organization_id, pk=first).first() if first else None
    if event is not None:
        record([_span(principal, event, event.integration_id, version, at)])


def _span(principal: Principal, event: InboundEvent, integration_id: UUID, version: int, at: datetime) -> Span:
    code = get_code("DEPRECATED_ENDPOINT")
    return Span(
        organization_id=principal.organization_id,
        integration_id=integration_id,
        sync_type="api_deprecation",
        level=code.level,
        code=code.name,
        message=f"/v{version}/erp/updates/events is outdated. {code.advice}",
        event_id=event.pk,
        correlation_id=event.correlation_id,
        object_type=event.event_name or event.use_case_slug,
        received_at=at,
        completed_at=at,
        detail={"version": version, "token_id": principal.token_id or ""},
    )
