"""Chosen deliveries go out again by a job: each once, and of the others it is told why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.test import Client

from hub import clock as system_clock
from hub.accounts.audit import SYSTEM
from hub.accounts.models import AuditEntry, Organization
from hub.ids import new_id
from hub.jobs import acts
from hub.jobs.acts import Asker
from hub.jobs.claiming import LEASE, claim
from hub.jobs.models import Job, JobResult, JobState
from hub.jobs.running import work
from outbound import resend_job
from outbound.bulk_resending import newest_sequence
from outbound.models import Delivery, DeliveryState, Webhook
from outbound.resend_job import ResendRefused, start_chosen
from outbound.resends.options import Options
from outbound.resends.preview import preview_of
from outbound.resends.selection import Selection
from outbound.ui import resending
from tests.builders import NOW, make_webhook
from tests.cast import Stage
from tests.conftest import FixedClock
from tests.outbound.builders import make_delivery
from tests.outbound.delivery_pages import WAITING, make_attempt, operator, public, viewer

__all__ = ["operator", "viewer"]
pytestmark = pytest.mark.django_db
MANY = "/app/deliveries/resend-matching"
DONE = ("done", "")


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resend_job, "CHUNK", 2)


def made(organization: Organization, count: int) -> list[Delivery]:
    return [make_delivery(organization=organization) for _ in range(count)]


def selection(rows: Sequence[Delivery]) -> Selection:
    return Selection(tuple(row.id for row in rows))


def start(organization: Organization, rows: Sequence[Delivery], **options: bool) -> Job:
    asker = Asker(organization, SYSTEM, system_clock.now(), reason="The ERP was down")
    return start_chosen(asker, selection(rows), Options(seen=newest_sequence(), **options))


def drain() -> None:
    while work():
        pass


def results(job: Job) -> list[tuple[str, str]]:
    rows = JobResult.objects.filter(job_id=job.pk).order_by("number")
    return list(rows.values_list("outcome", "code"))


def resends() -> int:
    return Delivery.objects.exclude(replayed_from=None).count()


# The job


def test_chosen_ones_go_out_the_oldest_first_whatever_their_order(organization: Organization) -> None:
    originals = [make_delivery(organization=organization, created_at=NOW + timedelta(hours=n)) for n in range(5)]
    job = start(organization, originals[::-1])
    drain()
    assert results(job) == [DONE] * 5
    again = Delivery.objects.exclude(replayed_from=None).order_by("sequence")
    assert [one.replayed_from for one in again] == [one.id for one in originals]
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 5, 5)


def test_two_people_who_resend_the_same_selection_send_each_once(organization: Organization) -> None:
    originals = made(organization, 5)
    jobs = [start(organization, originals), start(organization, originals)]
    drain()
    assert sorted(results(job) for job in jobs) == [[DONE] * 5, [("skipped", "RESEND_UNDER_WAY")] * 5]
    assert resends() == 5


def test_two_people_who_want_a_repeat_send_each_once_more(organization: Organization) -> None:
    originals = made(organization, 3)
    for original in originals:
        make_delivery(organization=organization, replayed_from=original.id, reason="before")
    for _ in range(2):
        start(organization, originals, repeats=True)
    while work():
        Delivery.objects.exclude(replayed_from=None).update(state=DeliveryState.FAILED)
    assert Delivery.objects.filter(reason="The ERP was down").count() == 3


def test_what_was_sent_again_before_is_left_out_unless_somebody_wants_it(organization: Organization) -> None:
    arrived, failed, fresh = made(organization, 3)
    make_delivery(organization=organization, replayed_from=arrived.id, state=DeliveryState.SUCCEEDED)
    make_delivery(organization=organization, replayed_from=failed.id)
    job = start(organization, [arrived, failed, fresh])
    drain()
    assert results(job) == [("skipped", "ALREADY_SENT_AGAIN"), ("skipped", "NEWER_RESEND_FAILED"), DONE]
    again = start(organization, [arrived, failed], repeats=True)
    drain()
    assert results(again) == [DONE, DONE]


def test_each_that_cannot_go_out_says_why(organization: Organization) -> None:
    going = make_delivery(organization=organization, **WAITING)
    bodiless = make_delivery(organization=organization, body=b"")
    good = make_delivery(organization=organization)
    unknown = new_id()
    asker = Asker(organization, SYSTEM, system_clock.now(), reason="Again")
    chosen = Selection((going.id, bodiless.id, good.id, unknown), ("nonsense",))
    job = start_chosen(asker, chosen, Options())
    drain()
    assert results(job) == [
        ("skipped", "DELIVERY_STILL_ON_ITS_WAY"),
        ("skipped", "NO_ORIGINAL_SOURCE"),
        DONE,
        ("skipped", "DELIVERY_NOT_FOUND"),
        ("skipped", "DELIVERY_NOT_FOUND"),
    ]
    job.refresh_from_db()
    assert (job.done, job.total) == (5, 5)


def test_a_neighbours_delivery_is_not_found(stage: Stage) -> None:
    foreign, own = make_delivery(organization=stage.next_door), make_delivery(organization=stage.home)
    job = start(stage.home, [foreign, own])
    drain()
    assert results(job) == [DONE, ("skipped", "DELIVERY_NOT_FOUND")]


def test_after_a_worker_died_nothing_is_sent_twice(organization: Organization, clock: FixedClock) -> None:
    job = start(organization, made(organization, 5))
    work()
    claim()
    clock.move(LEASE)
    drain()
    assert (results(job), resends()) == ([DONE] * 5, 5)


def test_a_paused_job_goes_on_where_it_was_and_a_cancelled_one_sends_no_more(organization: Organization) -> None:
    job = start(organization, made(organization, 6))
    asker = Asker(organization, SYSTEM, system_clock.now())
    work()
    acts.pause(asker, job.pk)
    drain()
    assert resends() == 2
    acts.resume(asker, job.pk)
    work()
    acts.cancel(asker, job.pk)
    drain()
    assert resends() == 4


def test_nothing_is_started_where_nothing_would_go_out(organization: Organization) -> None:
    with pytest.raises(ResendRefused, match="None of the deliveries"):
        start(organization, [make_delivery(organization=organization, **WAITING)])


def test_too_many_are_refused(organization: Organization) -> None:
    asker = Asker(organization, SYSTEM, system_clock.now(), reason="Again")
    with pytest.raises(ResendRefused, match="at most 1000"):
        start_chosen(asker, Selection(tuple(new_id() for _ in range(1_001))), Options())


def test_the_audit_trail_tells_how_many_and_why(organization: Organization) -> None:
    start(organization, made(organization, 3))
    told = AuditEntry.objects.get(action="job.started").changes
    assert (told["kind"], told["deliveries"], told["reason"]) == ("outbound_resend", 3, "The ERP was down")


# What is asked first


def test_the_preview_groups_what_is_left_out_and_tells_where_the_others_go(organization: Organization) -> None:
    webhook = make_webhook(organization=organization)
    Webhook.objects.filter(pk=webhook.pk).update(paused_at=NOW)
    rows = [make_delivery(organization=organization, webhook_id=webhook.pk) for _ in range(2)]
    rows += [make_delivery(organization=organization, **WAITING) for _ in range(2)]
    told = preview_of(organization=organization, selection=selection(rows), options=Options())
    assert (told.total, told.goes, dict(told.left_out)) == (4, 2, {"DELIVERY_STILL_ON_ITS_WAY": 2})
    assert [(one.webhook_id, one.count, one.hold) for one in told.receivers] == [(webhook.pk, 2, "paused")]


def test_the_preview_tells_what_receivers_may_see_twice(organization: Organization) -> None:
    event_id = new_id()
    arrived = make_delivery(organization=organization, state=DeliveryState.SUCCEEDED, code="", core_event_id=event_id)
    timed_out = make_delivery(organization=organization)
    make_attempt(timed_out, code="TIMEOUT", status_code=None)
    alike = make_delivery(organization=organization, core_event_id=event_id, replayed_from=new_id())
    told = preview_of(organization=organization, selection=selection([arrived, timed_out, alike]), options=Options())
    assert (told.repeats.arrived, told.repeats.unsure, told.repeats.alike) == (1, 1, 1)


@pytest.mark.parametrize("count", [2, 40])
def test_a_preview_costs_the_same_for_any_number(
    organization: Organization, django_assert_max_num_queries: object, count: int
) -> None:
    rows = made(organization, count)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        preview_of(organization=organization, selection=selection(rows), options=Options())


# The pages


def named(rows: Sequence[Delivery], **more: str) -> dict[str, object]:
    return {"delivery": [public(row) for row in rows], **more}


def test_more_than_go_out_at_once_lead_to_the_job(
    organization: Organization, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resending, "MOST_AT_ONCE", 2)
    rows = made(organization, 3)
    asked = operator.post("/app/deliveries/resend/ask", named(rows)).content.decode()
    assert "Go on with a job" in asked
    assert "3 deliveries?" in asked
    page = operator.post(MANY, named(rows))
    assert (page.status_code, page.context["goes"], Job.objects.count()) == (200, 3, 0)
    assert "3 of 3 go out" in page.content.decode()
    answer = operator.post(MANY, named(rows, reason="The ERP was down", seen=str(page.context["seen"]), start="1"))
    job = Job.objects.get()
    assert answer["Location"] == f"/app/jobs/{job.pk}"
    drain()
    told = operator.get(answer["Location"])
    assert dict(told.context["facts"])["Deliveries"] == "3 chosen"
    assert "Done: 3 of 3" in told.content.decode()
    lines = b"".join(operator.get(f"/app/jobs/{job.pk}/results.csv").streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 4


@pytest.mark.parametrize("button", ["preview", "try"])
def test_looking_sends_nothing_and_keeps_what_was_filled_in(
    organization: Organization, operator: Client, button: str
) -> None:
    rows = made(organization, 2)
    page = operator.post(MANY, named(rows, reason="Down", repeats="on", **{button: "1"}))
    assert (page.status_code, Job.objects.count(), Delivery.objects.count()) == (200, 0, 2)
    assert (page.context["form"]["reason"].value(), page.context["form"]["repeats"].value()) == ("Down", True)


def test_without_a_reason_no_job_is_started(organization: Organization, operator: Client) -> None:
    answer = operator.post(MANY, named(made(organization, 2), reason=" ", start="1"))
    assert (answer.status_code, Job.objects.count()) == (422, 0)


def test_a_selection_of_nothing_but_nonsense_resends_nothing(organization: Organization, operator: Client) -> None:
    make_delivery(organization=organization)
    answer = operator.post(MANY, {"delivery": ["nonsense", "a\0b"], "reason": "Again"})
    assert (answer.status_code, Job.objects.count(), resends()) == (422, 0, 0)
    assert "None of the deliveries can go out again." in answer.content.decode()


def test_a_viewer_may_not_ask_for_the_job(organization: Organization, viewer: Client) -> None:
    assert viewer.post(MANY, named(made(organization, 1), reason="Again")).status_code == 403


def test_the_dialog_tells_of_repeats_and_of_more_options(organization: Organization, operator: Client) -> None:
    arrived = make_delivery(organization=organization, state=DeliveryState.SUCCEEDED, code="")
    make_delivery(organization=organization, replayed_from=arrived.id)
    text = operator.post("/app/deliveries/resend/ask", named([arrived])).content.decode()
    assert "1 has arrived before." in text
    assert "1, and once more now" in text
    assert "More options" in text


# What the new deliveries wait for


def waits(client: Client, job: Job) -> list[str]:
    return list(client.get(f"/app/jobs/{job.pk}").context["waits"])


def test_the_page_of_the_job_tells_when_the_next_try_is(organization: Organization, operator: Client) -> None:
    job = start(organization, made(organization, 2))
    drain()
    assert waits(operator, job) == []
    Delivery.objects.exclude(replayed_from=None).update(attempts=1, next_attempt_at=NOW + timedelta(minutes=5))
    assert waits(operator, job) == ["2 new deliveries wait for another try, the next at 15 Jan 2026 09:05:00 CET."]


def test_the_page_of_the_job_tells_which_receivers_take_nothing(organization: Organization, operator: Client) -> None:
    webhook = make_webhook(organization=organization)
    job = start(organization, [make_delivery(organization=organization, webhook_id=webhook.pk)])
    drain()
    Webhook.objects.filter(pk=webhook.pk).update(paused_at=NOW)
    assert waits(operator, job) == [
        f"{webhook.name} takes nothing now (webhook paused): 1 of the new deliveries wait for it."
    ]


def test_the_list_of_jobs_judges_by_the_new_deliveries_too(organization: Organization, operator: Client) -> None:
    start(organization, made(organization, 2))
    drain()
    Delivery.objects.exclude(replayed_from=None).update(state=DeliveryState.FAILED)
    assert [row.standing.state for row in operator.get("/app/jobs").context["rows"]] == ["Done, 2 failed"]
