"""claim: the job that has waited longest, leased for one chunk; organizations take turns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from hub import clock, database
from hub.jobs.models import AT_WORK, Job, JobState

LEASE: Final = timedelta(seconds=10)
"""Renewed with every chunk. A worker that dies is missed so soon; one that is only slow keeps the row locked, so that
nobody does the same twice."""
MOST_TRIES: Final = 3
"""Of one chunk. A lease that nobody gave back is a try: a chunk that kills its worker is not begun for ever."""
DIED: Final = {
    "code": "WORKER_CRASHED",
    "message": f"The worker has died {MOST_TRIES} times in a row amid the same piece of work.",
}
LOOKED_AT: Final = 500
NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that is this worker's for one chunk."""

    job_id: UUID
    token: UUID
    kind: str


def claim() -> Claimed | None:
    """One job that is due, or None. Of one organization one job is at work at a time."""
    at = clock.now()
    for job_id, kind in _due(at):
        token = uuid4()
        if database.retrying(partial(_take, job_id, token, at)):
            return Claimed(job_id, token, kind)
    return None


@transaction.atomic
def _take(job_id: UUID, token: UUID, at: datetime) -> bool:
    """Whether the job was still free. A row that somebody holds is passed over, never waited for."""
    free = Job.objects.filter(_is_free(at), pk=job_id, state__in=AT_WORK, due_at__lte=at)
    job = free.select_for_update(no_key=True, skip_locked=True).only("tries", "lease_token").first()
    if job is None:
        return False
    tries = job.tries + (job.lease_token is not None)
    if tries >= MOST_TRIES:
        free.update(state=JobState.FAILED, finished_at=at, lease_token=None, leased_until=None, **DIED)
        return False
    return free.update(state=JobState.RUNNING, lease_token=token, leased_until=at + LEASE, tries=tries) == 1


def _is_free(at: datetime) -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lte=at)


def _due(at: datetime) -> list[tuple[UUID, str]]:
    """The jobs of those organizations that have none at work, the one that was served longest ago first."""
    fields = ("pk", "kind", "organization_id", "served_at", "leased_until")
    rows = list(
        Job.objects.filter(state__in=AT_WORK, due_at__lte=at).order_by("due_at", "pk").values_list(*fields)[:LOOKED_AT]
    )
    busy = {organization for *_, organization, _, leased in rows if leased is not None and leased > at}
    served: dict[int, datetime] = {}
    for _, _, organization, served_at, _ in rows:
        served[organization] = max(served.get(organization, NEVER), served_at or NEVER)
    free = [row for row in rows if row[2] not in busy]
    free.sort(key=lambda row: (served[row[2]], row[3] or NEVER, row[0]))
    return [(job_id, kind) for job_id, kind, *_ in free]
