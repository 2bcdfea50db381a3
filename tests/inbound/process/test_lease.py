"""Leases: who gets a lane, for how long, and what is left when a worker ends badly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from uuid import uuid4

import psycopg
import pytest
from django.conf import LazySettings
from django.db import OperationalError
from django.db.models.functions import Now

from hub import health, processes
from hub.entities.models import Entity
from hub.jsonata.pool import Busy, NoChild
from inbound.models import InboundOutcome, Lane, QueuedEvent
from inbound.process import lane, work
from inbound.process.lease import Lease, LeaseLost, abandon, begin_slice, claim, free_ended, release
from tests.conftest import FixedClock
from tests.inbound.conftest import CONTACT, Erp, customer, drain

pytestmark = pytest.mark.django_db

stage = import_module("inbound.process.work")
"""The module; the package calls its function by the same name."""


def taken(clock: FixedClock, holder: str = "somebody") -> Lease:
    held = claim(holder=holder, at=clock.now())
    assert held is not None
    return held


def test_the_lease_of_a_worker_that_was_killed_is_free_and_its_marks_stay(
    erp: Erp, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    erp.send(erp.event(customer("1")))
    begin_slice(taken(clock, "killed"), first=1, last=9)
    monkeypatch.setattr(processes, "has_ended", lambda name: name == "killed")
    assert free_ended() == 1
    assert Lane.objects.values_list("leased_until", "slice_last").get() == (None, 9)


def test_the_lease_of_a_worker_that_lives_stays(erp: Erp, clock: FixedClock) -> None:
    erp.send(erp.event(customer("1")))
    taken(clock, processes.own_name())
    assert free_ended() == 0
    assert claim(holder="another", at=clock.now()) is None


def test_every_process_looks_for_leases_of_ended_ones_once(
    erp: Erp, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(stage, "free_ended", lambda: seen.append("looked"))
    monkeypatch.setattr(stage, "_looked_as", 0)
    drain()
    drain()
    monkeypatch.setattr(stage.os, "getpid", lambda: 1)
    drain()
    assert seen == ["looked", "looked"]


def settled_in_vain() -> bool:
    return not InboundOutcome.objects.exists() and not Entity.objects.exists()


def test_a_slice_whose_lane_was_taken_over_meanwhile_leaves_nothing(
    erp: Erp, once_a_slice_has_begun: Callable[[Callable[[], object]], None]
) -> None:
    erp.send(erp.event(customer("1")))
    once_a_slice_has_begun(lambda: Lane.objects.update(lease_token=uuid4()))
    work()
    assert settled_in_vain()
    assert QueuedEvent.objects.count() == 1


def test_a_slice_of_which_somebody_else_settled_an_event_leaves_nothing(
    erp: Erp, once_a_slice_has_begun: Callable[[Callable[[], object]], None]
) -> None:
    erp.send(erp.event(customer("1")), erp.event(customer("2")))
    once_a_slice_has_begun(lambda: QueuedEvent.objects.order_by("sequence")[0].delete())
    work()
    assert settled_in_vain()


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The next slice's transaction fails; those after it do not."""
    transact = lane.LaneRun._transact

    def fail(self: lane.LaneRun, *arguments: object) -> None:
        monkeypatch.setattr(lane.LaneRun, "_transact", transact)
        raise error

    monkeypatch.setattr(lane.LaneRun, "_transact", fail)


def full_disk() -> OperationalError:
    """As the driver's error reaches us."""
    error = OperationalError("could not extend file: No space left on device")
    error.__cause__ = psycopg.errors.DiskFull()
    return error


