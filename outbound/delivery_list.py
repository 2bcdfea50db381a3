"""Deliveries as people look for them: by what they call their status, by keyset, with their acknowledgements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from hub.accounts.models import Organization
from hub.jobs.kinds import FAILED
from hub.jobs.models import JobResult
from outbound.deliveries import Hold, holds_of
from outbound.models import Acknowledgement, Delivery, DeliveryAttempt, DeliveryState
from outbound.models.deliveries import UNFINISHED

Position = tuple[datetime, UUID]
"""Where a row stands: created_at, id."""


class Status(StrEnum):
    """What people call where a delivery stands; the acknowledgement of its event is part of it."""

    WAITING = "waiting"
    HELD = "held"
    DELIVERED = "delivered"
    """The receiver has it; nobody acknowledges it, or not yet."""
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    """The receiver has it; the time to acknowledge it has passed, or it was refused."""
    FAILED = "failed"
    SKIPPED = "skipped"


_ENDED: Final = {DeliveryState.FAILED: Status.FAILED, DeliveryState.SKIPPED: Status.SKIPPED}
_ACK_STATE: Final = Acknowledgement.State
_BY_ACKNOWLEDGEMENT: Final = {
    _ACK_STATE.ACKNOWLEDGED: Status.ACKNOWLEDGED,
    _ACK_STATE.TIMED_OUT: Status.UNACKNOWLEDGED,
    _ACK_STATE.FAILED: Status.UNACKNOWLEDGED,
}
_HAS_CODE: Final = Q(state__in=UNFINISHED) | Q(state__in=tuple(_ENDED))
"""What arrived has no code; said in these words, the query reads the small indexes of the others alone."""
MISSED: Final = (_ACK_STATE.TIMED_OUT, _ACK_STATE.FAILED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty fields narrow nothing.

    before is the last row of the page before, after the first row of the page that follows; never both.
    """

    statuses: frozenset[str] = frozenset()
    webhook_ids: frozenset[str] = frozenset()
    integration_ids: frozenset[UUID] = frozenset()
    use_case_ids: frozenset[UUID] = frozenset()
    event_names: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    correlation_id: str = ""
    core_event_id: UUID | None = None
    delivery_id: UUID | None = None
    failures_of: UUID | None = None
    """A job of resends: what it could not send again, and what it did and has failed."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""
    before: Position | None = None
    after: Position | None = None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A line of the list. took_ms: of the last attempt; hold: why its webhook takes nothing now, None where it does."""

    delivery: Delivery
    acknowledgement: Acknowledgement | None
    took_ms: int | None
    hold: Hold | None

    @property
    def is_held(self) -> bool:
        """Whether its webhook takes nothing now."""
        return self.hold is not None

    @property
    def is_out(self) -> bool:
        """Whether it is being sent at this moment."""
        return self.delivery.state == DeliveryState.SENDING

    @property
    def status(self) -> Status:
        """One word for all of it."""
        return status_of(self.delivery, self.acknowledgement, is_held=self.is_held)


def status_of(delivery: Delivery, acknowledgement: Acknowledgement | None, *, is_held: bool) -> Status:
    """is_held: whether its webhook takes nothing now, which holds back everything but tests."""
    state = DeliveryState(delivery.state)
    if state in UNFINISHED:
        is_waiting = state is DeliveryState.WAITING and not delivery.is_test
        return Status.HELD if is_held and is_waiting else Status.WAITING
    if state in _ENDED:
        return _ENDED[state]
    known = _ACK_STATE(acknowledgement.state) if acknowledgement else _ACK_STATE.PENDING
    return _BY_ACKNOWLEDGEMENT.get(known, Status.DELIVERED)


def list_deliveries(*, organization: Organization, wanted: Wanted, limit: int) -> list[DeliveryRow]:
    """At most limit deliveries in (created_at, id) order, newest first; five queries whatever the size.

    With wanted.after they are the limit deliveries right above that row, still newest first.
    """
    holds = holds_of(organization)
    rows = _beside(matching(organization, wanted, frozenset(holds)), wanted)
    order = ("created_at", "id") if wanted.after else ("-created_at", "-id")
    found = list(rows.order_by(*order)[:limit])
    if wanted.after:
        found.reverse()
    return _with_facts(organization, found, holds)


def count_deliveries(*, organization: Organization, wanted: Wanted, most: int, held: frozenset[str]) -> int:
    """How many there are, counted no further than most. held: as held_webhooks answers it."""
    return _beside(matching(organization, wanted, held), wanted).order_by().values("pk")[:most].count()


