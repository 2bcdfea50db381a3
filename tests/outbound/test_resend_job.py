"""A job sends deliveries of a filter again: each once, in their order, as they were or anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from hub import clock as system_clock
from hub.accounts.audit import SYSTEM
from hub.accounts.models import Organization
from hub.ids import to_text
from hub.jobs import acts
from hub.jobs.acts import Asker
from hub.jobs.models import Job, JobResult, JobState
from hub.jobs.running import work
from outbound import resend_job
from outbound.delivery_list import Wanted
from outbound.models import Delivery, DeliveryState
from outbound.resend_job import start_resend
from outbound.ui import bulk_resending
from tests.cast import Stage
from tests.outbound.builders import make_delivery
from tests.outbound.delivery_pages import operator
from tests.outbound.test_pages_resending_matching import fixed

__all__ = ["operator"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resend_job, "CHUNK", 2)


def start(organization: Organization, *, is_anew: bool = False) -> Job:
    asker = Asker(organization, SYSTEM, system_clock.now(), reason="The ERP was down")
    return start_resend(asker, Wanted(statuses=frozenset({"failed"})), is_anew=is_anew)


def drain() -> None:
    while work():
        pass


def results(job: Job) -> list[str]:
    return list(JobResult.objects.filter(job_id=job.pk).order_by("number").values_list("outcome", flat=True))


def test_all_that_failed_go_out_again_the_oldest_first(organization: Organization) -> None:
    originals = [make_delivery(organization=organization) for _ in range(5)]
    job = start(organization)
    drain()
    made = Delivery.objects.filter(reason="The ERP was down").order_by("sequence")
    assert [one.replayed_from for one in made] == [one.id for one in originals]
    assert [one.message_id for one in made] == [one.message_id for one in originals]
    assert (Job.objects.get().state, results(job)) == (JobState.DONE, ["done"] * 5)


def test_two_jobs_for_the_same_deliveries_send_each_once(organization: Organization) -> None:
    for _ in range(3):
        make_delivery(organization=organization)
    jobs = [start(organization), start(organization)]
    drain()
    assert sum(results(job).count("done") for job in jobs) == 3
    assert Delivery.objects.filter(replayed_from__isnull=False).count() == 3


def test_what_another_job_has_sent_is_left_out_with_its_reason(organization: Organization) -> None:
    for _ in range(3):
        make_delivery(organization=organization)
    jobs = [start(organization), start(organization)]
    drain()
    for job in jobs:
        job.refresh_from_db()
        assert (job.done, job.total) == (3, 3)
    left_out = JobResult.objects.filter(outcome="skipped")
    assert {one.code for one in left_out} == {"ALREADY_SENT_AGAIN"}
    assert {one.message for one in left_out} == {
        f"{to_text('dlv_', new.id)} was made of it already" for new in Delivery.objects.exclude(replayed_from=None)
    }


def test_what_another_job_makes_meanwhile_is_not_sent_once_more(organization: Organization) -> None:
    """As if the clock of the other worker were late: what it makes is dated before the end of the filter."""
    originals = [make_delivery(organization=organization) for _ in range(3)]
    start(organization)
    start(organization)
    while work():
        Delivery.objects.exclude(replayed_from=None).update(
            state=DeliveryState.FAILED, created_at=originals[0].created_at + timedelta(seconds=1)
        )
    assert Delivery.objects.exclude(replayed_from=None).count() == 3


def test_a_resend_that_failed_before_the_question_goes_out_again(organization: Organization) -> None:
    original = make_delivery(organization=organization)
    again = make_delivery(organization=organization, replayed_from=original.id)
    job = start(organization)
    drain()
    assert results(job) == ["skipped", "done"]
    assert Delivery.objects.get(reason="The ERP was down").replayed_from == again.id


def test_what_fails_again_meanwhile_is_not_sent_once_more(organization: Organization) -> None:
    """As if the clock of the worker were late: what it makes is dated before the end of the filter."""
    for _ in range(3):
        make_delivery(organization=organization)
    job = start(organization)
    Job.objects.update(request=job.request | {"filter": {"statuses": ["failed"]}})
    while work():
        Delivery.objects.exclude(replayed_from=None).update(
            state=DeliveryState.FAILED, created_at=system_clock.now() + timedelta(hours=1)
        )
    assert Delivery.objects.filter(replayed_from__isnull=False).count() == 3


def test_one_that_cannot_be_sent_keeps_no_others_back(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliveries = [make_delivery(organization=organization) for _ in range(2)]
    send = resend_job.resend

    def refuse(**asked: object) -> list[Delivery]:
        if deliveries[0].id in asked["delivery_ids"]:  # type: ignore[operator]
            raise resend_job.HubError("It is gone.", code="GONE")
        return send(**asked)  # type: ignore[arg-type]

    monkeypatch.setattr(resend_job, "resend", refuse)
    job = start(organization)
    drain()
    assert results(job) == ["failed", "done"]


def test_deliveries_of_others_stay_as_they_are(stage: Stage) -> None:
    make_delivery(organization=stage.next_door)
    start(stage.home)
    drain()
    assert not Delivery.objects.filter(replayed_from__isnull=False).exists()


def test_where_many_match_the_page_starts_a_job(
    organization: Organization, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_resending, "JOB_ABOVE", 2)
    for _ in range(3):
        make_delivery(organization=organization)
    answer = operator.post(fixed(operator), {"reason": "The ERP was down"})
    job = Job.objects.get()
    assert (answer["Location"], job.reason) == (f"/app/jobs/{job.pk}", "The ERP was down")
    drain()
    text = operator.get(answer["Location"]).content.decode()
    assert "Done: 3 of 3" in text
    assert "Resend of deliveries" in text


def test_where_too_many_jobs_are_on_their_way_the_page_says_so_and_keeps_what_was_typed(
    organization: Organization, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_resending, "JOB_ABOVE", 2)
    monkeypatch.setattr(acts, "MOST_UNFINISHED", 0)
    for _ in range(3):
        make_delivery(organization=organization)
    answer = operator.post(fixed(operator), {"reason": "The ERP was down"})
    text = answer.content.decode()
    assert (answer.status_code, Job.objects.count(), Delivery.objects.count()) == (422, 0, 3)
    assert ("jobs are on their way" in text, "The ERP was down" in text) == (True, True)


def test_what_was_asked_for_is_told_as_people_call_it(organization: Organization, operator: Client) -> None:
    filters = {"statuses": ["failed"], "codes": ["TIMEOUT"], "since": "2026-01-14T08:00:00Z"}
    job = start(organization)
    Job.objects.update(request=job.request | {"filter": filters | {"until": "2026-01-15T08:00:00.000001Z"}})
    told = dict(operator.get(f"/app/jobs/{job.pk}").context["facts"])
    assert told["Deliveries"] == (
        "Status: Failed · Code: TIMEOUT · from 14 Jan 2026 09:00:00 CET · to 15 Jan 2026 09:00:00 CET"
    )


# How they ended, and the failures again


def ended(job: Job, *states: str) -> None:
    """Let the new deliveries of the job end so, in their order."""
    made = JobResult.objects.filter(job_id=job.pk).order_by("number").values_list("made_id", flat=True)
    for delivery_id, state in zip(made, states, strict=True):
        code = "TIMEOUT" if state == DeliveryState.FAILED else ""
        Delivery.objects.filter(id=delivery_id).update(state=state, code=code)


def test_how_the_new_deliveries_ended_is_counted(organization: Organization, operator: Client) -> None:
    for _ in range(3):
        make_delivery(organization=organization)
    job = start(organization)
    drain()
    ended(job, "succeeded", "failed", "waiting")
    told = operator.get(f"/app/jobs/{job.pk}").context["endings"]
    assert [(one.status, one.count, [*one.codes]) for one in told] == [
        ("succeeded", 1, []),
        ("failed", 1, [("TIMEOUT", 1)]),
        ("waiting", 1, []),
    ]


def test_new_deliveries_that_are_not_kept_any_more_are_not_waited_for(
    organization: Organization, operator: Client
) -> None:
    make_delivery(organization=organization)
    job = start(organization)
    drain()
    Delivery.objects.filter(replayed_from__isnull=False).delete()
    page = operator.get(f"/app/jobs/{job.pk}", {"ended": "gone"})
    assert [(one.status, one.count) for one in page.context["endings"]] == [("gone", 1)]
    assert [(row.number, row.made.status) for row in page.context["rows"]] == [(1, "gone")]


@pytest.mark.parametrize(("status", "numbers"), [("failed", [2]), ("waiting", [3]), ("succeeded", [1])])
def test_results_are_narrowed_to_how_deliveries_ended(
    organization: Organization, operator: Client, status: str, numbers: list[int]
) -> None:
    for _ in range(3):
        make_delivery(organization=organization)
    job = start(organization)
    drain()
    ended(job, "succeeded", "failed", "sending")
    rows = operator.get(f"/app/jobs/{job.pk}", {"ended": status}).context["rows"]
    assert [row.number for row in rows] == numbers


def test_failures_of_a_resend_go_out_again_by_a_job_that_names_it(organization: Organization, operator: Client) -> None:
    for _ in range(2):
        make_delivery(organization=organization)
    job = start(organization)
    drain()
    ended(job, "succeeded", "failed")
    page = operator.get(f"/app/jobs/{job.pk}")
    asked = operator.get(page.context["again_url"])
    assert (asked.context["preview"].ready, "Send the failures again" in asked.content.decode()) == (1, True)
    operator.post(page.context["again_url"], {"reason": "Once more"})
    again = Job.objects.get(repeats=job.pk)
    drain()
    [result] = JobResult.objects.filter(job_id=again.pk)
    failed = JobResult.objects.get(job_id=job.pk, number=2)
    assert (result.subject_id, result.outcome) == (failed.made_id, "done")
    told = dict(operator.get(f"/app/jobs/{again.pk}").context["facts"])
    assert told["Deliveries"].startswith("Failures of an earlier job")


def test_failures_of_a_resend_go_out_once_however_many_ask(organization: Organization, operator: Client) -> None:
    make_delivery(organization=organization)
    job = start(organization)
    drain()
    ended(job, "failed")
    for _ in range(2):
        operator.post(f"/app/deliveries/resend-matching?job={job.pk}", {"reason": "Once more"})
    drain()
    assert Delivery.objects.filter(reason="Once more").count() == 1


@pytest.mark.parametrize("named", ["nonsense", "01234567-89ab-cdef-0123-456789abcdef"])
def test_the_failures_of_no_job_are_not_found(operator: Client, named: str) -> None:
    assert operator.get(f"/app/deliveries/resend-matching?job={named}").status_code == 404


def test_the_failures_of_a_neighbours_job_are_not_found(stage: Stage, operator: Client) -> None:
    job = start(stage.next_door)
    assert operator.get(f"/app/deliveries/resend-matching?job={job.pk}").status_code == 404
