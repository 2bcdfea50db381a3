"""A job is done chunk by chunk: each once, in order, as long as nobody stops it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from hub.accounts.models import AuditEntry, Organization
from hub.errors import Conflict, NotFound
from hub.jobs import acts
from hub.jobs.claiming import LEASE, claim
from hub.jobs.models import AT_WORK, Job, JobResult, JobState
from hub.jobs.queries import reasons_of
from hub.jobs.running import RETRY_PAUSE, work
from hub.retention import running
from tests.cast import Stage
from tests.conftest import FixedClock
from tests.hub.jobs.conftest import asker_of, drain, start

pytestmark = pytest.mark.django_db


def numbers(job: Job) -> list[str]:
    return list(JobResult.objects.filter(job_id=job.pk).order_by("number").values_list("message", flat=True))


def test_a_job_comes_to_its_end_and_every_thing_has_one_result(organization: Organization) -> None:
    job = start(organization, to=5)
    assert drain() == 3
    job.refresh_from_db()
    assert (job.state, job.total, job.counts, job.done) == (JobState.DONE, 5, {"done": 5}, 5)
    assert numbers(job) == ["1", "2", "3", "4", "5"]


def test_a_job_is_in_the_audit_trail_with_its_reason(organization: Organization) -> None:
    job = start(organization)
    entry = AuditEntry.objects.get(action="job.started")
    assert (entry.object_id, entry.changes["reason"]) == (str(job.pk), "For a test")


def test_a_paused_job_does_nothing_more_until_it_is_resumed(organization: Organization) -> None:
    job = start(organization)
    work()
    acts.pause(asker_of(organization), job.pk)
    assert drain() == 0
    assert numbers(job) == ["1", "2"]
    acts.resume(asker_of(organization), job.pk)
    drain()
    assert numbers(job) == ["1", "2", "3", "4"]


def test_a_chunk_that_was_claimed_before_a_pause_does_nothing(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start(organization)
    claimed = claim()
    acts.pause(asker_of(organization), job.pk)
    monkeypatch.setattr("hub.jobs.running.claim", lambda: claimed)
    work()
    job.refresh_from_db()
    assert (job.state, numbers(job)) == (JobState.PAUSED, [])


def test_a_cancelled_job_keeps_what_it_has_done(organization: Organization) -> None:
    job = start(organization)
    work()
    acts.cancel(asker_of(organization), job.pk)
    drain()
    job.refresh_from_db()
    assert (job.state, numbers(job)) == (JobState.CANCELLED, ["1", "2"])


def test_a_job_that_has_ended_cannot_be_paused(organization: Organization) -> None:
    job = start(organization)
    drain()
    with pytest.raises(Conflict):
        acts.pause(asker_of(organization), job.pk)


def test_the_job_of_somebody_else_is_unknown(stage: Stage) -> None:
    job = start(stage.next_door)
    for act in (acts.pause, acts.resume, acts.cancel):
        with pytest.raises(NotFound):
            act(asker_of(stage.home), job.pk)


def test_a_job_whose_worker_died_goes_on_once_its_lease_is_over(organization: Organization, clock: FixedClock) -> None:
    job = start(organization)
    claim()
    assert work() == 0
    clock.move(LEASE)
    drain()
    assert numbers(job) == ["1", "2", "3", "4"]


def test_a_worker_that_lost_its_lease_writes_nothing(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start(organization)
    claimed = claim()
    Job.objects.filter(pk=job.pk).update(lease_token=uuid4())
    monkeypatch.setattr("hub.jobs.running.claim", lambda: claimed)
    work()
    assert numbers(job) == []


def test_a_job_stops_itself_when_too_much_fails(organization: Organization) -> None:
    job = start(organization, to=100, step=20, fails=True)
    drain()
    job.refresh_from_db()
    assert (job.state, job.code, job.done) == (JobState.STOPPED, "TOO_MANY_FAILURES", 20)
    assert job.message.startswith("20 of 20 failed")


def test_a_stopped_job_that_is_resumed_is_judged_anew(organization: Organization) -> None:
    job = start(organization, to=30, step=20, fails=True)
    drain()
    acts.resume(asker_of(organization), job.pk)
    drain()
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, 30)


def test_why_a_job_stopped_is_known_after_it_went_on_and_was_cancelled(organization: Organization) -> None:
    job = start(organization, to=100, step=20, fails=True)
    drain()
    acts.resume(asker_of(organization), job.pk)
    acts.cancel(asker_of(organization), job.pk)
    job.refresh_from_db()
    assert (job.state, job.code) == (JobState.CANCELLED, "TOO_MANY_FAILURES")
    assert job.message.startswith("20 of 20 failed")


def test_an_expected_failure_ends_the_job_with_its_sentence(organization: Organization) -> None:
    job = start(organization, raises="expected")
    drain()
    job.refresh_from_db()
    assert (job.state, job.code, job.message) == (JobState.FAILED, "NO_NUMBERS", "The numbers are gone.")


def test_what_nobody_foresaw_is_tried_three_times(organization: Organization, clock: FixedClock) -> None:
    job = start(organization, raises="unforeseen")
    for _ in range(2):
        work()
        assert Job.objects.get(pk=job.pk).is_unfinished
        clock.move(minutes=1)
    work()
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, "RuntimeError: boom")


def test_a_kind_that_can_do_nothing_for_now_is_asked_again_later(organization: Organization, clock: FixedClock) -> None:
    job = start(organization, pauses=True)
    assert drain() == 1
    assert numbers(job) == []
    clock.move(minutes=1)
    Job.objects.filter(pk=job.pk).update(cursor=2)
    drain()
    assert numbers(job) == ["3", "4"]


def test_organizations_take_turns(stage: Stage, clock: FixedClock) -> None:
    for _ in range(3):
        start(stage.home)
    start(stage.next_door)
    served = []
    while work():
        clock.move(seconds=1)
        served.append(
            Job.objects.exclude(served_at=None).order_by("-served_at").values_list("organization_id", flat=True)[0]
        )
    assert served[:4] in (
        [stage.home.pk, stage.next_door.pk, stage.home.pk, stage.next_door.pk],
        [stage.next_door.pk, stage.home.pk, stage.next_door.pk, stage.home.pk],
    )


def test_one_organization_has_only_so_many_jobs_on_their_way(organization: Organization) -> None:
    for _ in range(acts.MOST_UNFINISHED):
        start(organization)
    with pytest.raises(acts.TooManyJobs):
        start(organization)


def test_jobs_that_ended_long_ago_are_deleted_with_their_results(organization: Organization, clock: FixedClock) -> None:
    job, waiting = start(organization), start(organization)
    acts.pause(asker_of(organization), waiting.pk)
    drain()
    clock.move(days=900)
    running.apply()
    assert numbers(job) == []
    assert list(Job.objects.all()) == [waiting]


def test_a_chunk_that_kills_its_worker_is_not_begun_for_ever(organization: Organization, clock: FixedClock) -> None:
    job = start(organization)
    for _ in range(4):
        claim()
        clock.move(LEASE)
    job.refresh_from_db()
    assert (job.state, job.code, numbers(job)) == (JobState.FAILED, "WORKER_CRASHED", [])
    assert work() == 0


def test_a_worker_that_dies_now_and_then_ends_no_job(organization: Organization, clock: FixedClock) -> None:
    job = start(organization, to=8)
    for _ in range(4):
        claim()
        clock.move(LEASE)
        work()
    assert numbers(job) == ["1", "2", "3", "4", "5", "6", "7", "8"]


def test_a_database_that_is_away_for_a_while_is_no_try(organization: Organization, clock: FixedClock) -> None:
    job = start(organization, raises="away")
    for _ in range(5):
        assert work() == 1
        clock.move(RETRY_PAUSE)
    job.refresh_from_db()
    assert (job.state in AT_WORK, job.lease_token) == (True, None)


def test_why_things_were_left_out_is_counted_as_the_job_goes_on(organization: Organization) -> None:
    job = start(organization, to=6, codes=["EVEN", "ODD"])
    drain()
    job.refresh_from_db()
    assert reasons_of(job) == [("done", "EVEN", 3), ("done", "ODD", 3)]