def matching(organization: Organization, wanted: Wanted, held: frozenset[str]) -> QuerySet[Delivery]:
    """Without an order. held: as held_webhooks answers it."""
    rows = Delivery.objects.of(organization)
    exact = {
        "webhook_id__in": wanted.webhook_ids,
        "integration_id__in": wanted.integration_ids,
        "use_case_id__in": wanted.use_case_ids,
        "event_name__in": wanted.event_names,
        "code__in": wanted.codes,
        "correlation_id": wanted.correlation_id,
        "core_event_id": wanted.core_event_id,
        "id": wanted.delivery_id,
        "created_at__gte": wanted.since,
        "created_at__lt": wanted.until,
    }
    rows = rows.filter(**{field: value for field, value in exact.items() if value})
    if wanted.codes:
        rows = rows.filter(_HAS_CODE)
    if wanted.failures_of:
        rows = rows.filter(_failures_of(wanted.failures_of))
    if not wanted.statuses:
        return rows
    meanings = [meaning_of(Status(status), organization, held) for status in sorted(wanted.statuses)]
    return rows.filter(reduce(or_, meanings))


def _failures_of(job_id: UUID) -> Q:
    results = JobResult.objects.filter(job_id=job_id)
    made = results.filter(made_id__isnull=False).values("made_id")
    return Q(state=DeliveryState.FAILED, id__in=made) | Q(id__in=results.filter(outcome=FAILED).values("subject_id"))


def meaning_of(status: Status, organization: Organization, held: frozenset[str] = frozenset()) -> Q:
    """The rows that people call so. held: as held_webhooks answers it; only for what is not out yet."""
    is_held = Q(state=DeliveryState.WAITING, webhook_id__in=held, is_test=False)
    succeeded = Q(state=DeliveryState.SUCCEEDED)
    meanings: Mapping[Status, Q] = {
        Status.WAITING: Q(state__in=UNFINISHED) & ~is_held if held else Q(state__in=UNFINISHED),
        Status.HELD: is_held,
        Status.DELIVERED: succeeded & (Q(ack_id=None) | ~_tracked(organization, _ACK_STATE.ACKNOWLEDGED, *MISSED)),
        Status.ACKNOWLEDGED: succeeded & _tracked(organization, _ACK_STATE.ACKNOWLEDGED),
        Status.UNACKNOWLEDGED: succeeded & _tracked(organization, *MISSED),
        Status.FAILED: Q(state=DeliveryState.FAILED),
        Status.SKIPPED: Q(state=DeliveryState.SKIPPED),
    }
    return meanings[status]


def _tracked(organization: Organization, *states: str) -> Q:
    """Those whose acknowledgement is in one of the states."""
    rows = Acknowledgement.objects.of(organization).filter(pk=OuterRef("ack_id"), state__in=states)
    return Q(Exists(rows))


def _beside(rows: QuerySet[Delivery], wanted: Wanted) -> QuerySet[Delivery]:
    if wanted.before:
        moment, delivery_id = wanted.before
        return rows.filter(Q(created_at__lt=moment) | Q(created_at=moment, id__lt=delivery_id))
    if wanted.after:
        moment, delivery_id = wanted.after
        return rows.filter(Q(created_at__gt=moment) | Q(created_at=moment, id__gt=delivery_id))
    return rows


def _with_facts(organization: Organization, found: Sequence[Delivery], holds: Mapping[str, Hold]) -> list[DeliveryRow]:
    acknowledgements = acknowledgements_of(organization, found)
    attempts = DeliveryAttempt.objects.of(organization).filter(delivery_id__in=[one.id for one in found])
    took = dict(attempts.order_by("number", "at").values_list("delivery_id", "duration_ms"))
    return [
        DeliveryRow(
            delivery=one,
            acknowledgement=acknowledgements.get(one.ack_id) if one.ack_id else None,
            took_ms=took.get(one.id),
            hold=holds.get(one.webhook_id),
        )
        for one in found
    ]


def acknowledgements_of(organization: Organization, found: Sequence[Delivery]) -> dict[UUID, Acknowledgement]:
    """By their ids, for those deliveries whose event somebody has to acknowledge; one query."""
    ids = {one.ack_id for one in found if one.ack_id}
    return {row.pk: row for row in Acknowledgement.objects.of(organization).filter(pk__in=ids)} if ids else {}
