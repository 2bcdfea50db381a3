"""readings: deliveries under way, messages to be polled, dead letters and open circuits, and what waits longest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Min, OuterRef, QuerySet, Subquery

from hub.accounts.models import Organization
from hub.observing.readings import MOST_COUNTED, Reading, age_s
from integrations.models import Integration
from outbound.models import Delivery, Endpoint, MessageState, QueuedMessage
from outbound.models.deliveries import UNFINISHED


def readings(at: datetime) -> Iterator[Reading]:
    """Eight queries, each bounded or answered from an index with one probe per organization or integration."""
    yield from _deliveries(at)
    messages = QueuedMessage.objects.filter(state=MessageState.QUEUED)
    yield Reading("hub_queue_rows", _bounded(messages), {"queue": "poll"})
    oldest = _oldest_message()
    yield Reading("hub_queue_oldest_age_seconds", age_s(oldest, at), {"queue": "poll"})
    yield Reading("hub_dead_letters", _bounded(QueuedMessage.objects.filter(state=MessageState.DEAD)))
    yield Reading("hub_circuits_open", Endpoint.objects.filter(circuit=Endpoint.Circuit.OPEN).count())


def _deliveries(at: datetime) -> Iterator[Reading]:
    total = 0
    for state in UNFINISHED:
        number = _bounded(Delivery.objects.filter(state=state))
        total += number
        yield Reading("hub_deliveries", number, {"state": state.value})
    yield Reading("hub_queue_rows", min(total, MOST_COUNTED), {"queue": "outbound"})
    yield Reading("hub_queue_oldest_age_seconds", age_s(_oldest_delivery(), at), {"queue": "outbound"})


def _bounded(rows: QuerySet[Delivery] | QuerySet[QueuedMessage]) -> int:
    return rows.order_by()[:MOST_COUNTED].count()


def _oldest_delivery() -> datetime | None:
    under_way = Delivery.objects.filter(organization_id=OuterRef("pk"), state__in=UNFINISHED)
    first = Subquery(under_way.order_by("created_at", "id").values("created_at")[:1])
    moment: datetime | None = Organization.objects.aggregate(oldest=Min(first))["oldest"]
    return moment


def _oldest_message() -> datetime | None:
    queued = QueuedMessage.objects.filter(integration_id=OuterRef("pk"), state=MessageState.QUEUED)
    first = Subquery(queued.order_by("position", "id").values("enqueued_at")[:1])
    moment: datetime | None = Integration.objects.aggregate(oldest=Min(first))["oldest"]
    return moment
