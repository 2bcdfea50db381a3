"""Where the steps of a trace stand on their axis, and what the clock says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from monitoring.traces.parts import Step, TracePart
from monitoring.traces.timeline import MOST_ROWS, Timeline, timeline_of
from tests.builders import NOW


def at(seconds: float) -> datetime:
    """So long after NOW."""
    return NOW + timedelta(seconds=seconds)


def step(began: float, ended: float | None, **fields: Any) -> Step:
    """A step between two moments, in seconds after NOW."""
    status = fields.pop("status", "success")
    name = fields.pop("name", "Step")
    return Step(name, status, at(began), None if ended is None else at(ended), **fields)


def timeline(*steps: Step, now: float = 60) -> Timeline:
    """Drawn so many seconds after NOW."""
    drawn = timeline_of(TracePart(steps), at(now))
    assert drawn is not None
    return drawn


def test_nothing_known_is_no_timeline():
    assert timeline_of(TracePart(), NOW) is None


def test_steps_stand_in_the_order_of_time_each_followed_by_what_belongs_to_it():
    late = step(3, 4, name="Delivery")
    early = step(0, 2, name="Event", children=(step(1, 2, name="Written"), step(0, 0, name="Received")))
    names = [(row.step.name, row.is_child) for row in timeline(late, early).rows]
    assert names == [("Event", False), ("Received", True), ("Written", True), ("Delivery", False)]


def test_the_bars_take_seven_tenths_of_the_axis():
    [first, second] = timeline(step(0, 5), step(5, 10)).rows
    assert (first.bar.start, round(first.bar.length, 3)) == (0, 35)
    assert (round(second.bar.start, 3), round(second.bar.length, 3)) == (35, 35)


def test_a_moment_is_still_seen():
    assert timeline(step(0, 0), step(0, 10)).rows[0].bar.length > 0


def test_what_goes_on_reaches_until_now():
    drawn = timeline(step(0, 1), step(1, None, status="waiting"), now=11)
    assert drawn.clock.is_running
    assert drawn.clock.took == timedelta(seconds=11)
    assert drawn.rows[1].took == timedelta(seconds=10)


def test_the_clock_stops_with_the_last_step():
    clock = timeline(step(0, 1), step(1, 4), now=600).clock
    assert (clock.is_running, clock.took) == (False, timedelta(seconds=4))


def test_somebody_is_late_once_the_moment_has_passed():
    waiting = step(1, None, due_at=at(30))
    assert not timeline(waiting, now=29).clock.is_overdue
    assert timeline(waiting, now=31).clock.is_overdue


def test_the_next_moment_counts_where_several_are_awaited():
    assert timeline(step(0, None, due_at=at(90)), step(0, None, due_at=at(30))).clock.due_at == at(30)


def test_the_worst_step_says_how_the_whole_stands():
    failed = step(0, 1, children=(step(0, 1, status="error"),))
    assert timeline(failed, step(1, 2, status="warning")).status == "error"


def test_what_others_told_is_told_apart_by_pattern():
    drawn = timeline(step(0, 1, is_external=True), step(1, 2, status="error"))
    assert [row.bar.css_class for row in drawn.rows] == ["ih-pattern-external", "ih-fill-error"]
    assert drawn.has_external


def test_a_long_trace_says_how_much_is_not_drawn():
    drawn = timeline(*(step(n, n) for n in range(MOST_ROWS + 7)))
    assert (len(drawn.rows), drawn.left_out) == (MOST_ROWS, 7)


def test_what_was_skipped_as_a_whole_is_no_success():
    assert timeline(step(0, 0, status="skipped", children=(step(0, 0),))).status == "skipped"
    assert timeline(step(0, 0, status="skipped"), step(0, 1)).status == "success"


def test_a_single_moment_has_no_axis():
    assert timeline(step(0, 0)).ticks == []
