"""Stored events, newest first, by keyset; the state of each comes from its queue row or its outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet

from hub import database
from hub.errors import HubError
from inbound.bodies import read_bodies
from inbound.models import EventStatus, InboundEvent, InboundOutcome, QueuedEvent, SequenceCounter
from monitoring.codes import ALIASES
from monitoring.issues.query import with_merged
from monitoring.models import MonitoringEvent

LIST_PATIENCE_S = 5
"""How long a page waits for a list before it offers a shorter window."""
CANCELED = "57014"
"""PostgreSQL's state of a statement that ran into its time limit."""

Position = tuple[datetime, UUID]
"""Where a row stands: received_at, id."""


class TooSlow(HubError):
    """The list was given up; nothing is lost, a shorter window usually answers at once."""

    code = "QUERY_TIMEOUT"
    status = 503

    def __init__(self) -> None:
        super().__init__(f"The list took longer than {LIST_PATIENCE_S} s.")


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a list is narrowed to; empty fields narrow nothing.

    before is the last row of the page before, after the first row of the page that follows; never both.
    """

    integration_id: UUID | None = None
    use_case_id: UUID | None = None
    integration_ids: frozenset[UUID] = frozenset()
    use_case_ids: frozenset[UUID] = frozenset()
    event_id: UUID | None = None
    event_ids: frozenset[UUID] = frozenset()
    event_type: str = ""
    event_types: frozenset[str] = frozenset()
    correlation_id: str = ""
    replay_of: UUID | None = None
    name: str = ""
    """event_name, object_type or slug the event was routed by."""
    statuses: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    """Codes the event ended with; the names of the identifier guide count for the hub's own."""
    issue_id: UUID | None = None
    """Events that have failed with this issue, or one merged into it, whatever became of them since."""
    payload: str = ""
    """``path = value``: for those who read payloads (inbound/payload_search). Whoever asks the database has to take it
    out, since the database cannot answer it."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""
    up_to: int | None = None
    """The last sequence that counts: unlike a moment it does not depend on anybody's clock."""
    before: Position | None = None
    after: Position | None = None


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

    @property
    def code(self) -> str:
        """What it ended with, or what the last attempt of a waiting one failed with; empty when there is nothing."""
        if self.outcome is not None:
            return self.outcome.code
        return str((self.waiting.retry or {}).get("code", "")) if self.waiting else ""


WAITING = frozenset({EventStatus.RECEIVED, EventStatus.RETRYING})


def list_events(*, organization_id: int, wanted: EventFilter, limit: int) -> list[EventRow]:
    """At most limit events in (received_at, id) order, newest first, with three queries whatever the size.

    With wanted.after they are the limit events right above that row, still newest first.
    """
    events = events_of(organization_id=organization_id, wanted=wanted, limit=limit)
    return with_states(events)


def events_of(*, organization_id: int, wanted: EventFilter, limit: int) -> list[InboundEvent]:
    """The same without where they stand; one query."""
    events = list(_ordered(_events(organization_id, wanted), wanted)[:limit])
    if wanted.after:
        events.reverse()
    return events


def walk_events(*, organization_id: int, wanted: EventFilter, limit: int) -> list[InboundEvent]:
    """At most limit events, the oldest first; with wanted.after those right above that row."""
    return list(_events(organization_id, wanted).order_by("received_at", "pk")[:limit])


def newest_sequence() -> int:
    """The last sequence that was given out."""
    if connection.vendor == "postgresql":
        [(sequence,)] = database.rows("SELECT last_value FROM inbound_event_sequence", ())
        return int(sequence)
    return SequenceCounter.objects.filter(name="event").values_list("value", flat=True).first() or 0


def count_events(*, organization_id: int, wanted: EventFilter, most: int) -> int:
    """How many events there are, counted no further than most."""
    return _events(organization_id, wanted).values("pk")[:most].count()


def find_event(*, organization_id: int, event_id: UUID) -> EventRow | None:
    """One event of the organization, or None."""
    return next(
        iter(list_events(organization_id=organization_id, wanted=EventFilter(event_id=event_id), limit=1)), None
    )


def spans_of(*, organization_id: int, event_id: UUID, most: int) -> list[MonitoringEvent]:
    """At most that many spans of the event, in the order they were written."""
    spans = MonitoringEvent.objects.filter(organization_id=organization_id, event_id=event_id)
    return list(spans.order_by("pk")[:most])


def bodies_of(events: Sequence[InboundEvent]) -> dict[UUID, bytes]:
    """Payload bytes by event id; one that retention has removed is missing."""
    return read_bodies([event.pk for event in events])


