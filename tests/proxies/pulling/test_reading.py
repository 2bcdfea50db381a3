"""Runs of schedules: pages, cursors, failures, and what becomes of records."""

from __future__ import annotations

import pytest
from django.test import override_settings

from integrations.models import UseCase
from proxies.models import PullRun, PullState
from proxies.pulling import planning, running
from proxies.pulling.claiming import claim
from tests.proxies.pulling.conftest import Works
from tests.receiver import Reply

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback_is_allowed() -> object:
    with override_settings(HUB_EGRESS_ALLOW=("127.0.0.1",)):
        yield


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
    works.clock.move(seconds=121)
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
        works.clock.move(seconds=121)
    running.turn(lambda: False)
    assert [(run.state, run.code) for run in works.runs] == [(PullState.FAILED, "WORKER_LOST")]


@pytest.mark.parametrize(
    ("pull", "said"),
    [
        ({"items": "$error('no')"}, "items: "),
        ({"next_page": "5"}, "next_page: must yield an object"),
        ({"next_page": '{"page": 2}'}, "next_page: yields what this page was asked with"),
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
