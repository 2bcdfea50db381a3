"""The job of a replay: what it runs, what it leaves out, and that nothing runs twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub import clock as system_clock
from hub.accounts.models import AuditEntry
from hub.events.models import CoreEvent
from hub.ids import find_id, new_id
from hub.jobs.models import Job, JobState
from hub.jobs.running import work as work_on_jobs
from inbound.models import InboundBody, InboundEvent, InboundOutcome, QueuedEvent
from inbound.process.waiting import Waiting, retry_of
from inbound.query import EventFilter, newest_sequence
from inbound.replays import job as replay_job
from inbound.replays import looking, starting
from inbound.replays.options import Version
from inbound.replays.scopes import FailuresOf, Matching, Selection, parse_scope
from inbound.replays.starting import ReplayRefused
from integrations.models import UseCase
from tests.builders import NOW
from tests.conftest import FixedClock
from tests.hub.events.builders import switch
from tests.inbound.conftest import CONTACT, Erp, customer, drain
from tests.inbound.replays.conftest import ask, finish, made, outcomes, replay, selection, synced

pytestmark = pytest.mark.django_db
DONE = ("done", "")


def everything(erp: Erp, **fields: object) -> Matching:
    return Matching.until(EventFilter(**fields), system_clock.now() + timedelta(seconds=1))  # type: ignore[arg-type]


def outcome_of(event_id: str) -> InboundOutcome:
    return InboundOutcome.objects.get(pk=find_id("evt_", event_id))


def test_selected_events_run_again_and_each_says_which_event_it_became(erp: Erp) -> None:
    ids = synced(erp, 3)
    job = ask(erp, selection(*ids))
    finish()
    originals = InboundEvent.objects.filter(pk__in=made(job)).order_by("sequence").values_list("replay_of", flat=True)
    assert list(originals) == [find_id("evt_", one) for one in ids]
    assert Job.objects.get(pk=job.pk).state == JobState.DONE


def test_a_selection_runs_in_the_order_in_which_it_was_received(erp: Erp) -> None:
    ids = synced(erp, 3)
    job = ask(erp, selection(*reversed(ids)))
    finish()
    replays = InboundEvent.objects.filter(replay_of__isnull=False).order_by("sequence")
    assert [row.pk for row in replays] == made(job)
    assert [row.replay_of for row in replays] == [find_id("evt_", one) for one in ids]


def test_a_filter_is_walked_in_chunks_until_its_end(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_job, "CHUNK", 2)
    synced(erp, 5)
    assert replay(erp, everything(erp)) == [DONE] * 5


def test_a_filter_finds_nothing_that_arrived_after_it_was_asked_for(erp: Erp, clock: FixedClock) -> None:
    synced(erp, 1)
    clock.move(minutes=1)
    scope = Matching.until(EventFilter(), clock.now())
    clock.move(minutes=1)
    erp.sync(customer("C-9"))
    assert replay(erp, scope) == [DONE]


def test_a_scope_survives_its_way_through_the_request_of_a_job(erp: Erp, clock: FixedClock) -> None:
    wanted = EventFilter(statuses=frozenset({"error"}), use_case_ids=frozenset({new_id()}), since=clock.now())
    for scope in (Matching.until(wanted, clock.now()), Selection((new_id(),)), FailuresOf(new_id())):
        assert parse_scope(scope.as_json()) == scope


def test_stale_events_are_left_out_unless_somebody_wants_them(erp: Erp) -> None:
    ids = [erp.sync(customer("C-1", name)).event_id for name in ("Old", "New")]
    assert replay(erp, selection(*ids)) == [("skipped", "STALE_EVENT"), DONE]
    assert replay(erp, selection(ids[0]), skips_stale=False) == [DONE]
    assert erp.entity("C-1").attributes["last_name"] == "Old"


def test_an_event_without_payload_is_left_out(erp: Erp) -> None:
    ids = synced(erp, 2)
    InboundBody.objects.filter(pk=find_id("evt_", ids[0])).delete()
    assert replay(erp, selection(*ids)) == [("skipped", "PAYLOAD_PURGED"), DONE]


def test_an_event_that_no_use_case_takes_is_left_out(erp: Erp) -> None:
    ids = synced(erp, 1)
    [other] = erp.send(erp.event(customer("C-1"), event_name="nobody"))
    assert replay(erp, selection(*ids, other.event_id)) == [DONE, ("skipped", "EVENT_NOT_CONFIGURED")]


def test_an_event_that_is_still_on_its_way_is_left_out(erp: Erp) -> None:
    ids = synced(erp, 1)
    [waiting] = erp.send(erp.event(customer("C-9")))
    job = ask(erp, selection(*ids, waiting.event_id))
    work_on_jobs()
    assert outcomes(job) == [DONE, ("skipped", "EVENT_STILL_ON_ITS_WAY")]


def test_foreign_and_unknown_ids_are_not_found(erp: Erp, other_erp: Erp) -> None:
    ids, foreign = synced(erp, 1), synced(other_erp, 1)
    scope = Selection((*selection(*ids, *foreign).ids, new_id()))
    assert replay(erp, scope) == [DONE, *[("skipped", "EVENT_NOT_FOUND")] * 2]


def test_two_people_replaying_the_same_events_run_each_once(erp: Erp) -> None:
    ids = synced(erp, 3)
    jobs = [ask(erp, selection(*ids)) for _ in range(2)]
    while work_on_jobs():
        pass
    assert sorted(outcomes(job) for job in jobs) == [[DONE] * 3, [("skipped", "REPLAY_UNDER_WAY")] * 3]
    assert InboundEvent.objects.filter(replay_of__isnull=False).count() == 3


def test_what_was_replayed_since_is_left_out_unless_somebody_wants_it(erp: Erp) -> None:
    ids = synced(erp, 1)
    assert replay(erp, selection(*ids)) == [DONE]
    with pytest.raises(ReplayRefused, match="None of the events can run"):
        ask(erp, selection(*ids))
    assert replay(erp, selection(*ids), repeats=True) == [DONE]


@pytest.mark.parametrize("ends_between", [True, False])
def test_two_people_who_want_a_repetition_run_each_event_once(erp: Erp, ends_between: bool) -> None:
    ids = synced(erp, 2)
    replay(erp, selection(*ids))
    jobs = [ask(erp, selection(*ids), repeats=True) for _ in range(2)]
    while work_on_jobs():
        _ = ends_between and drain()
    code = "ALREADY_REPLAYED" if ends_between else "REPLAY_UNDER_WAY"
    assert sorted(outcomes(job) for job in jobs) == [[DONE] * 2, [("skipped", code)] * 2]


def test_a_repetition_passes_over_what_was_replayed_after_its_question(erp: Erp) -> None:
    ids, seen = synced(erp, 1), newest_sequence()
    replay(erp, selection(*ids))
    with pytest.raises(ReplayRefused, match="None of the events can run"):
        ask(erp, selection(*ids), repeats=True, seen=seen)
    assert replay(erp, selection(*ids), repeats=True, seen=newest_sequence()) == [DONE]


def test_a_job_that_was_asked_for_before_sequences_were_kept_repeats_what_has_ended(erp: Erp) -> None:
    ids = synced(erp, 1)
    replay(erp, selection(*ids))
    job = ask(erp, selection(*ids), repeats=True)
    job.request["options"].pop("seen")
    job.save()
    finish()
    assert outcomes(job) == [DONE]


def test_of_an_event_whose_replay_failed_only_the_newest_run_runs(erp: Erp) -> None:
    event_id = erp.sync({"NAME": {}}).event_id
    job = ask(erp, selection(event_id))
    finish()
    both = Selection((find_id("evt_", event_id) or new_id(), *made(job)))
    assert replay(erp, both) == [("skipped", "NEWER_RUN_FAILED"), DONE]


def test_repeats_are_left_out_unless_deduplication_is_ignored(erp: Erp) -> None:
    for _ in range(2):
        erp.sync(customer("C-1"), deduplication_id="D-1")
    assert replay(erp, everything(erp)) == [DONE, ("skipped", "DUPLICATE_EVENT")]
    assert replay(erp, everything(erp), ignores_deduplication=True, repeats=True, skips_stale=False)[1] == DONE


def test_failures_run_again(erp: Erp) -> None:
    good, bad = synced(erp, 1)[0], erp.sync({"NAME": {}}).event_id
    job = ask(erp, selection(good, bad))
    finish()
    again = ask(erp, FailuresOf(job.pk))
    finish()
    assert outcomes(again) == [DONE]
    assert InboundEvent.objects.get(pk=made(again)[0]).replay_of == made(job)[1]
    assert again.repeats == job.pk


def test_an_event_may_run_with_the_version_that_it_ended_with(erp: Erp) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    before = outcome_of(event_id).use_case_version
    job = ask(erp, selection(event_id), version=Version.AS_BEFORE)
    work_on_jobs()
    assert QueuedEvent.objects.get(event_id=made(job)[0]).retry == {"version": before}
    drain()
    assert InboundOutcome.objects.get(pk=made(job)[0]).use_case_version == before


def test_a_version_is_kept_for_its_own_use_case_only(erp: Erp) -> None:
    erp.add_use_case("contacts-sync", CONTACT)
    event_id = erp.sync(customer("C-1"), event_name="contacts").event_id
    taker = erp.add_use_case("contacts", CONTACT)
    job = ask(erp, selection(event_id), version=Version.AS_BEFORE)
    work_on_jobs()
    assert QueuedEvent.objects.get(event_id=made(job)[0]).retry is None
    drain()
    assert InboundOutcome.objects.get(pk=made(job)[0]).use_case_id == taker.pk


def test_a_job_waits_while_too_many_of_its_events_do(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_job, "CHUNK", 2)
    monkeypatch.setattr(replay_job, "MOST_OUTSTANDING", 2)
    synced(erp, 4)
    job = ask(erp, everything(erp))
    while work_on_jobs():
        pass
    assert len(outcomes(job)) == 2
    drain()
    Job.objects.update(due_at=system_clock.now())
    work_on_jobs()
    assert len(outcomes(job)) == 4


def failing(erp: Erp, count: int) -> None:
    """So many events, all of which have failed."""
    erp.send(*({**erp.event({"NAME": {"NACHNAME": "x"}}), "correlation_id": str(number)} for number in range(count)))
    drain()


def test_a_job_whose_events_fail_stops_itself_before_it_runs_them_all(erp: Erp) -> None:
    failing(erp, 60)
    job = ask(erp, everything(erp))
    finish()
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.STOPPED, replay_job.LOOKED_AT_FIRST)


def test_a_job_runs_a_few_events_until_it_is_known_how_they_end(erp: Erp) -> None:
    synced(erp, 60)
    job = ask(erp, everything(erp))
    while work_on_jobs():
        pass
    assert len(outcomes(job)) == replay_job.LOOKED_AT_FIRST
    drain()
    Job.objects.update(due_at=system_clock.now())
    work_on_jobs()
    assert outcomes(job) == [DONE] * 60


def test_a_job_that_failed_so_far_runs_nothing_more_before_it_stops(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_job, "CHUNK", 20)
    failing(erp, 30)
    job = ask(erp, everything(erp))
    finish()
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.STOPPED, 20)


# What is asked of a person first


def test_many_events_need_a_reason(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "REASON_ABOVE", 2)
    synced(erp, 3)
    with pytest.raises(ReplayRefused, match="reason"):
        ask(erp, everything(erp))
    assert ask(erp, everything(erp), reason="The tariff was wrong").reason == "The tariff was wrong"


def test_use_cases_that_prune_are_confirmed(erp: Erp) -> None:
    ids = synced(erp, 1)
    entry = {**CONTACT["entities"][0], "mode": "upsert-prune-scope-delete"}
    UseCase.objects.filter(pk=erp.use_case.pk).update(configuration={"entities": [entry]})
    with pytest.raises(ReplayRefused, match="customer"):
        ask(erp, selection(*ids))
    assert ask(erp, selection(*ids), confirms_prunes=True).pk


def test_a_use_case_that_prunes_is_confirmed_for_events_that_none_took_when_they_came(erp: Erp) -> None:
    [sent] = erp.send(erp.event(customer("C-1"), event_name="contacts"))
    entry = {**CONTACT["entities"][0], "mode": "upsert-prune-scope-delete"}
    erp.add_use_case("contacts", {"entities": [entry]})
    with pytest.raises(ReplayRefused, match="contacts"):
        ask(erp, selection(sent.event_id))


def test_where_not_all_events_are_looked_at_any_use_case_that_prunes_is_confirmed(
    erp: Erp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MOST_LOOKED_AT", 1)
    entry = {**CONTACT["entities"][0], "mode": "upsert-prune-scope-delete"}
    erp.add_use_case("cleaning", {"entities": [entry]})
    synced(erp, 2)
    with pytest.raises(ReplayRefused, match="cleaning"):
        ask(erp, everything(erp), reason="Wrong tariff")


def test_a_replay_of_nothing_is_refused(erp: Erp) -> None:
    with pytest.raises(ReplayRefused):
        ask(erp, selection())


def test_the_audit_trail_tells_scope_options_and_reason(erp: Erp) -> None:
    synced(erp, 2)
    ask(erp, everything(erp), reason="Wrong tariff")
    told = AuditEntry.objects.get(action="job.started").changes
    assert (told["kind"], told["events"], told["reason"]) == ("inbound_replay", 2, "Wrong tariff")
    assert told["scope"]["by"] == "filter"
    assert told["options"]["skips_stale"] is True


# Deliveries


@pytest.mark.parametrize(("has_deliveries", "published"), [(True, 1), (False, 0)])
def test_core_events_are_published_only_with_deliveries(erp: Erp, has_deliveries: bool, published: int) -> None:
    switch(erp.organization, "CustomerDetailsUpdated", keeps_history=True)
    event_id = erp.sync(customer("C-1", "Before")).event_id
    CoreEvent.objects.all().delete()
    erp.sync(customer("C-1", "After"))
    CoreEvent.objects.all().delete()
    assert replay(erp, selection(event_id), skips_stale=False, has_deliveries=has_deliveries) == [DONE]
    assert (erp.entity("C-1").attributes["last_name"], CoreEvent.objects.count()) == ("Before", published)


def test_an_event_that_waits_to_be_tried_again_stays_quiet() -> None:
    waiting = Waiting(1, 1, 3, NOW, "CODE", "message", frozenset(), is_quiet=True)
    assert retry_of(waiting)["quiet"] is True
