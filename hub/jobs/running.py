"""work: one chunk of one job; what it did, how far it came and what it says about it are one transaction."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction

from hub import background, clock, database
from hub.errors import HubError
from hub.jobs.claiming import MOST_TRIES, Claimed, claim
from hub.jobs.kinds import FAILED, SKIPPED, Chunk, Health, TryLater, kind_of
from hub.jobs.models import Job, JobResult, JobState
from hub.observing.context import telling

WORK: Final = "hub.jobs.running.work"
"""The worker stage itself, as it is rung."""
RETRY_PAUSE: Final = timedelta(seconds=5)
LATER_PAUSE: Final = timedelta(seconds=1)
TOO_MANY_FAILURES: Final = "TOO_MANY_FAILURES"

logger = logging.getLogger(__name__)


def work() -> int:
    """One of WORKER_STAGES: a chunk of the job that has waited longest; 0 when none was due."""
    claimed = claim()
    if claimed is None:
        return 0
    with telling(job_id=claimed.job_id):
        _serve(claimed)
    return 1


def _serve(claimed: Claimed) -> None:
    try:
        database.retrying(partial(_run_chunk, claimed))
    except TryLater:
        _put_back(claimed, LATER_PAUSE)
    except HubError as error:
        _fail(claimed, error.code, error.message)
    except Exception as error:
        if database.is_transient(error):
            _put_back(claimed, RETRY_PAUSE)
            return
        # Whatever it is, it concerns this job alone.
        logger.exception("A chunk of job %s met what nobody foresaw", claimed.job_id)
        _note_trouble(claimed, error)


@transaction.atomic
def _run_chunk(claimed: Claimed) -> None:
    """Nothing happens where the job is somebody else's by now, or is to go on no further."""
    job = _mine(claimed)
    if job is None:
        return
    kind, at = kind_of(job.kind), clock.now()
    if job.started_at is None:
        job.started_at, job.total = at, kind.prepare(job, at)
    chunk = kind.run_chunk(job, job.cursor, at)
    _keep_results(job, chunk)
    _move_on(job, chunk, at)
    job.save()
    background.after_commit(WORK)


def _mine(claimed: Claimed) -> Job | None:
    rows = Job.objects.select_for_update(no_key=True)
    return rows.filter(pk=claimed.job_id, lease_token=claimed.token, state=JobState.RUNNING).first()


def _keep_results(job: Job, chunk: Chunk) -> None:
    rows = [
        JobResult(
            job_id=job.pk,
            number=number,
            subject_id=one.subject_id,
            made_id=one.made_id,
            outcome=one.outcome,
            code=one.code,
            message=one.message[:2000],
        )
        for number, one in enumerate(chunk.results, start=job.next_number)
    ]
    JobResult.objects.bulk_create(rows)
    job.next_number += len(rows)
    job.counts = dict(Counter(job.counts) + Counter(one.outcome for one in chunk.results))
    job.codes = dict(Counter(job.codes) + Counter(f"{one.outcome} {one.code}" for one in chunk.results if one.code))


def _move_on(job: Job, chunk: Chunk, at: datetime) -> None:
    job.cursor, job.served_at, job.tries = chunk.cursor, at, 0
    job.lease_token = job.leased_until = None
    job.due_at = at + (chunk.pause or timedelta())
    health = chunk.health or _health(job)
    if chunk.is_done:
        job.state, job.finished_at = JobState.DONE, at
    elif health.is_bad:
        job.state, job.finished_at, job.code = JobState.STOPPED, at, TOO_MANY_FAILURES
        job.message = f"{health.failed} of {health.ended} failed; more than half is too much to go on by itself."


def _health(job: Job) -> Health:
    """By the results since somebody last let the job go on. What was skipped says nothing."""
    since = Counter(job.counts)
    since.subtract(job.judged_after)
    return Health(since[FAILED], since.total() - since[SKIPPED])


def _put_back(claimed: Claimed, pause: timedelta) -> None:
    _held(claimed, lease_token=None, leased_until=None, due_at=clock.now() + pause)


def _fail(claimed: Claimed, code: str, message: str) -> None:
    ended = {"state": JobState.FAILED, "finished_at": clock.now(), "code": code, "message": message[:2000]}
    _held(claimed, lease_token=None, leased_until=None, **ended)


def _note_trouble(claimed: Claimed, error: Exception) -> None:
    tries = Job.objects.filter(pk=claimed.job_id).values_list("tries", flat=True).first() or 0
    if tries + 1 >= MOST_TRIES:
        _fail(claimed, "UNKNOWN_ERROR", f"{type(error).__name__}: {error}")
        return
    _held(claimed, lease_token=None, leased_until=None, due_at=clock.now() + RETRY_PAUSE, tries=tries + 1)


def _held(claimed: Claimed, **changes: object) -> None:
    """Change the job, as long as it is this worker's; one that was paused meanwhile stays as it is."""
    rows = Job.objects.filter(pk=claimed.job_id, lease_token=claimed.token, state=JobState.RUNNING)
    database.retrying(partial(rows.update, **changes))
