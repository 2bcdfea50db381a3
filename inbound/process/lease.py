"""Holding a lane: claim, renew with the slice's marks, release, abandon (engine rules 1.2, 1.4, 1.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from hub import health, processes
from inbound.lane_changes import bring_stragglers, is_changing
from inbound.models import Lane, QueuedEvent

LEASE = timedelta(seconds=10)
"""How long a lane stays with a worker that says nothing; renewed before every slice."""

WHOLE, TENTH, ALONE = range(3)
"""Unclean ends after which a slice is whole, a tenth, one event."""
TRIES_ALONE = 3
"""Unclean ends of an event alone after which it ends as WORKER_CRASHED."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A lane held by this worker until leased_until; token fences every transaction."""

    lane_id: int
    token: UUID
    organization_id: int
    integration_id: UUID
    tries: int
    suspect_until: int | None
    is_borrowed: bool = False
    """True when the organization had its share of the workers before: the turn is short."""
    is_changing: bool = False
    """True while events may arrive in a lane that their use case has left: every slice looks for them."""

    def slice_size(self, *, largest: int, after: int) -> int:
        """How many events the next slice may hold; fewer while what crashed a worker may still lie ahead."""
        if self.suspect_until is None or after >= self.suspect_until or self.tries == WHOLE:
            return largest
        return max(1, largest // 10) if self.tries == TENTH else 1

    def has_crashed_alone(self, sequence: int) -> bool:
        """True when the event with this sequence was the one that ended the worker, three times by itself."""
        return self.suspect_until == sequence and self.tries >= ALONE + TRIES_ALONE


class LeaseLost(Exception):
    """Another worker holds the lane now: drop the slice, commit nothing."""


def _due(at: datetime) -> QuerySet[Lane]:
    mine = QueuedEvent.objects.filter(lane_id=OuterRef("pk"), parked=False)
    has_fresh = Exists(mine.filter(next_attempt_at__isnull=True))
    has_retries = Exists(mine.filter(next_attempt_at__isnull=False, next_attempt_at__lte=at))
    return Lane.objects.filter(_is_free()).filter(has_fresh | has_retries)


def _is_free() -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lt=Now())


def claim(*, holder: str, at: datetime) -> Lease | None:
    """The lease of the due lane that was served longest ago, or None when no lane is due.

    An organization has a right to half of the workers, and at least one. Lanes of one that holds as many come last, so
    they are served by workers that would idle otherwise, and such a lease is a borrowed one. SKIP LOCKED chooses among
    lanes only, never among the events of one (engine rule 1.2).
    """
    if not _due(at).exists():  # an idle worker asks often, and on SQLite a transaction keeps the others from writing
        return None
    with transaction.atomic():
        lane = _first_due(at, share=max(1, health.count_workers(at) // 2))
        return _take(lane, holder) if lane else None


def _first_due(at: datetime, share: int) -> Lane | None:
    held = Lane.objects.filter(organization_id=OuterRef("organization_id"), leased_until__gte=Now())
    busy = held.order_by().values("organization_id").annotate(leases=Count("pk")).filter(leases__gte=share)
    lanes = (
        _due(at)
        .annotate(is_borrowed=Case(When(Exists(busy), then=True), default=Value(False), output_field=BooleanField()))
        .order_by("is_borrowed", F("served_at").asc(nulls_first=True), "pk")
    )
    if connection.vendor == "postgresql":
        lanes = lanes.select_for_update(skip_locked=True, no_key=True, of=("self",))
    first: Lane | None = lanes.first()
    return first


def _take(lane: Lane, holder: str) -> Lease:
    token = uuid4()
    is_unclean = lane.slice_first is not None
    tries = lane.slice_tries + 1 if is_unclean else lane.slice_tries
    suspect_until = lane.slice_last if is_unclean else lane.suspect_until
    Lane.objects.filter(pk=lane.pk).update(
        lease_token=token,
        lease_holder=holder,
        leased_until=_until(),
        served_at=Now(),
        slice_first=None,
        slice_last=None,
        slice_tries=tries,
        suspect_until=suspect_until,
    )
    return Lease(
        lane_id=lane.pk,
        token=token,
        organization_id=lane.organization_id,
        integration_id=lane.integration_id,
        tries=tries,
        suspect_until=suspect_until,
        is_borrowed=lane.is_borrowed,  # type: ignore[attr-defined]  # annotated by _first_due
        is_changing=is_changing(lane.integration_id),
    )


def _until() -> CombinedExpression:
    return Now() + LEASE


def begin_slice(lease: Lease, *, first: int, last: int) -> None:
    """Renew the lease and mark the slice, committed before anything of it is applied. Raises LeaseLost."""
    changed = _mine(lease).update(leased_until=_until(), slice_first=first, slice_last=last)
    if changed != 1 or (lease.is_changing and bring_stragglers(lease.lane_id)):
        raise LeaseLost


def renew(lease: Lease) -> None:
    """Keep a lane whose slice takes longer than usual. Raises LeaseLost."""
    if _mine(lease).update(leased_until=_until()) != 1:
        raise LeaseLost


def release(lease: Lease) -> None:
    """Give the lane back at a clean end; does nothing when it is somebody else's by now."""
    _mine(lease).update(lease_token=None, leased_until=None, lease_holder="", slice_first=None, slice_last=None)


def abandon(lease: Lease) -> None:
    """Give the lane back after a failure that nobody foresaw: the marks stay, so it counts as a crash."""
    _mine(lease).update(lease_token=None, leased_until=None, lease_holder="")


def free_ended() -> int:
    """End the leases of workers of this machine that were killed. The marks stay, so that crashes are counted."""
    holders = set(Lane.objects.exclude(lease_holder="").values_list("lease_holder", flat=True))
    ended = [holder for holder in holders if processes.has_ended(holder)]
    if not ended:
        return 0
    return Lane.objects.filter(lease_holder__in=ended).update(leased_until=None, lease_token=None, lease_holder="")


def _mine(lease: Lease) -> QuerySet[Lane]:
    return Lane.objects.filter(pk=lease.lane_id, lease_token=lease.token)