@contextmanager
def patience(seconds: float | None = None) -> Iterator[None]:
    """Bounds every statement inside on PostgreSQL, to LIST_PATIENCE_S where nothing else is said. What was written
    inside is undone when one runs into it, which raises TooSlow. May stand within another, whose bound is back then."""
    if connection.vendor != "postgresql":
        yield
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            [before] = cursor.fetchone()
            milliseconds = max(int((LIST_PATIENCE_S if seconds is None else seconds) * 1000), 1)
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{milliseconds}ms"])
            yield
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == CANCELED:
            raise TooSlow from error
        raise


def _events(organization_id: int, wanted: EventFilter) -> QuerySet[InboundEvent]:
    if wanted.payload:
        raise ValueError("Payloads have to be read: nothing wider than what was asked for may pass for an answer.")
    events = InboundEvent.objects.filter(organization_id=organization_id)
    exact = {
        "integration_id": wanted.integration_id,
        "use_case_id": wanted.use_case_id,
        "integration_id__in": wanted.integration_ids,
        "use_case_id__in": wanted.use_case_ids,
        "pk": wanted.event_id,
        "pk__in": wanted.event_ids,
        "event_type": wanted.event_type,
        "event_type__in": wanted.event_types,
        "correlation_id": wanted.correlation_id,
        "replay_of": wanted.replay_of,
        "received_at__gte": wanted.since,
        "received_at__lt": wanted.until,
        "sequence__lte": wanted.up_to,
    }
    events = events.filter(**{field: value for field, value in exact.items() if value})
    if wanted.name:
        events = events.filter(Q(event_name=wanted.name) | Q(use_case_slug=wanted.name))
    return _in_state(_beside(events, wanted), organization_id, wanted)


def _beside(events: QuerySet[InboundEvent], wanted: EventFilter) -> QuerySet[InboundEvent]:
    if wanted.before:
        moment, event_id = wanted.before
        return events.filter(Q(received_at__lt=moment) | Q(received_at=moment, pk__lt=event_id))
    if wanted.after:
        moment, event_id = wanted.after
        return events.filter(Q(received_at__gt=moment) | Q(received_at=moment, pk__gt=event_id))
    return events


def _ordered(events: QuerySet[InboundEvent], wanted: EventFilter) -> QuerySet[InboundEvent]:
    return events.order_by("received_at", "pk") if wanted.after else events.order_by("-received_at", "-pk")


def _in_state(events: QuerySet[InboundEvent], organization_id: int, wanted: EventFilter) -> QuerySet[InboundEvent]:
    """Outcome and queue are probed from their own small indexes, never by reading every event."""
    if wanted.issue_id:
        issue_ids = with_merged(organization_id, wanted.issue_id)
        spans = MonitoringEvent.objects.filter(organization_id=organization_id, issue_id__in=issue_ids)
        events = events.filter(pk__in=spans.values("event_id"))
    if not (wanted.codes or wanted.statuses):
        return events
    outcomes = InboundOutcome.objects.filter(organization_id=organization_id)
    if wanted.statuses:
        outcomes = outcomes.filter(status__in=wanted.statuses - WAITING)
    if wanted.codes:  # only what has ended has one, so that what waits need not be asked for
        codes = wanted.codes | {ALIASES[code] for code in wanted.codes if code in ALIASES}
        return events.filter(pk__in=outcomes.filter(code__in=codes).values("event_id"))
    found = Q(pk__in=outcomes.values("event_id"))
    if wanted.statuses & WAITING:
        found |= Q(pk__in=_waiting(wanted.statuses).values("event_id"))
    return events.filter(found)


def _waiting(statuses: frozenset[str]) -> QuerySet[QueuedEvent]:
    if statuses >= WAITING:
        return QueuedEvent.objects.all()
    fresh = EventStatus.RECEIVED in statuses
    return QueuedEvent.objects.filter(attempts=0) if fresh else QueuedEvent.objects.filter(attempts__gt=0)


def with_states(events: Sequence[InboundEvent]) -> list[EventRow]:
    """The events with where each stands; two queries."""
    keys = [event.pk for event in events]
    outcomes = {outcome.pk: outcome for outcome in InboundOutcome.objects.filter(pk__in=keys)}
    missing = [event.sequence for event in events if event.pk not in outcomes]
    waiting = {row.pk: row for row in QueuedEvent.objects.filter(pk__in=missing)}
    return [EventRow(event, outcomes.get(event.pk), waiting.get(event.sequence)) for event in events]
