"""Pace: a lane whose events are slow to map gets smaller slices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inbound.process import pace


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    pace.forget_all()
    yield
    pace.forget_all()


def test_a_lane_of_which_nothing_is_known_gets_all() -> None:
    assert pace.bounded(1, 500) == 500


def test_a_quick_lane_gets_all() -> None:
    pace.note(1, events=500, seconds=0.05)
    assert pace.bounded(1, 500) == 500


def test_a_slow_lane_gets_what_is_mapped_in_two_seconds() -> None:
    pace.note(1, events=500, seconds=20)
    assert (pace.bounded(1, 500), pace.bounded(2, 500)) == (50, 500)


def test_a_lane_gets_one_event_however_slow_it_is() -> None:
    pace.note(1, events=1, seconds=8)
    assert pace.bounded(1, 500) == 1


def test_a_lane_that_is_quick_again_gets_all_again() -> None:
    pace.note(1, events=500, seconds=20)
    pace.note(1, events=50, seconds=0.05)
    assert pace.bounded(1, 500) == 500
