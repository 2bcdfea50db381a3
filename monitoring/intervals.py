"""Intervals: the slots of a time series, aligned to UTC, at most 200 of them (api.md 15.4); pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from hub.errors import ErrorDetail, Invalid

INTERVALS: Final = {
    "5m": timedelta(minutes=5),
    "10m": timedelta(minutes=10),
    "30m": timedelta(minutes=30),
    "1h": timedelta(hours=1),
    "3h": timedelta(hours=3),
    "1d": timedelta(days=1),
}
MOST_SLOTS: Final = 200
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class TooManyBuckets(Invalid):
    """A window that is too long for its interval."""

    code = "TOO_MANY_BUCKETS"


def slots_of(since: datetime, until: datetime, interval: str) -> list[datetime]:
    """The starts of the slots from the one that since lies in, while they begin before until; at least one.

    Raises TooManyBuckets above MOST_SLOTS.
    """
    step = INTERVALS[interval]
    first = since - (since - _EPOCH) % step
    number = max(1, -((first - until) // step))
    if number > MOST_SLOTS:
        raise TooManyBuckets(
            f"The window has {number} slots of {interval}; at most {MOST_SLOTS} are given.",
            details=[ErrorDetail("interval", f"use a longer one, or a window of at most {_longest(interval)}")],
        )
    return list(_starts(first, step, number))


def _starts(first: datetime, step: timedelta, number: int) -> Iterator[datetime]:
    return (first + step * place for place in range(number))


def _longest(interval: str) -> str:
    longest = INTERVALS[interval] * MOST_SLOTS
    hours, minutes = divmod(longest // timedelta(minutes=1), 60)
    return f"{longest.days} days" if longest >= timedelta(days=5) and not minutes else f"{hours} h {minutes} min"
