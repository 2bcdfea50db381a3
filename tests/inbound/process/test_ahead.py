"""Working ahead: the thread's result, what happens while it is waited for, and the lease meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from inbound.models import InboundOutcome, Lane
from inbound.process import ahead, lane, mapped, pace
from inbound.process.slices import Queued
from tests.inbound.conftest import Erp, customer, drain
from tools.running import wait_for

QUICKLY_S = 0.01


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "WAIT_S", QUICKLY_S)


def nothing() -> None:
    """To do meanwhile."""


@pytest.mark.django_db
def test_a_result_is_what_was_made() -> None:
    assert ahead.Following(lambda: 7).result(meanwhile=nothing) == 7


@pytest.mark.django_db
def test_what_was_raised_is_raised_where_it_is_waited_for() -> None:
    def fail() -> None:
        raise KeyError("what")

    with pytest.raises(KeyError):
        ahead.Following(fail).result(meanwhile=nothing)


@pytest.mark.django_db
@pytest.mark.usefixtures("_quick")
def test_a_long_wait_is_used_again_and_again() -> None:
    is_over, calls = threading.Event(), []

    def see_to_it() -> None:
        calls.append(1)
        if len(calls) == 3:
            is_over.set()

    assert ahead.Following(lambda: is_over.wait(60)).result(meanwhile=see_to_it)
    assert len(calls) >= 3


@pytest.mark.django_db
@pytest.mark.usefixtures("_quick")
def test_what_is_raised_meanwhile_ends_the_wait_once_the_thread_is_free() -> None:
    is_over = threading.Event()

    def fail() -> None:
        is_over.set()
        raise KeyError("lost")

    with pytest.raises(KeyError):
        ahead.Following(lambda: is_over.wait(60)).result(meanwhile=fail)


@pytest.fixture
def _ahead(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a worker; its thread's connection is closed when all is over."""
    settings.HUB_WORK_AHEAD = True
    monkeypatch.setattr(ahead, "WAIT_S", QUICKLY_S)
    yield
    ahead.Following(lambda: connection.close()).result(meanwhile=nothing)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_ahead")
def test_events_of_several_slices_are_all_applied_in_order(erp: Erp, settings: LazySettings) -> None:
    settings.HUB_SLICE_EVENTS = 3
    erp.send(*(erp.event(customer(str(number % 2), f"Name {number}")) for number in range(10)))
    drain()
    assert InboundOutcome.objects.filter(status="success").count() == 10
    assert [erp.entity(number).attributes["last_name"] for number in ("0", "1")] == ["Name 8", "Name 9"]


class Reads:
    """What was read of the queue and mapped, in that order: how many events, and "mapped"."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[object] = []
        read_slice, wished = lane.read_slice, mapped.PendingSlice._wished

        def read(**wanted: Any) -> list[Queued]:
            events = read_slice(**wanted)
            self.made.append(len(events))
            self.after_read()
            return events

        def wish(pending: mapped.PendingSlice, events: Sequence[Queued]) -> mapped.Wishes:
            self.made.append("mapped")
            return wished(pending, events)

        monkeypatch.setattr(lane, "read_slice", read)
        monkeypatch.setattr(mapped.PendingSlice, "_wished", wish)

    def after_read(self) -> None:
        """For tests to replace."""


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_ahead")
def test_in_a_long_queue_a_slice_is_read_while_the_one_before_it_is_mapped(
    erp: Erp, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HUB_SLICE_EVENTS = 2
    erp.send(*(erp.event(customer(str(number))) for number in range(8)))
    reads = Reads(monkeypatch)
    drain()
    assert reads.made[:9] == [2, "mapped", 2, 2, "mapped", 2, "mapped", 0, "mapped"]
    assert InboundOutcome.objects.filter(status="success").count() == 8


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_ahead")
def test_a_slice_is_read_anew_when_there_is_no_time_for_so_many_events_any_more(
    erp: Erp, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HUB_SLICE_EVENTS = 2
    erp.send(*(erp.event(customer(str(number))) for number in range(6)))
    reads = Reads(monkeypatch)

    def slow_down() -> None:
        if reads.made == [2, "mapped", 2, 2]:
            monkeypatch.setattr(pace, "bounded", lambda lane_id, most: 1)

    reads.after_read = slow_down  # type: ignore[method-assign]
    drain()
    assert reads.made[:7] == [2, "mapped", 2, 2, "mapped", 1, 1]
    assert InboundOutcome.objects.filter(status="success").count() == 6


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_ahead")
def test_a_lease_is_kept_while_a_slow_slice_is_mapped(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    erp.send(erp.event(customer("1")))
    map_slice = mapped.PendingSlice.map

    def map_slowly(self: mapped.PendingSlice, meanwhile: Callable[[], None]) -> None:
        began = Lane.objects.get().leased_until
        wait_for(lambda: Lane.objects.get().leased_until > began, "the lease to be renewed")
        map_slice(self, meanwhile)

    monkeypatch.setattr(mapped.PendingSlice, "map", map_slowly)
    assert drain() == 1
