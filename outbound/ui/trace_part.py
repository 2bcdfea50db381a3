"""steps_of_core_events: what left for the ERPs until they acknowledged it, as steps of a trace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from hub.accounts.models import Organization
from hub.events.models import CoreEvent
from hub.ids import to_text
from monitoring.models import MonitoringEvent
from monitoring.record import OUTBOUND
from monitoring.traces.parts import MOST_OF_A_KIND, Step, TracePart
from monitoring.traces.requests_part import STATUS_OF
from outbound.deliveries import holds_of
from outbound.delivery_list import Status, status_of
from outbound.models import DELIVERY_PREFIX, Acknowledgement, Delivery, MessageState, QueuedMessage
from outbound.queue.spans import MESSAGE_PREFIX
from outbound.ui.facts import find_url
from outbound.ui.rows import acknowledged_words

LOOKS: Final = {Status.ACKNOWLEDGED: "success", Status.UNACKNOWLEDGED: "success", Status.DELIVERED: "success"}
"""Whether an event was acknowledged is a step of its own."""
ACKNOWLEDGED: Final = {
    Acknowledgement.State.PENDING: "waiting",
    Acknowledgement.State.ACKNOWLEDGED: "success",
    Acknowledgement.State.TIMED_OUT: "warning",
    Acknowledgement.State.FAILED: "error",
}


@dataclass(slots=True)
class _Of:
    """What belongs to one core event, or to an order without one."""

    event: CoreEvent | None = None
    acknowledgement: Acknowledgement | None = None
    deliveries: list[Step] = field(default_factory=list)
    messages: list[Step] = field(default_factory=list)


def steps_of_core_events(*, organization: Organization, correlation_id: str, at: datetime) -> TracePart:
    """Six queries; the first MOST_OF_A_KIND of each kind where there are more."""
    events = CoreEvent.objects.of(organization).filter(correlation_id=correlation_id).defer("payload", "chain")
    deliveries = Delivery.objects.of(organization).filter(correlation_id=correlation_id)
    found = list(events.order_by("id")[: MOST_OF_A_KIND + 1])
    sent = list(deliveries.order_by("created_at", "id")[: MOST_OF_A_KIND + 1])
    kept = found[:MOST_OF_A_KIND]
    ids = {event.pk for event in kept} | {one.core_event_id for one in sent if one.core_event_id}
    by_event: dict[UUID | None, _Of] = defaultdict(_Of, {event.pk: _Of(event) for event in kept})
    for one in Acknowledgement.objects.of(organization).filter(core_event_id__in=ids):
        by_event[one.core_event_id].acknowledgement = one
    held = frozenset(holds_of(organization))
    for delivery in sent[:MOST_OF_A_KIND]:
        by_event[delivery.core_event_id].deliveries.append(_delivery(delivery, held))
    for event_id, step in (*_waiting(organization, ids), *_told(organization, correlation_id, ids)):
        by_event[event_id].messages.append(step)
    steps = [step for one in by_event.values() for step in _steps(one)]
    return TracePart(steps, is_cut=len(found) > len(kept) or len(sent) > MOST_OF_A_KIND)


def _steps(of: _Of) -> Iterable[Step]:
    children = (*of.deliveries, *of.messages, *_acknowledged(of.acknowledgement))
    if of.event is None:
        return children
    event = of.event
    return [
        Step(
            name=_("Core event"),
            status="error" if event.state == CoreEvent.State.MALFORMED else "success",
            began_at=event.occurred_at,
            ended_at=event.occurred_at,
            note=event.name,
            text=event.problem,
            url=find_url("web:past-core-event", event.name, to_text("", event.pk)),
            integration_id=next((child.integration_id for child in children if child.integration_id), None),
            children=children,
        )
    ]


def _delivery(delivery: Delivery, held: frozenset[str]) -> Step:
    status = status_of(delivery, None, is_held=delivery.webhook_id in held)
    return Step(
        name=_("Sent again") if delivery.replayed_from else _("Delivery"),
        status=LOOKS.get(status, str(status)),
        began_at=delivery.created_at,
        ended_at=delivery.finished_at,
        note=delivery.event_name,
        text=" ".join(filter(None, (str(delivery.status_code or ""), delivery.code))),
        url=reverse("outbound:delivery", args=[to_text(DELIVERY_PREFIX, delivery.id)]),
        integration_id=delivery.integration_id,
    )


def _acknowledged(one: Acknowledgement | None) -> Iterator[Step]:
    if one is None:
        return
    began_at = one.delivered_at or one.created_at
    ended_at = max(one.closed_at, began_at) if one.closed_at else None
    yield Step(
        name=_("Acknowledgement"),
        status=ACKNOWLEDGED[Acknowledgement.State(one.state)],
        began_at=began_at,
        ended_at=ended_at,
        text=one.message or acknowledged_words(one),
        due_at=one.due_at if ended_at is None else None,
    )


def _waiting(organization: Organization, event_ids: Collection[UUID]) -> Iterator[tuple[UUID, Step]]:
    messages = QueuedMessage.objects.of(organization).filter(event_id__in=event_ids).without_payload()
    for message in messages.order_by("enqueued_at", "id")[:MOST_OF_A_KIND]:
        is_dead = message.state == MessageState.DEAD
        step = Step(
            name=_("Dead letter") if is_dead else _("Waits to be fetched"),
            status="error" if is_dead else "waiting",
            began_at=message.enqueued_at,
            ended_at=message.dead_lettered_at if is_dead else None,
            note=message.event_name,
            text=message.dead_reason,
            url=reverse("outbound:queued-message", args=[message.integration_id, to_text(MESSAGE_PREFIX, message.pk)]),
            integration_id=message.integration_id,
        )
        yield message.event_id, step


def _told(
    organization: Organization, correlation_id: str, event_ids: Collection[UUID]
) -> Iterator[tuple[UUID | None, Step]]:
    """What became of messages that were fetched; spans of deliveries say nothing that these do not."""
    spans = MonitoringEvent.objects.of(organization).filter(correlation_id=correlation_id, sync_type=OUTBOUND)
    for span in spans.filter(detail__has_key="message_id").order_by("completed_at", "id")[:MOST_OF_A_KIND]:
        step = Step(
            name=_("Fetched from the queue"),
            status=STATUS_OF.get(span.level, "success"),
            began_at=span.completed_at - timedelta(milliseconds=span.duration_ms or 0),
            ended_at=span.completed_at,
            note=span.object_type,
            text=span.message,
            integration_id=span.integration_id,
        )
        yield span.event_id if span.event_id in event_ids else None, step
