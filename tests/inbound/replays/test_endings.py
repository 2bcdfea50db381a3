"""A job tells how the events that it made have ended, and runs those again that failed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.jobs.kinds import Health
from hub.jobs.models import Job, JobResult
from hub.jobs.running import work as work_on_jobs
from inbound.models import InboundEvent, InboundOutcome, QueuedEvent
from inbound.replays import job as replay_job
from tests.builders import NOW
from tests.cast import OPERATOR
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp
from tests.inbound.replays.conftest import ask, finish, made, selection, synced

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client_of: Callable[..., Client]) -> Client:
    """Somebody who may replay."""
    return client_of(OPERATOR)


@pytest.fixture
def job(erp: Erp) -> Job:
    """A replay of two events that succeed and of one that fails; not begun yet."""
    return ask(erp, selection(*synced(erp, 2), erp.sync({"NAME": {}}).event_id))


def endings(client: Client, job: Job) -> list[tuple[str, int, list[tuple[str, int]]]]:
    told = client.get(f"/app/jobs/{job.pk}").context["endings"]
    return [(one.status, one.count, [*one.codes]) for one in told]


def test_what_has_not_ended_is_still_waiting_and_the_page_looks_again(job: Job, operator: Client) -> None:
    work_on_jobs()
    assert endings(operator, job) == [("waiting", 3, [])]
    assert 'hx-trigger="every 5s"' in operator.get(f"/app/jobs/{job.pk}").content.decode()


def test_how_the_new_events_ended_is_counted_with_the_codes_of_failures(job: Job, operator: Client) -> None:
    finish()
    assert endings(operator, job) == [("success", 2, []), ("error", 1, [("MISSING_UNIQUE_IDENTIFIERS", 1)])]
    text = operator.get(f"/app/jobs/{job.pk}").content.decode()
    assert "New events: 2 Success, 1 Error" in text
    assert "every 5s" not in text


def test_a_replay_that_made_nothing_tells_of_no_endings(erp: Erp, operator: Client) -> None:
    assert endings(operator, ask(erp, selection(*synced(erp, 1)))) == []


@pytest.mark.parametrize(
    ("ended", "numbers"), [("success", [1, 2]), ("error", [3]), ("waiting", []), ("unheard", []), ("a\0", [1, 2, 3])]
)
def test_results_are_narrowed_to_how_they_ended(job: Job, operator: Client, ended: str, numbers: list[int]) -> None:
    finish()
    rows = operator.get(f"/app/jobs/{job.pk}", {"ended": ended}).context["rows"]
    assert [row.number for row in rows] == numbers


def test_new_events_that_are_not_kept_any_more_are_not_waited_for(job: Job, operator: Client) -> None:
    finish()
    gone = list(JobResult.objects.filter(job_id=job.pk, number__lte=2).values_list("made_id", flat=True))
    InboundOutcome.objects.filter(pk__in=gone).delete()
    InboundEvent.objects.filter(pk__in=gone).delete()
    assert endings(operator, job)[1:] == [("gone", 2, [])]
    page = operator.get(f"/app/jobs/{job.pk}", {"ended": "gone"})
    assert [(row.number, row.made.url, row.made.status) for row in page.context["rows"]] == [
        (1, "", "gone"),
        (2, "", "gone"),
    ]
    assert "every 5s" not in page.content.decode()


def test_the_file_says_why_a_new_event_failed(job: Job, operator: Client) -> None:
    finish()
    answer = operator.get(f"/app/jobs/{job.pk}/results.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [line.split(",")[-2:] for line in lines[2:]] == [["success", ""], ["error", "MISSING_UNIQUE_IDENTIFIERS"]]


def test_failures_are_offered_to_run_again_only_where_there_are_some(erp: Erp, job: Job, operator: Client) -> None:
    finish()
    assert "job-again" in operator.get(f"/app/jobs/{job.pk}").content.decode()
    good = ask(erp, selection(*synced(erp, 1)), repeats=True)
    finish()
    assert len(made(good)) == 1
    assert "job-again" not in operator.get(f"/app/jobs/{good.pk}").content.decode()


# What the heading says


def standing(client: Client, job: Job) -> tuple[str, str]:
    told = client.get(f"/app/jobs/{job.pk}").context["standing"]
    return told.look, told.state


def test_a_job_is_done_and_green_only_while_nothing_it_made_has_failed(job: Job, operator: Client) -> None:
    work_on_jobs()
    assert standing(operator, job) == ("success", "Done")
    finish()
    assert standing(operator, job) == ("error", "Done, 1 failed")


def test_who_comes_second_reads_that_nothing_ran_and_why(erp: Erp, operator: Client) -> None:
    ids = synced(erp, 2)
    first, second = (ask(erp, selection(*ids)) for _ in range(2))
    finish()
    assert standing(operator, first) == ("success", "Done")
    assert standing(operator, second) == ("skipped", "Nothing ran")
    text = operator.get(f"/app/jobs/{second.pk}").content.decode()
    assert "Nothing ran: all of them had been run again already" in text
    assert "Nothing ran" in operator.get("/app/jobs").content.decode()


def test_why_events_were_left_out_is_said_in_words(erp: Erp, operator: Client) -> None:
    ids = synced(erp, 2)
    second = [ask(erp, selection(*ids)) for _ in range(2)][1]
    work_on_jobs()
    work_on_jobs()
    told = operator.get(f"/app/jobs/{second.pk}")
    assert [(str(why), count) for why, _, count in told.context["reasons"]] == [("A replay of them is on its way", 2)]
    text = told.content.decode()
    assert ">REPLAY_UNDER_WAY<" not in text
    assert "has not ended yet</span>" in text


# The list says the same


def listed(client: Client) -> list[tuple[str, str]]:
    return [(row.standing.look, row.standing.state) for row in client.get("/app/jobs").context["rows"]]


def test_the_list_judges_a_job_by_the_events_it_made_as_its_page_does(job: Job, operator: Client) -> None:
    finish()
    assert listed(operator) == [standing(operator, job)] == [("error", "Done, 1 failed")]


def test_a_list_of_many_jobs_costs_as_much_as_one_of_one(
    erp: Erp, operator: Client, django_assert_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    ids = synced(erp, 4)
    ask(erp, selection(ids[0]))
    finish()
    operator.get("/app/jobs")  # what is remembered of the session is read once
    with CaptureQueriesContext(connection) as one:
        operator.get("/app/jobs")
    for event_id in ids[1:]:
        ask(erp, selection(event_id))
    finish()
    with django_assert_num_queries(len(one)):
        operator.get("/app/jobs")


# Why a job stands still


def waits(client: Client, job: Job) -> list[str]:
    return list(client.get(f"/app/jobs/{job.pk}").context["waits"])


def have_wait() -> None:
    """Let the events in the queue have failed once."""
    QueuedEvent.objects.update(
        next_attempt_at=NOW + timedelta(minutes=5), attempts=1, retry={"code": "RELATION_TARGET_NOT_FOUND"}
    )


def test_a_job_that_waits_for_its_first_events_says_so_and_when_they_are_tried_again(
    job: Job, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_job, "LOOKED_AT_FIRST", 2)
    work_on_jobs()
    have_wait()
    still, retried = waits(operator, job)
    assert "The job stands still" in still
    assert "0 have ended" in still
    assert retried == (
        "2 new events wait for another try, the next at 15 Jan 2026 09:05:00 CET (RELATION_TARGET_NOT_FOUND: 2)."
    )
    assert retried in operator.get(f"/app/jobs/{job.pk}").content.decode()


def test_a_job_with_too_many_events_on_their_way_says_so(
    job: Job, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_job, "MOST_OUTSTANDING", 2)
    monkeypatch.setattr(Health, "is_judged", True)
    work_on_jobs()
    assert waits(operator, job)[0].startswith("The job starts no more for now: 2 new events have not ended")


def test_a_job_that_is_done_still_tells_when_its_events_are_tried_again(job: Job, operator: Client) -> None:
    work_on_jobs()
    have_wait()
    [retried] = waits(operator, job)
    assert retried.startswith("3 new events wait for another try")


def test_events_behind_an_earlier_one_are_told(job: Job, operator: Client) -> None:
    work_on_jobs()
    QueuedEvent.objects.update(parked=True)
    assert waits(operator, job) == ["3 new events wait behind earlier ones of the same records."]


def test_a_job_whose_events_have_ended_waits_for_nothing(job: Job, operator: Client) -> None:
    finish()
    assert waits(operator, job) == []


def test_a_job_that_no_worker_comes_to_says_so(job: Job, operator: Client, clock: FixedClock) -> None:
    assert waits(operator, job) == []
    clock.move(minutes=2)
    [missed] = waits(operator, job)
    assert missed.startswith("No worker has come to this job since")
