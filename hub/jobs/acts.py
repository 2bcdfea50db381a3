"""What people do with a job: ask for it, pause it, let it go on, cancel it; each act is in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from hub import background
from hub.accounts.audit import Act, Actor, record
from hub.accounts.models import Organization
from hub.errors import Conflict, NotFound
from hub.ids import new_id
from hub.jobs.models import AT_WORK, UNFINISHED_JOBS, Job, JobState
from hub.jobs.running import WORK
from hub.json_types import JSONObject

CANCELLABLE: Final = (*UNFINISHED_JOBS, JobState.STOPPED)
MOST_UNFINISHED: Final = 20
"""Of one organization at a time: they are done one after the other anyway."""


class JobMoved(Conflict):
    """The job is no longer in a state that allows this."""

    code = "JOB_MOVED"


class TooManyJobs(Conflict):
    """Nobody could keep an eye on so many."""

    code = "TOO_MANY_JOBS"

    def __init__(self) -> None:
        super().__init__(f"{MOST_UNFINISHED} jobs are on their way. Wait for one to end, or cancel one.")


class NoSuchJob(NotFound):
    """Unknown, or another organization's."""

    code = "JOB_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such job.")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who acts, by what name, and why."""

    organization: Organization
    actor: Actor
    at: datetime
    name: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What for. told: what the audit trail says of it; repeats: the job whose failures it does again."""

    kind: str
    request: JSONObject
    told: JSONObject
    repeats: UUID | None = None


@transaction.atomic
def start(asker: Asker, asked: Asked) -> Job:
    """A job that begins at once. Raises TooManyJobs."""
    jobs = Job.objects.of(asker.organization)
    if jobs.filter(state__in=UNFINISHED_JOBS).count() >= MOST_UNFINISHED:
        raise TooManyJobs
    job = Job(
        id=new_id(),
        organization_id=asker.organization.pk,
        kind=asked.kind,
        request=asked.request,
        reason=asker.reason,
        actor_type=asker.actor.type,
        actor_id=asker.actor.id,
        actor_name=asker.name,
        created_at=asker.at,
        due_at=asker.at,
        repeats=asked.repeats,
    )
    job.save(force_insert=True)
    _note(asker, "started", job.pk, {"kind": asked.kind, "reason": asker.reason, **asked.told})
    background.after_commit(WORK)
    return job


@transaction.atomic
def pause(asker: Asker, job_id: UUID) -> None:
    """After the chunk that is under way nothing more is done. Raises NoSuchJob and JobMoved."""
    _move(asker, job_id, AT_WORK, state=JobState.PAUSED, lease_token=None, leased_until=None)
    _note(asker, "paused", job_id)


@transaction.atomic
def resume(asker: Asker, job_id: UUID) -> None:
    """Go on where it was paused or has stopped; what failed before is not judged again, and why it stopped stays
    told. Raises as pause does."""
    _move(
        asker,
        job_id,
        (JobState.PAUSED, JobState.STOPPED),
        state=JobState.WAITING,
        due_at=asker.at,
        finished_at=None,
        judged_from=F("next_number"),
        judged_after=F("counts"),
    )
    _note(asker, "resumed", job_id)
    background.after_commit(WORK)


@transaction.atomic
def cancel(asker: Asker, job_id: UUID) -> None:
    """What was done stays done, and nothing more is. Raises as pause does."""
    _move(
        asker, job_id, CANCELLABLE, state=JobState.CANCELLED, finished_at=asker.at, lease_token=None, leased_until=None
    )
    _note(asker, "cancelled", job_id)


def _move(asker: Asker, job_id: UUID, states: tuple[JobState, ...], **changes: object) -> None:
    jobs = Job.objects.of(asker.organization).filter(pk=job_id)
    if jobs.filter(state__in=states).update(**changes):
        return
    if not jobs.exists():
        raise NoSuchJob
    raise JobMoved("The job has moved on meanwhile; look where it stands now.")


def _note(asker: Asker, action: str, job_id: UUID, changes: JSONObject | None = None) -> None:
    act = Act(f"job.{action}", "job", str(job_id), changes or {})
    record(organization=asker.organization, actor=asker.actor, act=act, at=asker.at)
