"""overview_of, stream_of: how the streams of an organization are doing, for the page of the poll queue."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import DateTimeField, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery

from hub.accounts.models import Organization
from integrations.models import Integration, UseCase, UseCaseType
from monitoring.models import MonitoringEvent
from outbound.models import MessageState, QueuedMessage, Stream
from outbound.queue.policies import poll_mapping
from outbound.queue.status import COUNTED

BLOCKED: Final = "MSG_HEAD_BLOCKED"


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are; where there are more than were counted, at least how many."""

    number: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Blocked:
    """The message that halts a stream. since: when it began to, as far as monitoring still knows."""

    message: QueuedMessage
    since: datetime | None


@dataclass(frozen=True, slots=True)
class StreamView:
    """One integration's stream. leased_until: None where no batch is in flight. use_cases: those that are polled.

    waiting leaves out what is in flight, and oldest_at is of the former. uncounted: messages whose last lease is not
    among their attempts yet, which a lease joins once the next poll finds that it has lapsed.
    """

    integration: Integration
    use_cases: Sequence[str]
    waiting: Count
    oldest_at: datetime | None
    dead: Count
    last_poll_at: datetime | None
    last_ack_at: datetime | None
    leased_until: datetime | None
    leased_ids: Sequence[UUID]
    uncounted: Collection[UUID]
    blocked: Blocked | None

    @property
    def queued(self) -> Count:
        """What waits and what is in flight."""
        return Count(self.waiting.number + len(self.leased_ids), self.waiting.is_exact)


def overview_of(organization: Organization, at: datetime) -> list[StreamView]:
    """Every integration that is polled, was, or still has messages; five queries, however many there are. Those that
    need somebody stand first."""
    polled = _polled(organization)
    streams = {row.pk: row for row in Stream.objects.of(organization)}
    wanted = Q(pk__in={*polled, *streams}) | Exists(QueuedMessage.objects.filter(integration_id=OuterRef("pk")))
    found = _views(organization, Integration.objects.of(organization).filter(wanted), polled, streams, at)
    return sorted(found, key=lambda one: (one.blocked is None, not one.dead.number, one.oldest_at is None))


def stream_of(organization: Organization, integration: Integration, at: datetime) -> StreamView:
    """The same of one integration."""
    streams = {row.pk: row for row in Stream.objects.of(organization).filter(pk=integration.pk)}
    rows = Integration.objects.of(organization).filter(pk=integration.pk)
    [found] = _views(organization, rows, _polled(organization), streams, at)
    return found


def _polled(organization: Organization) -> Mapping[UUID, list[str]]:
    """Integration → the names of its use cases that are polled."""
    found: dict[UUID, list[str]] = {}
    rows = UseCase.objects.of(organization).filter(type=UseCaseType.OUTBOUND).order_by("created_at", "id")
    for integration_id, name, configuration in rows.values_list("integration_id", "name", "configuration"):
        if poll_mapping(configuration):
            found.setdefault(integration_id, []).append(name)
    return found


class _CountOf(Subquery):
    """How many rows a subquery has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


class _OldestOf(Subquery):
    """The earliest of the moments that a subquery has."""

    template = "(SELECT MIN(enqueued_at) FROM (%(subquery)s) AS counted)"
    output_field = DateTimeField()


def _views(
    organization: Organization,
    integrations: QuerySet[Integration],
    polled: Mapping[UUID, list[str]],
    streams: Mapping[UUID, Stream],
    at: datetime,
) -> list[StreamView]:
    messages = QueuedMessage.objects.filter(integration_id=OuterRef("pk"), expires_at__gt=at)
    in_flight = [leased for one in streams.values() if one.is_leased(at) for leased in one.leased_ids()]
    queued = messages.filter(state=MessageState.QUEUED).exclude(pk__in=in_flight)
    waiting = queued.order_by("position", "id").values("enqueued_at")
    dead = messages.filter(state=MessageState.DEAD).order_by("dead_lettered_at", "id").values("enqueued_at")
    counted = integrations.annotate(
        waiting=_CountOf(waiting[: COUNTED + 1]),
        oldest_at=_OldestOf(waiting[: COUNTED + 1]),
        dead=_CountOf(dead[: COUNTED + 1]),
    )
    blocked = _blocked(organization, [one.blocked_id for one in streams.values() if one.blocked_id], at)
    return [
        _view(row, polled.get(row.pk, ()), streams.get(row.pk) or Stream(integration_id=row.pk), blocked, at)
        for row in counted.order_by("created_at", "id")
    ]


def _view(
    row: Integration, use_cases: Sequence[str], stream: Stream, blocked: Mapping[UUID, Blocked], at: datetime
) -> StreamView:
    is_leased = stream.is_leased(at) and stream.blocked_id is None
    return StreamView(
        integration=row,
        use_cases=use_cases,
        waiting=_count(row.waiting),  # type: ignore[attr-defined]  # annotated
        oldest_at=row.oldest_at,  # type: ignore[attr-defined]  # annotated
        dead=_count(row.dead),  # type: ignore[attr-defined]  # annotated
        last_poll_at=stream.last_poll_at,
        last_ack_at=stream.last_ack_at,
        leased_until=stream.leased_until if is_leased else None,
        leased_ids=stream.leased_ids() if is_leased else (),
        uncounted=frozenset(() if stream.blocked_id else stream.leased_ids()),
        blocked=blocked.get(stream.blocked_id) if stream.blocked_id else None,
    )


def _count(number: int) -> Count:
    return Count(min(number, COUNTED), number <= COUNTED)


def _blocked(organization: Organization, ids: Collection[UUID], at: datetime) -> Mapping[UUID, Blocked]:
    """Message → what it halts; one that has expired halts nothing any more."""
    if not ids:
        return {}
    rows = QueuedMessage.objects.of(organization).filter(pk__in=ids, state=MessageState.QUEUED, expires_at__gt=at)
    messages = list(rows.without_payload())
    spans = MonitoringEvent.objects.of(organization).filter(
        code=BLOCKED, event_id__in=[one.event_id for one in messages]
    )
    since = dict(spans.order_by("completed_at").values_list("event_id", "completed_at"))
    return {one.pk: Blocked(one, since.get(one.event_id)) for one in messages}
