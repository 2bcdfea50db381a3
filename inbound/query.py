"""Stored events, newest first, by keyset; the state of each comes from its queue row or its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from inbound.models import EventStatus, InboundBody, InboundEvent, InboundOutcome, QueuedEvent


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a list is narrowed to; empty fields narrow nothing. before is the last row of the page before."""

    integration_id: UUID | None = None
    use_case_id: UUID | None = None
    event_id: UUID | None = None
    event_type: str = ""
    correlation_id: str = ""
    name: str = ""
    """event_name, object_type or slug the event was routed by."""
    statuses: frozenset[str] = frozenset()
    code: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[datetime, UUID] | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event with where it stands. outcome is None while it waits; waiting is None once it has ended."""

    event: InboundEvent
    outcome: InboundOutcome | None
    waiting: QueuedEvent | None

    @property
    def status(self) -> str:
        """One of EventStatus."""
        if self.outcome is not None:
            return self.outcome.status
        return EventStatus.RETRYING if self.waiting and self.waiting.attempts else EventStatus.RECEIVED


WAITING = frozenset({EventStatus.RECEIVED, EventStatus.RETRYING})


def list_events(*, organization_id: int, wanted: EventFilter, limit: int) -> list[EventRow]:
    """At most limit events in (received_at, id) order, newest first, with three queries whatever the size."""
    events = list(_events(organization_id, wanted)[:limit])
    return _with_states(events)


def find_event(*, organization_id: int, event_id: UUID) -> EventRow | None:
    """One event of the organization, or None."""
    return next(
        iter(list_events(organization_id=organization_id, wanted=EventFilter(event_id=event_id), limit=1)), None
    )


def bodies_of(events: Sequence[InboundEvent]) -> dict[UUID, bytes]:
    """Payload bytes by event id; one that retention has removed is missing."""
    rows = InboundBody.objects.filter(pk__in=[event.pk for event in events]).values_list("event_id", "body")
    return {event_id: bytes(body) for event_id, body in rows}


def _events(organization_id: int, wanted: EventFilter) -> QuerySet[InboundEvent]:
    events = InboundEvent.objects.filter(organization_id=organization_id)
    exact = {
        "integration_id": wanted.integration_id,
        "use_case_id": wanted.use_case_id,
        "pk": wanted.event_id,
        "event_type": wanted.event_type,
        "correlation_id": wanted.correlation_id,
    }
    events = events.filter(**{field: value for field, value in exact.items() if value})
    if wanted.name:
        events = events.filter(Q(event_name=wanted.name) | Q(use_case_slug=wanted.name))
    if wanted.since:
        events = events.filter(received_at__gte=wanted.since)
    if wanted.until:
        events = events.filter(received_at__lte=wanted.until)
    if wanted.before:
        moment, event_id = wanted.before
        events = events.filter(Q(received_at__lt=moment) | Q(received_at=moment, pk__lt=event_id))
    return _in_state(events, wanted).order_by("-received_at", "-pk")


def _in_state(events: QuerySet[InboundEvent], wanted: EventFilter) -> QuerySet[InboundEvent]:
    """Outcome and queue are probed from their own small indexes, never by reading every event."""
    if wanted.code:
        ended = InboundOutcome.objects.filter(code=wanted.code)
        events = events.filter(pk__in=ended.values("event_id"))
    if not wanted.statuses:
        return events
    found = Q(pk__in=InboundOutcome.objects.filter(status__in=wanted.statuses - WAITING).values("event_id"))
    if wanted.statuses & WAITING:
        found |= Q(pk__in=_waiting(wanted.statuses).values("event_id"))
    return events.filter(found)


def _waiting(statuses: frozenset[str]) -> QuerySet[QueuedEvent]:
    if statuses >= WAITING:
        return QueuedEvent.objects.all()
    fresh = EventStatus.RECEIVED in statuses
    return QueuedEvent.objects.filter(attempts=0) if fresh else QueuedEvent.objects.filter(attempts__gt=0)


def _with_states(events: Sequence[InboundEvent]) -> list[EventRow]:
    keys = [event.pk for event in events]
    outcomes = {outcome.pk: outcome for outcome in InboundOutcome.objects.filter(pk__in=keys)}
    missing = [event.sequence for event in events if event.pk not in outcomes]
    waiting = {row.pk: row for row in QueuedEvent.objects.filter(pk__in=missing)}
    return [EventRow(event, outcomes.get(event.pk), waiting.get(event.sequence)) for event in events]
