"""Replay of many events from the pages: asked first, started once, followed on the page of its job."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from hub.ids import find_id, new_id
from hub.jobs import acts
from hub.jobs.models import Job, JobResult, JobState
from hub.jobs.running import work as work_on_jobs
from hub.web.jobs import one as job_pages
from inbound.models import InboundBody, InboundEvent
from inbound.replays import looking, starting
from tests.cast import NEIGHBOUR_OWNER, OPERATOR, VIEWER
from tests.inbound.conftest import Erp, customer
from tests.inbound.replays.conftest import ask, finish, selection, synced
from tests.inbound.test_process_language import ENTRIES

pytestmark = pytest.mark.django_db

MANY = "/app/events/replay-many"
ALL = f"{MANY}?window=90d"
HOW = {"version": "active", "start": "1"}


@pytest.fixture
def operator(client_of: Callable[..., Client]) -> Client:
    """Somebody who may replay."""
    return client_of(OPERATOR)


@pytest.fixture
def job(erp: Erp) -> Job:
    """A replay of two events, of which one has no payload any more."""
    ids = synced(erp, 2)
    InboundBody.objects.filter(pk=find_id("evt_", ids[0])).delete()
    return ask(erp, selection(*ids), reason="Wrong tariff")


def text_of(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


def test_the_question_fixes_its_window(erp: Erp, operator: Client) -> None:
    answer = operator.get(ALL)
    assert (answer.status_code, "from=" in answer["Location"], "to=" in answer["Location"]) == (302, True, True)


def test_the_question_counts_what_can_run_and_starts_nothing(erp: Erp, operator: Client) -> None:
    ids = synced(erp, 3)
    InboundBody.objects.filter(pk=find_id("evt_", ids[0])).delete()
    text = text_of(operator, ALL)
    assert "2 of 3 can run" in text
    assert "The payload is not kept any more" in text
    assert not Job.objects.exists()


def test_of_many_the_first_are_looked_at_and_all_are_counted(
    erp: Erp, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "AT_ONCE", 2)
    monkeypatch.setattr(looking, "ENOUGH", 2)
    synced(erp, 5)
    place = operator.get(ALL)["Location"]
    shown = operator.get(place)
    assert "2 of the first 2 can run" in shown.content.decode()
    assert (shown.context["preview"].counted, shown.context["needs_reason"]) == (5, True)
    assert operator.post(place, HOW | {"reason": "Wrong tariff"}).status_code == 302
    finish()
    assert Job.objects.get().done == 5


def test_nothing_that_can_run_is_said_with_its_reasons(erp: Erp, operator: Client) -> None:
    synced(erp, 2)
    InboundBody.objects.all().delete()
    text = text_of(operator, ALL)
    assert "0 of 2 can run" in text
    assert 'name="start"' not in text


def test_starting_leads_to_the_page_of_the_job(erp: Erp, operator: Client) -> None:
    synced(erp, 2)
    place = operator.get(ALL)["Location"]
    answer = operator.post(place, HOW | {"reason": "Wrong tariff"})
    job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/app/jobs/{job.pk}")
    assert (job.reason, job.actor_type, job.request["scope"]["by"]) == ("Wrong tariff", "user", "filter")


def test_a_refusal_stands_in_the_form(erp: Erp, operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "REASON_ABOVE", 1)
    synced(erp, 2)
    answer = operator.post(operator.get(ALL)["Location"], HOW)
    assert (answer.status_code, "a reason is needed" in answer.content.decode()) == (422, True)
    assert not Job.objects.exists()


def test_a_missing_reason_is_said_at_its_field_and_linked_from_above(
    erp: Erp, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "REASON_ABOVE", 1)
    synced(erp, 2)
    answer = operator.post(operator.get(ALL)["Location"], HOW)
    text = answer.content.decode()
    [control] = re.findall("<input[^>]*name=.reason.[^>]*>", text)
    assert ("required" in control, 'aria-invalid="true"' in control) == (True, True)
    assert re.search('aria-describedby="id_reason_helptext id_reason_error"', control)
    assert "Needed, as more than" in text
    assert '<a href="#id_reason">' in text
    assert [*answer.context["form"].errors] == ["reason"]


@pytest.mark.parametrize(("above", "is_required"), [(1, True), (2, False)])
def test_a_reason_is_asked_for_from_the_start_where_so_many_would_run(
    erp: Erp, operator: Client, monkeypatch: pytest.MonkeyPatch, above: int, *, is_required: bool
) -> None:
    monkeypatch.setattr(starting, "REASON_ABOVE", above)
    synced(erp, 2)
    text = text_of(operator, ALL)
    [control] = re.findall("<input[^>]*name=.reason.[^>]*>", text)
    assert (" required" in control, "Needed, as more than" in text) == (is_required, is_required)
    assert re.findall('name="(?:preview|try)" value="1" formnovalidate', text)


def test_a_prune_that_is_not_confirmed_is_said_at_its_box(erp: Erp, operator: Client) -> None:
    erp.add_use_case("posten", ENTRIES)
    [event_id] = [erp.sync({"konto": "K-1", "posten": []}, event_name="posten").event_id]
    answer = operator.post(MANY, HOW | {"event": event_id})
    assert [*answer.context["form"].errors] == ["confirms_prunes"]
    assert '<a href="#id_confirms_prunes">' in answer.content.decode()


def test_where_too_many_jobs_are_on_their_way_the_form_says_so(
    erp: Erp, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "MOST_UNFINISHED", 0)
    synced(erp, 2)
    answer = operator.post(operator.get(ALL)["Location"], HOW | {"reason": "Wrong tariff"})
    text = answer.content.decode()
    assert (answer.status_code, "jobs are on their way" in text, "Wrong tariff" in text) == (422, True, True)
    assert not Job.objects.exists()


def test_chosen_options_are_in_the_request_of_the_job(erp: Erp, operator: Client) -> None:
    [event_id] = synced(erp, 1)
    operator.post(MANY, HOW | {"version": "as_before", "event": event_id, "is_quiet": "on", "runs_stale": "on"})
    options = Job.objects.get().request["options"]
    assert (options["version"], options["has_deliveries"], options["skips_stale"]) == ("as_before", False, False)


def test_a_form_that_is_sent_twice_repeats_each_event_once(erp: Erp, operator: Client) -> None:
    [event_id] = synced(erp, 1)
    asked = operator.post(MANY, {"event": event_id, "version": "active", "repeats": "on", "preview": "1"})
    [seen] = re.findall('name="seen" value="([0-9]+)"', asked.content.decode())
    for _ in range(2):
        operator.post(MANY, HOW | {"event": event_id, "repeats": "on", "seen": seen})
        finish()
    assert InboundEvent.objects.filter(replay_of__isnull=False).count() == 1


@pytest.mark.parametrize("text", ["evt_garbage", "", "a\0b", "evt_01JP5K8Q4T7WZ3N5K2VB6M9XHD"])
def test_an_id_that_names_nothing_never_means_everything(erp: Erp, operator: Client, text: str) -> None:
    synced(erp, 2)
    place = operator.get(ALL)["Location"]
    answer = operator.post(place, HOW | {"event": text, "reason": "Wrong tariff", "confirms_prunes": "on"})
    assert (answer.status_code, "None of the events can run" in answer.content.decode()) == (422, True)
    assert not Job.objects.exists()


def test_an_id_that_is_none_stays_in_the_question(erp: Erp, operator: Client) -> None:
    synced(erp, 1)
    answer = operator.post(operator.get(ALL)["Location"], {"version": "active", "event": "evt_garbage", "preview": "1"})
    assert 'name="event" value="evt_garbage"' in answer.content.decode()
    assert answer.context["preview"].runs == 0


def test_ids_that_name_nothing_are_left_out_and_said(erp: Erp, operator: Client) -> None:
    named = [*synced(erp, 1), "evt_garbage", "evt_01JP5K8Q4T7WZ3N5K2VB6M9XHD"]
    operator.post(MANY, HOW | {"event": named})
    finish()
    results = JobResult.objects.order_by("number").values_list("outcome", "code", "message")
    assert [one[:2] for one in results] == [("done", ""), *[("skipped", "EVENT_NOT_FOUND")] * 2]
    assert results[2][2] == "There is no such event: evt_garbage"
    assert "Done: 3 of 3" in text_of(operator, f"/app/jobs/{Job.objects.get().pk}")


def test_more_ids_than_can_be_named_are_refused_not_cut(
    erp: Erp, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "MOST_SELECTED", 2)
    answer = operator.post(MANY, HOW | {"event": synced(erp, 3)})
    assert (answer.status_code, "3 events are named; at most 2 can be" in answer.content.decode()) == (422, True)
    assert not Job.objects.exists()


@pytest.mark.parametrize("query", ["issue=zzz", "status=eror&from=2026-01-01T00:00Z", "payload=nonsense", "from=now"])
def test_nothing_is_replayed_while_a_filter_cannot_be_read(erp: Erp, operator: Client, query: str) -> None:
    synced(erp, 2)
    asked = operator.get(f"{MANY}?{query}")
    sent = operator.post(f"{MANY}?{query}", HOW | {"reason": "Wrong tariff", "confirms_prunes": "on"})
    assert (asked.status_code, sent.status_code, Job.objects.count()) == (422, 422, 0)
    assert "cannot be read" in asked.content.decode()
    assert 'name="start"' not in asked.content.decode()


def test_chosen_events_run_whatever_the_filter_of_the_list(erp: Erp, operator: Client) -> None:
    operator.post(f"{MANY}?issue=zzz", HOW | {"event": synced(erp, 1)})
    assert Job.objects.get().request["scope"]["by"] == "selection"


def test_counting_again_with_other_options_starts_nothing(erp: Erp, operator: Client) -> None:
    ids = [erp.sync(customer("C-1", name)).event_id for name in ("Old", "New")]
    asked = {"version": "active", "event": ids, "preview": "1"}
    assert "1 of 2 can run" in operator.post(MANY, asked).content.decode()
    assert "2 of 2 can run" in operator.post(MANY, asked | {"runs_stale": "on"}).content.decode()
    assert not Job.objects.exists()


def test_differences_are_shown_and_nothing_is_written(erp: Erp, operator: Client) -> None:
    ids = [erp.sync(customer("C-1", name)).event_id for name in ("Old", "New")]
    asked = {"version": "active", "event": ids[0], "runs_stale": "on", "try": "1"}
    text = operator.post(MANY, asked).content.decode()
    assert "<del>New</del>" in text
    assert "<ins>Old</ins>" in text
    assert (erp.entity("C-1").attributes["last_name"], Job.objects.count()) == ("New", 0)


def test_events_that_fail_alike_are_shown_together_with_a_total(erp: Erp, operator: Client) -> None:
    ids = [erp.sync({"NAME": {}}).event_id for _ in range(3)]
    text = operator.post(MANY, {"version": "active", "event": ids, "try": "1"}).content.decode()
    assert "3 of the 3 tried would fail: MISSING_UNIQUE_IDENTIFIERS." in text
    assert "3 events alike" in text
    assert text.count(">MISSING_UNIQUE_IDENTIFIERS</a>") == 1
    assert all(f'href="/app/events/{one}"' in text for one in ids)


def test_events_with_differences_are_shown_one_by_one(erp: Erp, operator: Client) -> None:
    ids = [*synced(erp, 2), *(erp.sync(customer("C-9", name)).event_id for name in ("Old", "Older", "New"))]
    asked = {"version": "active", "event": ids, "runs_stale": "on", "try": "1"}
    text = operator.post(MANY, asked).content.decode()
    assert "3 of the 5 tried would change something. 2 of the 5 tried would change nothing." in text
    assert "2 events alike" in text
    assert text.count("<ins>") == 3


def test_viewers_cannot_replay_and_neighbours_find_nothing(erp: Erp, client_of: Callable[..., Client]) -> None:
    [event_id] = synced(erp, 1)
    assert client_of(VIEWER).post(MANY, HOW | {"event": event_id}).status_code == 403
    assert client_of(NEIGHBOUR_OWNER).post(MANY, HOW | {"event": event_id}).status_code == 422
    assert not Job.objects.exists()


# The page of the job


def test_the_page_of_a_job_shows_progress_results_and_why(job: Job, operator: Client) -> None:
    finish()
    text = text_of(operator, f"/app/jobs/{job.pk}")
    assert "Done: 2 of 2" in text
    assert "PAYLOAD_PURGED" in text
    [fresh] = InboundEvent.objects.filter(replay_of__isnull=False)
    assert f'href="/app/events/{fresh.correlation_id}"' in text


def test_a_page_asks_for_itself_only_while_the_job_goes_on(job: Job, operator: Client) -> None:
    assert 'hx-trigger="every 2s"' in text_of(operator, f"/app/jobs/{job.pk}")
    finish()
    assert 'hx-trigger="every 2s"' not in text_of(operator, f"/app/jobs/{job.pk}")


def test_results_are_narrowed_to_an_outcome(job: Job, operator: Client) -> None:
    finish()
    text = text_of(operator, f"/app/jobs/{job.pk}?outcome=done")
    assert text.count("<tr>") == 2
    assert "Its payload is not kept any more" not in text


@pytest.mark.parametrize(("act", "state"), [("pause", JobState.PAUSED), ("cancel", JobState.CANCELLED)])
def test_an_operator_pauses_and_cancels(job: Job, operator: Client, act: str, state: str) -> None:
    operator.post(f"/app/jobs/{job.pk}/{act}")
    work_on_jobs()
    job.refresh_from_db()
    assert (job.state, job.done) == (state, 0)


def test_a_paused_job_goes_on_from_its_page(job: Job, operator: Client) -> None:
    operator.post(f"/app/jobs/{job.pk}/pause")
    operator.post(f"/app/jobs/{job.pk}/resume")
    finish()
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_an_act_that_comes_too_late_is_said(job: Job, operator: Client) -> None:
    finish()
    answer = operator.post(f"/app/jobs/{job.pk}/pause", follow=True)
    assert "The job has moved on meanwhile" in answer.content.decode()


def test_viewers_see_a_job_and_cannot_stop_it(job: Job, client_of: Callable[..., Client]) -> None:
    viewer = client_of(VIEWER)
    assert "Pause" not in text_of(viewer, f"/app/jobs/{job.pk}")
    assert viewer.post(f"/app/jobs/{job.pk}/pause").status_code == 403


def test_a_viewer_is_not_asked_whether_to_cancel(job: Job, client_of: Callable[..., Client]) -> None:
    assert client_of(VIEWER).get(f"/app/jobs/{job.pk}/cancel").status_code == 403


def test_an_operator_is_asked_before_a_job_is_cancelled(job: Job, operator: Client) -> None:
    assert "Cancel this job?" in text_of(operator, f"/app/jobs/{job.pk}/cancel")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (JobState.STOPPED, "The job has stopped itself."),
        (JobState.WAITING, "The job had stopped itself before."),
        (JobState.CANCELLED, "The job had stopped itself before."),
        (JobState.FAILED, "The job could not go on."),
    ],
)
def test_why_a_job_stopped_stays_told(job: Job, operator: Client, state: str, said: str) -> None:
    Job.objects.update(state=state, code="TOO_MANY_FAILURES", message="20 of 20 failed.")
    text = text_of(operator, f"/app/jobs/{job.pk}")
    assert (said in text, "20 of 20 failed." in text) == (True, True)


def test_nobody_is_asked_about_a_job_that_has_ended(job: Job, operator: Client) -> None:
    finish()
    answer = operator.get(f"/app/jobs/{job.pk}/cancel", follow=True)
    assert answer.redirect_chain == [(f"/app/jobs/{job.pk}", 302)]
    assert "The job has ended; there is nothing to cancel." in answer.content.decode()


def test_a_dialog_about_a_job_that_has_ended_becomes_its_page(job: Job, operator: Client) -> None:
    finish()
    answer = operator.get(f"/app/jobs/{job.pk}/cancel", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"/app/jobs/{job.pk}"


@pytest.mark.parametrize("path", ["", "/cancel", "/results.csv"])
def test_the_job_of_somebody_else_is_unknown(job: Job, client_of: Callable[..., Client], path: str) -> None:
    assert client_of(NEIGHBOUR_OWNER).get(f"/app/jobs/{job.pk}{path}").status_code == 404


def test_results_are_turned_over_page_by_page_in_their_order(
    erp: Erp, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_pages, "PAGE_SIZE", 2)
    job = ask(erp, selection(*synced(erp, 5)))
    finish()
    last = operator.get(f"/app/jobs/{job.pk}?after=4")
    assert (last.context["previous_url"], last.context["next_url"]) == ("?after=2", "")
    middle = operator.get(f"/app/jobs/{job.pk}?after=2")
    assert (middle.context["previous_url"], middle.context["next_url"]) == (f"/app/jobs/{job.pk}", "?after=4")
    text = middle.content.decode()
    assert ("Previous" in text, "Next" in text, "Newer" in text, "Older" in text) == (True, True, False, False)


def test_failures_are_asked_about_again(erp: Erp, operator: Client) -> None:
    good, bad = synced(erp, 1)[0], erp.sync({"NAME": {}}).event_id
    job = ask(erp, selection(good, bad))
    finish()
    assert "1 of 1 can run" in text_of(operator, f"{MANY}?job={job.pk}")
    assert operator.get(f"{MANY}?job={new_id()}").status_code == 404
    assert operator.get(f"{MANY}?job=nonsense").status_code == 404


def test_the_file_of_results_holds_each_and_no_formula(job: Job, operator: Client) -> None:
    finish()
    JobResult.objects.filter(job_id=job.pk, number=1).update(message="=HYPERLINK(1)")
    answer = operator.get(f"/app/jobs/{job.pk}/results.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "number,subject,outcome,code,message,made,status,status_code"
    assert [line.split(",")[2] for line in lines[1:]] == ["skipped", "done"]
    assert "'=HYPERLINK(1)" in lines[1]
    assert lines[2].endswith(",success,")


def test_the_list_of_jobs_shows_them_with_their_state(job: Job, operator: Client) -> None:
    text = text_of(operator, "/app/jobs")
    assert "Replay of events" in text
    assert "Wrong tariff" in text


def test_an_empty_list_of_jobs_says_what_would_be_there(operator: Client) -> None:
    assert "No jobs yet" in text_of(operator, "/app/jobs")


def test_the_page_of_a_job_costs_the_same_for_any_number_of_results(
    erp: Erp, operator: Client, count_queries: Callable[[], object]
) -> None:
    ids = synced(erp, 20)
    few, many = ask(erp, selection(*ids[:1])), ask(erp, selection(*ids[1:]))
    finish()
    text_of(operator, f"/app/jobs/{few.pk}")
    costs = []
    for one in (few, many):
        with count_queries() as counted:  # type: ignore[attr-defined]
            text_of(operator, f"/app/jobs/{one.pk}")
        costs.append(len(counted))
    assert costs[0] == costs[1]


def test_the_question_costs_the_same_for_any_number_of_events(
    erp: Erp, operator: Client, count_queries: Callable[[], object]
) -> None:
    costs = []
    for number in (2, 2, 30):
        synced(erp, number)
        place = operator.get(ALL)["Location"]
        with count_queries() as counted:  # type: ignore[attr-defined]
            operator.get(place)
        costs.append(len(counted))
    assert costs[1] == costs[2]
