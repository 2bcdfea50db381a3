"""How many more requests a worker may have out."""

from __future__ import annotations

from outbound.delivering.capacity import MOST_IN_FLIGHT, MOST_OPEN, SLOW_AFTER_S, capacity


def test_a_worker_with_nothing_out_may_send_as_many_as_it_ever_may() -> None:
    assert capacity([], 100.0) == MOST_IN_FLIGHT


def test_requests_that_were_just_begun_take_room() -> None:
    assert capacity([100.0] * 30, 101.0) == MOST_IN_FLIGHT - 30


def test_slow_requests_take_none() -> None:
    assert capacity([100.0] * MOST_IN_FLIGHT, 100.0 + SLOW_AFTER_S) == MOST_IN_FLIGHT


def test_slow_requests_have_a_bound_of_their_own() -> None:
    assert capacity([100.0] * MOST_OPEN, 200.0) == 0
