"""Leases: who gets a lane, for how long, and what is left when a worker ends badly."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import LazySettings
from django.db import OperationalError

from hub import processes
from inbound.models import InboundOutcome, Lane, QueuedEvent
from inbound.process import lane, work
from inbound.process.lease import Lease, begin_slice, claim, free_ended
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp, customer, drain

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


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The next slice's transaction fails; those after it do not."""
    transact = lane.LaneRun._transact

    def fail(self: lane.LaneRun, *arguments: object) -> None:
        monkeypatch.setattr(lane.LaneRun, "_transact", transact)
        raise error

    monkeypatch.setattr(lane.LaneRun, "_transact", fail)


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
    first = QueuedEvent.objects.order_by("sequence")[0].event_id
    outcome_of = lane.SliceTransaction._write

    def write(self: lane.SliceTransaction, events: object) -> object:
        if any(event.event_id == first and first not in self.pending.outcomes for event in self.events):
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


def test_a_lease_ends_ten_seconds_after_its_last_renewal(erp: Erp, clock: FixedClock, settings: LazySettings) -> None:
    erp.send(erp.event(customer("1")))
    held = taken(clock)
    Lane.objects.update(leased_until=clock.now() - timedelta(days=999))
    begin_slice(held, first=1, last=1)
    assert claim(holder="another", at=clock.now()) is None
