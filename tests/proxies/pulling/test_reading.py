"""Runs of schedules: pages, cursors, failures, and what becomes of records."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from integrations.models import UseCase
from proxies.models import Pull, PullKind, PullRun, PullState
from proxies.pulling import planning, running
from proxies.pulling.claiming import LEASE, claim
from tests.proxies.pulling.conftest import Works
from tests.receiver import Received, Reply

pytestmark = pytest.mark.django_db


def test_the_first_run_begins_at_once_and_reads_every_page(works: Works) -> None:
    works.source.add("C-1", "C-2", "C-3", "C-4", "C-5")
    works.schedule()
    works.work()
    [run] = works.runs
    assert run.message == ""
    assert (run.state, run.kind, run.pages, run.items) == (PullState.SUCCEEDED, "scheduled", 3, 5)
    assert works.taken() == ["C-1", "C-2", "C-3", "C-4", "C-5"]
    assert [one["page"] for one in works.source.asked] == ["1", "2", "3"]


def test_the_next_run_asks_for_what_has_changed_since(works: Works) -> None:
    works.source.add("C-1", changed_at="2026-01-10T00:00:00Z")
    works.schedule()
    works.work()
    works.source.add("C-2", changed_at="2026-01-12T00:00:00Z")
    works.clock.move(seconds=15 * 60)
    works.work()
    assert [one["since"] for one in works.source.asked] == ["2026-01-01T00:00:00Z", "2026-01-10T00:00:00Z"]
    assert works.taken() == ["C-1", "C-2"]
    assert works.cursor == "2026-01-12T00:00:00Z"


def test_nothing_is_read_before_its_time(works: Works) -> None:
    works.schedule()
    works.work()
    works.clock.move(seconds=15 * 60 - 1)
    works.work()
    assert len(works.source.asked) == 1


def test_a_page_without_records_keeps_the_cursor(works: Works) -> None:
    works.source.add("C-1")
    works.schedule()
    works.work()
    works.clock.move(seconds=15 * 60)
    works.work()
    assert [run.items for run in works.runs] == [1, 0]
    assert works.cursor == "2026-01-10T00:00:00Z"


def test_without_an_expression_the_cursor_is_when_the_run_began_less_the_overlap(works: Works) -> None:
    works.schedule(cursor={"parameter": "since", "initial": "2026-01-01T00:00:00Z", "overlap_seconds": 60})
    works.work()
    assert works.cursor == "2026-01-15T07:59:00.000Z"


def test_a_failing_source_is_asked_again_later_and_the_run_goes_on_with_the_same_page(works: Works) -> None:
    works.source.add("C-1", "C-2", "C-3")
    works.schedule()
    works.source.failures = [Reply(503)]
    works.work()
    [run] = works.runs
    assert (run.state, run.code) == (PullState.WAITING, "EXTERNAL_API_ERROR")
    works.clock.move(seconds=30)
    works.work()
    assert [run.state for run in works.runs] == [PullState.SUCCEEDED]
    assert works.taken() == ["C-1", "C-2", "C-3"]


def test_after_the_last_try_the_run_has_failed_and_the_cursor_stays(works: Works) -> None:
    works.source.add("C-1")
    works.schedule()
    works.source.failures = [Reply(500)] * 5
    works.work()
    for pause in (30, 90, 270, 810):
        works.clock.move(seconds=pause)
        running.turn(lambda: False)
    assert [run.state for run in works.runs] == [PullState.FAILED]
    assert works.cursor is None


def test_a_refusal_is_not_tried_again(works: Works) -> None:
    works.schedule()
    works.source.failures = [Reply(403, body=b'{"error":"no"}')]
    works.work()
    [run] = works.runs
    assert (run.state, run.attempts) == (PullState.FAILED, 1)


def test_a_worker_that_dies_loses_no_page(works: Works) -> None:
    works.source.add("C-1", "C-2", "C-3")
    works.schedule()
    works.work()
    works.clock.move(seconds=15 * 60)
    works.source.add("C-4", changed_at="2026-01-13T00:00:00Z")
    planning.plan()
    assert claim() is not None  # and then it is gone
    running.turn(lambda: False)
    assert works.taken() == ["C-1", "C-2", "C-3"]
    works.clock.move(LEASE)
    running.turn(lambda: False)
    assert works.taken() == ["C-1", "C-2", "C-3", "C-4"]


def test_a_page_that_is_read_twice_by_one_run_is_taken_once(works: Works) -> None:
    works.source.add("C-1", "C-2")
    works.schedule()
    works.work()
    [run] = works.runs
    PullRun.objects.filter(pk=run.pk).update(
        state=PullState.WAITING, next_attempt_at=works.clock.at, finished_at=None, pages=0, next_page=None
    )
    running.turn(lambda: False)
    assert len(works.source.asked) == 2
    assert works.taken() == ["C-1", "C-2"]


def test_records_that_are_no_objects_are_counted_as_refused(works: Works) -> None:
    works.source.add("C-1")
    works.schedule(items='[customers, "text", {}]')
    works.work()
    [run] = works.runs
    assert (run.state, run.items, run.refused, run.code) == (PullState.SUCCEEDED, 1, 2, "PULL_ITEMS_REFUSED")
    assert run.message == "An item is no JSON object with members."


def test_records_that_nobody_takes_move_no_cursor(works: Works) -> None:
    works.source.add("C-1")
    works.schedule()
    UseCase.objects.filter(slug="customers").update(enabled=False)
    works.organization.bump_config_version()
    works.work()
    [run] = works.runs
    assert (run.state, run.code) == (PullState.FAILED, "PULL_TARGET_UNUSABLE")
    assert works.cursor is None


def test_a_worker_that_meets_what_nobody_foresaw_tries_again_later(works: Works, monkeypatch) -> None:
    works.schedule()
    monkeypatch.setattr("proxies.pulling.reading.split", lambda *_, **__: 1 / 0)
    works.work()
    [run] = works.runs
    assert (run.state, run.code) == (PullState.WAITING, "UNKNOWN_ERROR")


def test_a_page_at_which_workers_die_ends_the_run(works: Works) -> None:
    works.schedule()
    planning.plan()
    for _ in range(5):
        assert claim() is not None
        works.clock.move(LEASE)
    running.turn(lambda: False)
    assert [(run.state, run.code) for run in works.runs] == [(PullState.FAILED, "WORKER_LOST")]


@pytest.mark.parametrize(
    ("pull", "said"),
    [
        ({"items": "$error('no')"}, "items: "),
        ({"next_page": "5"}, "next_page: must yield an object"),
        ({"next_page": '{"page": 2}'}, "next_page: yields on page 2 what a page of this run was asked with already"),
        (
            {"cursor": {"parameter": "since", "initial": "2026", "next": "[1]"}},
            "cursor.next: must yield a text or a number",
        ),
    ],
)
def test_an_expression_that_does_not_fit_fails_the_run_and_says_which(works: Works, pull: dict, said: str) -> None:
    works.source.add("C-1")
    works.schedule(**pull)
    works.work()
    [run] = works.runs
    assert run.state == PullState.FAILED
    assert run.message.startswith(said)


def test_a_source_that_never_ends_is_stopped(works: Works) -> None:
    works.schedule(most_pages=3, next_page='{"page": $page + 1}')
    works.work()
    [run] = works.runs
    assert (run.state, run.code, run.pages) == (PullState.FAILED, "PULL_TOO_MANY_PAGES", 3)


def test_a_use_case_that_was_disabled_meanwhile_ends_its_run(works: Works) -> None:
    use_case = works.schedule()
    planning.plan()
    use_case.enabled = False
    use_case.save()
    running.turn(lambda: False)
    assert [(run.state, run.code) for run in works.runs] == [(PullState.CANCELLED, "PULL_SCHEDULE_GONE")]
    assert works.source.asked == []


def test_one_organization_takes_no_more_than_two_readers(works: Works) -> None:
    for number in range(3):
        works.schedule(slug=f"read-{number}")
    planning.plan()
    assert [claim() is None for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, {"Content-Type": "text/html"}, b"<html>login</html>"),
        Reply(200),
        Reply(200, {"Content-Type": "application/json"}, b'"no object"'),
    ],
)
def test_an_answer_that_is_no_object_moves_no_cursor(works: Works, reply: Reply) -> None:
    works.schedule()
    works.source.failures = [reply]
    works.work()
    [run] = works.runs
    assert (run.state, run.code) == (PullState.FAILED, "PULL_PAGE_UNFIT")
    assert works.cursor is None


def after_the_first_page(works: Works, act: Callable[[], object]) -> None:
    """Something happens while a run with three pages is on its way."""
    answer = works.source.receiver.answer

    def acting(request: Received, number: int) -> Reply | None:
        if number == 1:
            act()
        return answer(request, number)

    works.source.receiver.answer = acting
    works.source.add("C-1", "C-2", "C-3", "C-4", "C-5")
    running.turn(lambda: False)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_pause_stops_a_run_after_its_page(works: Works) -> None:
    works.schedule()
    planning.plan()
    after_the_first_page(works, lambda: in_a_thread(lambda: Pull.objects.update(paused_at=works.clock.at)))
    [run] = works.runs
    assert (run.state, run.pages, run.lease) == (PullState.WAITING, 1, None)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_disabling_a_use_case_ends_its_run_after_its_page(works: Works) -> None:
    works.schedule()
    planning.plan()
    disable = UseCase.objects.filter(type="managed_call")
    after_the_first_page(works, lambda: in_a_thread(lambda: disable.update(enabled=False)))
    [run] = works.runs
    assert (run.state, run.pages, run.code) == (PullState.CANCELLED, 1, "PULL_SCHEDULE_GONE")


def in_a_thread(act: Callable[[], object]) -> None:
    """As somebody else would, on a connection of their own."""

    def acting() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=acting)
    thread.start()
    thread.join()


@pytest.mark.parametrize(
    ("initial", "found", "cursor"),
    [("10", '"9"', "10"), ("9", '"10"', "10"), (5, "4", 5), (5, "6", 6), ("2026-02", '"2026-01"', "2026-02")],
)
def test_a_cursor_never_goes_back(works: Works, initial: object, found: str, cursor: object) -> None:
    works.schedule(cursor={"parameter": "since", "initial": initial, "next": found})
    works.work()
    assert works.cursor == cursor


def test_a_run_gives_up_its_turn_after_a_while(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LONGEST_TURN_S", 0)
    works.source.add("C-1", "C-2", "C-3")
    works.schedule()
    planning.plan()
    assert running.turn(lambda: False) == 2
    assert [run.state for run in works.runs] == [PullState.SUCCEEDED]
    assert works.taken() == ["C-1", "C-2", "C-3"]


def test_what_somebody_waits_for_is_read_before_and_beside_long_runs(works: Works) -> None:
    for number in range(3):
        works.schedule(slug=f"read-{number}")
    planning.plan()
    assert [claim() is None for _ in range(3)] == [False, False, True]
    pull = Pull.objects.first()
    assert pull is not None
    planning.run_of(pull, PullKind.ON_DEMAND, works.clock.at).save(force_insert=True)
    claimed = claim()
    assert claimed is not None
    assert claimed.kind == PullKind.ON_DEMAND
