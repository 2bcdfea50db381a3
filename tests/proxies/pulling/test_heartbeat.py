"""A run stays with the worker that reads it, and is missed soon after that worker is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from proxies.models import PullRun, PullState
from proxies.pulling import planning, running
from proxies.pulling.claiming import LEASE, claim
from proxies.pulling.heartbeat import LONGEST_PAGE_S, Heartbeat, is_interrupted
from tests.proxies.pulling.conftest import Works
from tools.running import wait_for

pytestmark = pytest.mark.django_db


def claimed(works: Works) -> PullRun:
    works.schedule()
    planning.plan()
    run = claim()
    assert run is not None
    return run


def due_at(run: PullRun) -> datetime | None:
    return PullRun.objects.values_list("next_attempt_at", flat=True).get(pk=run.pk)


def test_a_worker_that_is_gone_is_missed_when_its_lease_ends(works: Works) -> None:
    run = claimed(works)
    assert not is_interrupted(run, works.clock.at)
    assert is_interrupted(run, works.clock.move(LEASE))
    works.source.add("C-1")
    running.turn(lambda: False)
    assert [one.state for one in works.runs] == [PullState.SUCCEEDED]


def test_a_beat_renews_all_leases_with_one_statement(works: Works, count_queries: Callable) -> None:
    runs = [claimed(works)]
    works.schedule(slug="another")
    planning.plan()
    second = claim()
    assert second is not None
    runs.append(second)
    heart = Heartbeat(beat_s=3600)
    with heart.reading(runs[0]), heart.reading(runs[1]):
        works.clock.move(seconds=10)
        with count_queries() as counted:
            heart.beat()
    assert len(counted) == 1
    assert {due_at(run) for run in runs} == {works.clock.at + LEASE}


def test_without_runs_a_beat_asks_nothing(count_queries: Callable) -> None:
    with count_queries() as counted:
        Heartbeat().beat()
    assert len(counted) == 0


def test_a_page_that_hangs_is_kept_no_longer_than_any_page_takes(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = [0.0]
    monkeypatch.setattr("hub.clock.monotonic", lambda: passed[0])
    run, heart = claimed(works), Heartbeat(beat_s=3600)
    with heart.reading(run) as a_page_begins:
        passed[0] = LONGEST_PAGE_S
        a_page_begins()
        passed[0] += LONGEST_PAGE_S - 1
        works.clock.move(seconds=10)
        heart.beat()
        assert due_at(run) == works.clock.at + LEASE
        passed[0] += 1
        works.clock.move(seconds=10)
        heart.beat()
    assert due_at(run) == works.clock.at + LEASE - timedelta(seconds=10)


def test_a_run_that_somebody_else_has_by_now_is_left_to_them(works: Works) -> None:
    run, heart = claimed(works), Heartbeat(beat_s=3600)
    works.clock.move(LEASE)
    again = claim()
    assert again is not None
    with heart.reading(run):
        works.clock.move(seconds=1)
        heart.beat()
    assert due_at(run) == again.next_attempt_at


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_the_lease_of_a_long_page_does_not_end(works: Works) -> None:
    run = claimed(works)
    with Heartbeat(beat_s=0.01).reading(run):
        for _ in range(3):
            until = works.clock.move(seconds=15) + LEASE
            wait_for(lambda until=until: due_at(run) == until, "the lease to be renewed")
            assert claim() is None
