"""timeline_of: the steps of a trace in the order of time, each with its place on one axis, and the clock; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitoring.traces.bars import EXTERNAL, Bar, fill_of
from monitoring.traces.parts import Step, TracePart

LEAST_PERCENT: Final = 1.0
"""Width of the bar of a moment."""
ROOM: Final = 0.7
"""Share of the axis that the bars take, so that their labels have a place."""
QUARTERS: Final = 4
MOST_ROWS: Final = 300
_WORST_FIRST: Final = ("error", "warning", "held", "retrying", "waiting", "received", "running")
_NOT_APPLIED: Final = ("skipped", "ignored")
"""What a trace is called whose main steps all are one of these."""


@dataclass(frozen=True, slots=True)
class Row:
    """A step where it is drawn. after, took: since the first step."""

    step: Step
    is_child: bool
    bar: Bar
    after: timedelta
    took: timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """From the first step to the last, or to now while something goes on. due_at: the next moment somebody is late."""

    began_at: datetime
    ended_at: datetime
    is_running: bool
    due_at: datetime | None

    @property
    def took(self) -> timedelta:
        """How long the whole took, or takes so far."""
        return self.ended_at - self.began_at

    @property
    def is_overdue(self) -> bool:
        """Whether that moment has passed."""
        return self.due_at is not None and self.due_at < self.ended_at


@dataclass(frozen=True, slots=True)
class Timeline:
    """rows in their order; ticks: how long after the first step each quarter of the axis is, none where all is one
    moment; left_out: rows that are not drawn."""

    rows: Sequence[Row]
    clock: Clock
    ticks: Sequence[timedelta]
    status: str
    left_out: int

    @property
    def has_external(self) -> bool:
        """Whether others told of steps of their own."""
        return any(row.step.is_external for row in self.rows)


def timeline_of(part: TracePart, at: datetime) -> Timeline | None:
    """None where nothing is known. at: now, the end of whatever goes on."""
    if not part.steps:
        return None
    steps = sorted(part.steps, key=_order)
    clock = _clock(steps, at)
    axis = max(clock.took, timedelta(milliseconds=1)) / ROOM
    rows = [_row(step, is_child, clock, axis) for step, is_child in _flat(steps)]
    ticks = [axis * quarter / QUARTERS for quarter in range(QUARTERS)] if clock.took else []
    return Timeline(rows[:MOST_ROWS], clock, ticks, _worst(steps), max(0, len(rows) - MOST_ROWS))


def _order(step: Step) -> tuple[datetime, bool, datetime]:
    """By beginning; what goes on comes after what has ended."""
    return step.began_at, step.ended_at is None, step.ended_at or step.began_at


def _flat(steps: Iterable[Step]) -> Iterator[tuple[Step, bool]]:
    for step in steps:
        yield step, False
        for child in sorted(step.children, key=_order):
            yield child, True


def _clock(steps: Sequence[Step], at: datetime) -> Clock:
    every = [step for step, _ in _flat(steps)]
    is_running = any(step.ended_at is None for step in every)
    began_at = min(step.began_at for step in every)
    ended_at = max(step.ended_at or step.began_at for step in every)
    due_at = min((step.due_at for step in every if step.due_at), default=None)
    return Clock(began_at, max(at, ended_at) if is_running else ended_at, is_running, due_at)


def _row(step: Step, is_child: bool, clock: Clock, axis: timedelta) -> Row:
    ended_at = step.ended_at or clock.ended_at
    start = 100 * ((step.began_at - clock.began_at) / axis)
    length = max(LEAST_PERCENT, 100 * ((ended_at - step.began_at) / axis))
    bar = Bar(start, length, EXTERNAL if step.is_external else fill_of(step.status))
    return Row(step, is_child, bar, step.began_at - clock.began_at, ended_at - step.began_at)


def _worst(steps: Sequence[Step]) -> str:
    statuses = {step.status for step, _ in _flat(steps)}
    worst = next((status for status in _WORST_FIRST if status in statuses), "")
    whole = {step.status for step in steps}
    return worst or next(
        (status for status in _NOT_APPLIED if whole <= set(_NOT_APPLIED) and status in whole), "success"
    )
