"""tell: a trigger in the monitoring of every integration whose use cases deliver to the same webhook (api.md 14.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.ids import to_text
from integrations.models import UseCase, UseCaseType
from monitoring.codes import get_code
from monitoring.record import MESSAGE_CHARACTERS, Span, record
from outbound.actions.taking import Taken
from outbound.configuration import OutboundConfiguration, WebhookDelivery
from outbound.models import DELIVERY_PREFIX
from outbound.subscriptions import configuration_of

SYNC_TYPE: Final = "webhook"
EVENT_TYPE: Final = "TRIGGER"
UNTOLD: Final = frozenset({"FILTERED"})
"""Codes of deliveries that monitoring does not know: nothing was to be sent."""


def tell(*, organization: Organization, taken: Taken, entity_id: UUID, object_type: str, at: datetime) -> None:
    """One span for each use case; none where no integration has to do with the webhook. Two statements."""
    delivery = taken.delivery
    code = delivery.code or (taken.last.code if taken.last else "")
    if code in UNTOLD:
        return
    known = get_code(code)
    record(
        [
            Span(
                organization_id=organization.pk,
                integration_id=use_case.integration_id,
                sync_type=SYNC_TYPE,
                level=str(known.level),
                received_at=delivery.created_at,
                completed_at=delivery.finished_at or at,
                code=code,
                category=str(known.category),
                message=delivery.message[:MESSAGE_CHARACTERS],
                use_case_id=use_case.pk,
                use_case_version=use_case.version,
                event_id=delivery.id,
                event_type=EVENT_TYPE,
                object_type=object_type,
                correlation_id=delivery.correlation_id,
                duration_ms=taken.last.duration_ms if taken.last else None,
                entity_id=entity_id,
                detail={"delivery_id": to_text(DELIVERY_PREFIX, delivery.id), "webhook_id": delivery.webhook_id},
            )
            for use_case in _users_of(organization, delivery.webhook_id)
        ]
    )


def _users_of(organization: Organization, webhook_id: str) -> Iterator[UseCase]:
    use_cases = UseCase.objects.of(organization).filter(type=UseCaseType.OUTBOUND).order_by("pk")
    return (one for one in use_cases if _delivers_to(configuration_of(one), webhook_id))


def _delivers_to(configuration: OutboundConfiguration | None, webhook_id: str) -> bool:
    mappings = configuration.mappings if configuration else ()
    return any(isinstance(one.delivery, WebhookDelivery) and one.delivery.webhook_id == webhook_id for one in mappings)
