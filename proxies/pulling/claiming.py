"""claim: the run that is due longest, leased so that no other worker takes it on."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID, uuid4

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from hub import clock, database
from proxies.models import UNFINISHED_PULLS, Pull, PullKind, PullRun, PullState

LEASE: Final = timedelta(seconds=20)
"""Renewed while the run is read (heartbeat.py): a worker that dies is missed so soon, and its page read by another."""
MOST_OF_ONE: Final = 2
"""Runs of one organization at a time, in all workers, and as many on demand: who has many sources does not keep others
waiting."""
LOOKED_AT: Final = 20


def claim() -> PullRun | None:
    """A run that is now this worker's, counted as an attempt; None where none is due."""
    at = clock.now()
    for key in _due(at):
        lease = uuid4()
        if database.retrying(partial(_take, key, lease, at)):
            return PullRun.objects.filter(pk=key, lease=lease).first()
    return None


def _take(key: UUID, lease: UUID, at: datetime) -> int:
    chosen = PullRun.objects.filter(pk=key, state__in=UNFINISHED_PULLS, next_attempt_at__lte=at)
    return chosen.update(state=PullState.RUNNING, lease=lease, next_attempt_at=at + LEASE, attempts=F("attempts") + 1)


def is_any_due() -> bool:
    """Whether it pays to claim."""
    return _waiting(clock.now()).exists()


def _waiting(at: datetime) -> QuerySet[PullRun]:
    """Due, and not held by a pause."""
    paused = Pull.objects.filter(use_case_id=OuterRef("use_case_id"), paused_at__isnull=False)
    return PullRun.objects.filter(~Exists(paused), state__in=UNFINISHED_PULLS, next_attempt_at__lte=at)


def _due(at: datetime) -> list[UUID]:
    """Somebody waits for what a core event asks for, so that comes first and never behind long runs."""
    return [*_of_kind(Q(kind=PullKind.ON_DEMAND), at), *_of_kind(~Q(kind=PullKind.ON_DEMAND), at)]


def _of_kind(kind: Q, at: datetime) -> list[UUID]:
    """Due longest first, without those of organizations that have as many of the kind on their way as one may."""
    running = PullRun.objects.filter(kind, state=PullState.RUNNING, next_attempt_at__gt=at)
    counted = running.order_by().values("organization_id").annotate(runs=Count("pk"))
    busy = counted.filter(runs__gte=MOST_OF_ONE).values("organization_id")
    due = _waiting(at).filter(kind).exclude(organization_id__in=busy).order_by("next_attempt_at", "id")
    return list(due.values_list("pk", flat=True)[:LOOKED_AT])
