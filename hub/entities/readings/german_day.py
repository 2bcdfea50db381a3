"""The calendar day in Germany on which a reading was taken, with its first and last moment (mapping.md 11.6); pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

GERMANY: Final = ZoneInfo("Europe/Berlin")
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LEAST: Final = timedelta(microseconds=1)
_LAST: Final = datetime.max.replace(tzinfo=UTC)


def german_day(moment: datetime) -> date:
    """The day of an aware moment; at the two ends of the calendar the day that the moment itself names."""
    try:
        return moment.astimezone(GERMANY).date()
    except OverflowError:
        return moment.date()


@lru_cache(maxsize=4096)
def bounds_of(day: date) -> tuple[datetime, datetime]:
    """The first and the last moment of a German day, in UTC, to the microsecond: 23, 24 or 25 hours."""
    try:
        first = datetime.combine(day, time(), GERMANY).astimezone(UTC)
    except OverflowError:
        first = _FIRST
    try:
        return first, datetime.combine(day + timedelta(days=1), time(), GERMANY).astimezone(UTC) - _LEAST
    except OverflowError:
        return first, _LAST
