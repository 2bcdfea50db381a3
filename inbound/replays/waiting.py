"""waiting_of: what the events that a replay has made wait for, and whether the job stands still until they end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.jobs.models import AT_WORK, Job
from inbound.models import InboundEvent, QueuedEvent
from inbound.replays.job import progress_of, room_of


@dataclass(frozen=True, slots=True)
class WaitingEvents:
    """Of the events that the job made last.

    outstanding: how many have not ended; retried: how many of them wait for another try, the first of them at next_at;
    codes: why, with how many, the most frequent first; parked: how many wait behind an earlier event. ended: how many
    have ended of those that the job is judged by. is_judged: whether they were enough to tell how it goes. is_still:
    whether the job starts no more of them for now.
    """

    outstanding: int
    retried: int
    next_at: datetime | None
    codes: Sequence[tuple[str, int]]
    parked: int
    ended: int
    is_judged: bool
    is_still: bool


def waiting_of(job: Job) -> WaitingEvents:
    """Four queries, whatever the number."""
    progress = progress_of(job)
    events = InboundEvent.objects.filter(organization_id=job.organization_id, pk__in=progress.outstanding)
    queued = QueuedEvent.objects.filter(sequence__in=list(events.values_list("sequence", flat=True)))
    rows = list(queued.values_list("next_attempt_at", "parked", "retry"))
    retried = [(at, retry) for at, parked, retry in rows if at is not None and not parked]
    return WaitingEvents(
        outstanding=len(progress.outstanding),
        retried=len(retried),
        next_at=min((at for at, _ in retried), default=None),
        codes=Counter(filter(None, (_code(retry) for _, retry in retried))).most_common(),
        parked=sum(1 for _, parked, _ in rows if parked),
        ended=progress.health.ended,
        is_judged=progress.health.is_judged,
        is_still=job.state in AT_WORK and room_of(progress) <= 0,
    )


def _code(retry: Mapping[str, Any] | None) -> str:  # Any: JSON
    return str((retry or {}).get("code") or "")
