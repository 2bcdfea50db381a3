"""Pieces: a window of time cut into what days, hours, five minutes and single rows tell of it; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

FIVE_MINUTES: Final = timedelta(minutes=5)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
STEPS: Final = (DAY, HOUR, FIVE_MINUTES)
"""Widths of the buckets, the widest first."""
EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any span."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)
"""Nothing is rounded up beyond it: a window may be asked for that ends when the calendar does."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the window. width_minutes 1440, 60 and 5 are buckets with since <= starts_at < until; 0 are single
    rows, the last piece of which ends with until itself."""

    width_minutes: int
    since: datetime
    until: datetime
    includes_until: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no span can fall into it."""
        return self.since > self.until or (self.since == self.until and not self.includes_until)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Buckets and spans that cover a window without a gap or an overlap; counted_* bound what deltas add to them."""

    pieces: tuple[Piece, ...]
    counted_since: datetime
    counted_until: datetime


def steps_of(slot: timedelta | None) -> tuple[timedelta, ...]:
    """The widths of buckets that lie within slots of this width, the widest first; all of them without slots."""
    return tuple(step for step in STEPS if slot is None or slot % step == timedelta(0))


def cut(
    since: datetime | None,
    until: datetime,
    *,
    at: datetime,
    fine_kept: timedelta,
    steps: Sequence[timedelta] = (HOUR, FIVE_MINUTES),
) -> Pieces:
    """The window from since (None: ever) to until, both inclusive; at is now.

    steps are the widths of the buckets, the widest first, five minutes last. fine_kept is for how long there are the
    latter; edges before that are read row by row up to the next hour. Without hours among the steps, what is older is
    read row by row altogether.
    """
    fine_since = _ceil(at - fine_kept, HOUR)
    start = _ceil(since, _grain(since, fine_since)) if since else EVER
    # What ends now needs no edge: nothing has happened since, and this window may be the busiest.
    end = _ceil(until, FIVE_MINUTES) if until >= at else _floor(until, _grain(until, fine_since))
    if start >= end:
        return Pieces((Piece(0, since or EVER, until, includes_until=True),), start, start)
    first = start if HOUR in steps else min(max(start, fine_since), end)
    rows_before = Piece(0, since or start, first)
    rows_after = Piece(0, end, until, includes_until=True)
    pieces = (rows_before, *_counted(first, end, steps), rows_after)
    return Pieces(tuple(piece for piece in pieces if not piece.is_empty), first, end)


def _grain(edge: datetime, fine_since: datetime) -> timedelta:
    return FIVE_MINUTES if edge >= fine_since else HOUR


def _counted(start: datetime, end: datetime, steps: Sequence[timedelta]) -> Iterator[Piece]:
    """The widest in the middle, what sticks out of it in narrower ones."""
    if not steps or start >= end:
        return
    widest, *narrower = steps
    first = min(_ceil(start, widest), end)
    last = max(_floor(end, widest), first)
    yield from _counted(start, first, narrower)
    yield Piece(widest // timedelta(minutes=1), first, last)
    yield from _counted(last, end, narrower)


def _floor(at: datetime, step: timedelta) -> datetime:
    return at - (at - _EPOCH) % step


def _ceil(at: datetime, step: timedelta) -> datetime:
    floor = _floor(at, step)
    return floor if floor == at else floor + min(step, _LAST - floor)
