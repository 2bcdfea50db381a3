"""Pieces: a window of time cut into what hours, five minutes and single spans tell of it; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

FIVE_MINUTES: Final = timedelta(minutes=5)
HOUR: Final = timedelta(hours=1)
EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any span."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the window. width_minutes 60 and 5 are buckets with since <= starts_at < until; 0 are single spans,
    the last piece of which ends with until itself."""

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


def cut(
    since: datetime | None, until: datetime, *, at: datetime, fine_kept: timedelta, by_hours: bool = True
) -> Pieces:
    """The window from since (None: ever) to until, both inclusive; at is now.

    fine_kept is for how long there are 5-minute buckets; edges before that are read span by span up to the next hour.
    by_hours False leaves hourly buckets out, for slots that are narrower: what is older is read span by span.
    """
    fine_since = _ceil(at - fine_kept, HOUR)
    start = _ceil(since, _grain(since, fine_since)) if since else EVER
    # What ends now needs no edge: nothing has happened since, and this window may be the busiest.
    end = _ceil(until, FIVE_MINUTES) if until >= at else _floor(until, _grain(until, fine_since))
    if start >= end:
        return Pieces((Piece(0, since or EVER, until, includes_until=True),), start, start)
    first = start if by_hours else min(max(start, fine_since), end)
    spans_before = Piece(0, since or start, first)
    spans_after = Piece(0, end, until, includes_until=True)
    counted = _counted(first, end) if by_hours else (Piece(5, first, end),)
    pieces = (spans_before, *counted, spans_after)
    return Pieces(tuple(piece for piece in pieces if not piece.is_empty), first, end)


def _grain(edge: datetime, fine_since: datetime) -> timedelta:
    return FIVE_MINUTES if edge >= fine_since else HOUR


def _counted(start: datetime, end: datetime) -> Iterator[Piece]:
    first_hour = min(_ceil(start, HOUR), end)
    last_hour = max(_floor(end, HOUR), first_hour)
    yield Piece(5, start, first_hour)
    yield Piece(60, first_hour, last_hour)
    yield Piece(5, last_hour, end)


def _floor(at: datetime, step: timedelta) -> datetime:
    return at - (at - _EPOCH) % step


def _ceil(at: datetime, step: timedelta) -> datetime:
    floor = _floor(at, step)
    return floor if floor == at else floor + step
