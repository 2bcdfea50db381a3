"""facts_of: what belongs to a delivery beside itself: acknowledgement, event, resends, monitoring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.events.models import CoreEvent
from monitoring.models import MonitoringEvent
from outbound.deliveries import DeliveryDetail, get_delivery, holds_of
from outbound.delivery_list import DeliveryRow
from outbound.models import Acknowledgement, Delivery, Webhook

MOST_SPANS: Final = 50
MOST_RESENDS: Final = 20


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """webhook, event, entity: None once they are gone. original: the delivery that this one sends again.

    spans: what monitoring knows of the event, oldest first.
    """

    detail: DeliveryDetail
    row: DeliveryRow
    webhook: Webhook | None
    event: CoreEvent | None
    entity: Entity | None
    original: Delivery | None
    resends: Sequence[Delivery]
    spans: Sequence[MonitoringEvent]


def facts_of(*, organization: Organization, delivery_id: UUID) -> DeliveryFacts:
    """Raises NotFound. At most twelve queries, whatever the number of attempts."""
    detail = get_delivery(organization=organization, delivery_id=delivery_id)
    delivery = detail.delivery
    deliveries = Delivery.objects.of(organization)
    tracked = Acknowledgement.objects.of(organization)
    last = detail.attempts[-1] if detail.attempts else None
    events = CoreEvent.objects.of(organization).defer("payload")
    event = events.filter(pk=delivery.core_event_id).first() if delivery.core_event_id else None
    entity_id = event.entity_id if event else None
    return DeliveryFacts(
        detail=detail,
        row=DeliveryRow(
            delivery=delivery,
            acknowledgement=tracked.filter(pk=delivery.ack_id).first() if delivery.ack_id else None,
            took_ms=last.duration_ms if last else None,
            hold=holds_of(organization).get(delivery.webhook_id),
        ),
        webhook=Webhook.objects.of(organization).filter(pk=delivery.webhook_id).first(),
        event=event,
        entity=Entity.objects.of(organization).filter(pk=entity_id).first() if entity_id else None,
        original=deliveries.filter(id=delivery.replayed_from).first() if delivery.replayed_from else None,
        resends=list(deliveries.filter(replayed_from=delivery.id).order_by("sequence")[:MOST_RESENDS]),
        spans=_spans(organization, delivery),
    )


def _spans(organization: Organization, delivery: Delivery) -> list[MonitoringEvent]:
    if delivery.core_event_id is None:
        return []
    spans = MonitoringEvent.objects.of(organization).filter(event_id=delivery.core_event_id)
    return list(spans.order_by("pk")[:MOST_SPANS])