@pytest.mark.parametrize(
    "fault", [full_disk(), NoChild("no room"), Busy("all busy"), OSError(12, "no memory")], ids=repr
)
def test_a_fault_of_the_machine_is_no_crash_however_often_it_comes(
    erp: Erp, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    erp.send(erp.event(customer("1")))
    for _ in range(12):
        fail_with(monkeypatch, fault)
        with pytest.raises(type(fault)):
            work()
    drain()
    assert [outcome.status for outcome in InboundOutcome.objects.all()] == ["success"]


def test_a_failure_that_nobody_foresaw_counts_as_a_crash(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    erp.send(erp.event(customer("1")))
    fail_with(monkeypatch, KeyError("what"))
    with pytest.raises(KeyError):
        work()
    found = Lane.objects.get()
    assert (found.leased_until, found.slice_first) == (None, QueuedEvent.objects.get().pk)


def test_an_event_that_always_fails_unforeseen_ends_and_the_rest_goes_on(
    erp: Erp, monkeypatch: pytest.MonkeyPatch
) -> None:
    erp.send(*(erp.event(customer(number)) for number in ("1", "2", "3")))
    first = QueuedEvent.objects.order_by("sequence")[0].sequence
    outcome_of = lane.SliceTransaction._write

    def write(self: lane.SliceTransaction, events: object) -> object:
        if any(event.sequence == first and first not in self.pending.outcomes for event in self.events):
            raise KeyError("what")
        return outcome_of(self, events)  # type: ignore[arg-type]

    monkeypatch.setattr(lane.SliceTransaction, "_write", write)
    for _ in range(5):
        with pytest.raises(KeyError):
            work()
    drain()
    codes = InboundOutcome.objects.order_by("event_id").values_list("code", flat=True)
    assert list(codes) == ["WORKER_CRASHED", "", ""]


def test_a_database_that_went_away_is_no_crash_and_the_lane_is_free_once_it_is_back(
    erp: Erp, monkeypatch: pytest.MonkeyPatch
) -> None:
    erp.send(erp.event(customer("1")))
    fail_with(monkeypatch, OperationalError("the connection is closed"))
    with pytest.raises(OperationalError):
        work()
    assert work() == 1
    assert Lane.objects.get().slice_tries == 0


def test_a_lane_is_served_for_two_seconds_and_a_borrowed_one_for_a_moment(
    erp: Erp, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[float] = []
    monkeypatch.setattr(stage.clock, "monotonic", lambda: 0.0)
    monkeypatch.setattr(lane.LaneRun, "drain", lambda self, deadline: turns.append(deadline))
    erp.add_use_case("second", CONTACT)
    erp.send(erp.event(customer("1")), erp.event(customer("2"), use_case_slug="second"))
    work()
    taken(clock)
    work()
    assert turns == [stage.TURN.total_seconds(), stage.BORROWED_TURN.total_seconds()]


def busy_erp(erp: Erp, lanes: int) -> Erp:
    """One event waits in each of that many lanes."""
    erp.send(*(erp.event(customer(str(number)), group_id=f"group {number}") for number in range(lanes)))
    return erp


def workers(number: int, clock: FixedClock) -> None:
    for place in range(number):
        health.beat(name=f"worker {place}", process_id=place, at=clock.now())


def test_an_organization_that_holds_half_of_the_workers_comes_after_everybody_else(
    erp: Erp, other_erp: Erp, clock: FixedClock
) -> None:
    workers(4, clock)
    busy_erp(erp, 8)
    held = [taken(clock), taken(clock)]
    busy_erp(other_erp, 1)
    Lane.objects.of(other_erp.organization).update(served_at=clock.now() + timedelta(days=999))
    following = taken(clock)
    assert {one.organization_id for one in held} == {erp.organization.pk}
    assert following.organization_id == other_erp.organization.pk
    assert [one.is_borrowed for one in [*held, following]] == [False, False, False]


def test_an_organization_borrows_the_workers_that_nobody_else_needs(erp: Erp, clock: FixedClock) -> None:
    workers(4, clock)
    busy_erp(erp, 8)
    assert [taken(clock).is_borrowed for _ in range(4)] == [False, False, True, True]


def test_a_single_worker_is_nobodys_share_alone(erp: Erp, clock: FixedClock) -> None:
    workers(1, clock)
    busy_erp(erp, 8)
    first = taken(clock)
    release(first)
    assert [first.is_borrowed, taken(clock).is_borrowed] == [False, False]


def test_workers_that_fell_silent_count_no_more(erp: Erp, clock: FixedClock) -> None:
    workers(4, clock)
    clock.move(seconds=31)
    busy_erp(erp, 8)
    assert [taken(clock).is_borrowed for _ in range(2)] == [False, True]


def test_a_lease_ends_ten_seconds_after_its_last_renewal(erp: Erp, clock: FixedClock, settings: LazySettings) -> None:
    erp.send(erp.event(customer("1")))
    held = taken(clock)
    Lane.objects.update(leased_until=clock.now() - timedelta(days=999))
    begin_slice(held, first=1, last=1)
    assert claim(holder="another", at=clock.now()) is None


def test_a_lease_that_was_not_renewed_is_anybodys(erp: Erp, clock: FixedClock) -> None:
    erp.send(erp.event(customer("1")))
    taken(clock)
    Lane.objects.update(leased_until=Now() - timedelta(seconds=1))
    assert claim(holder="another", at=clock.now()) is not None


def test_a_turn_ends_after_the_slice_in_which_its_time_is_over(
    erp: Erp, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HUB_SLICE_EVENTS = 2
    monkeypatch.setattr(stage, "TURN", timedelta(0))
    erp.send(*(erp.event(customer(str(number))) for number in range(5)))
    assert [work(), work(), work(), work()] == [2, 2, 1, 0]


def test_a_worker_that_lost_its_lane_neither_renews_nor_ends_the_lease_of_the_next(erp: Erp, clock: FixedClock) -> None:
    erp.send(erp.event(customer("1")))
    lost = taken(clock)
    Lane.objects.update(leased_until=None)
    taken(clock, "next")
    with pytest.raises(LeaseLost):
        begin_slice(lost, first=1, last=1)
    release(lost)
    abandon(lost)
    assert Lane.objects.values_list("lease_holder", "slice_first").get() == ("next", None)


def test_the_next_slice_is_not_marked_ahead_while_events_may_arrive_late(erp: Erp, clock: FixedClock) -> None:
    """Its marks are what makes the worker look for them."""
    erp.send(erp.event(customer("1")))
    lease = taken(clock)
    marked = []
    for is_changing in (False, True):
        run = lane.LaneRun(replace(lease, is_changing=is_changing), 1)
        pending = run._read(besides=())
        run._following = SimpleNamespace(peek=lambda pending=pending: pending)  # type: ignore[assignment]
        marked.append(len(run._upcoming()))
    assert marked == [1, 0]
