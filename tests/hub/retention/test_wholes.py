"""What has very many parts goes with them, and never more of them at once than a batch holds."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from hub.ids import first_id_at
from hub.jobs.models import Job, JobResult, JobState
from hub.retention import running
from hub.retention.kinds import Batch, get_kind
from tests.builders import NOW
from tests.cast import Stage

pytestmark = pytest.mark.django_db

OLD = NOW - timedelta(days=100)


def job(stage: Stage, number: int, *, results: int, is_finished: bool = True) -> UUID:
    pk = first_id_at(OLD + timedelta(seconds=number))
    Job.objects.create(
        id=pk,
        organization_id=stage.home.pk,
        kind="k",
        state=JobState.DONE if is_finished else JobState.PAUSED,
        request={},
        created_at=OLD,
        due_at=OLD,
        finished_at=OLD if is_finished else None,
    )
    JobResult.objects.bulk_create(JobResult(job_id=pk, number=one, outcome="done") for one in range(1, results + 1))
    return pk


def batch(after: UUID | None, most: int) -> Batch:
    return Batch(after, NOW - timedelta(days=90), most, lambda _: True, NOW, 90)


def left() -> tuple[int, int]:
    return Job.objects.count(), JobResult.objects.count()


def test_a_job_that_ended_goes_with_its_results(stage: Stage) -> None:
    job(stage, 1, results=3)
    running.apply()
    assert left() == (0, 0)


def test_one_that_has_not_ended_stays_whole(stage: Stage) -> None:
    job(stage, 1, results=3, is_finished=False)
    running.apply()
    assert left() == (1, 3)


def test_a_batch_takes_no_more_parts_than_it_may_and_the_next_goes_on(stage: Stage) -> None:
    first, second = job(stage, 1, results=2), job(stage, 2, results=4)
    walk = get_kind("jobs").walk
    done = walk(batch(None, 4))
    assert (done.examined, done.last, left()) == (4, first, (1, 2))
    done = walk(batch(done.last, 4))
    assert (done.last, left()) == (second, (0, 0))


def test_a_run_ends_with_everything_gone_however_many_parts_there_are(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        job(stage, number, results=5)
    monkeypatch.setattr(running, "ROWS_PER_TRANSACTION", 2)
    running.apply()
    assert left() == (0, 0)
