"""parse_expiry: when a token ends, from ``10h``, ``7d``, ``2 days``, seconds or an ISO moment; pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime

from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONPath, JSONValue

SHORTEST = timedelta(seconds=30)
LONGEST = timedelta(days=365)

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_SPAN = re.compile(
    r"(\d{1,9})\s*(s|sec|secs|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|y|years?)", re.ASCII
)


def parse_expiry(raw: JSONValue, at: datetime, path: JSONPath) -> datetime | None:
    """The end of the life that begins at; None for None, which lives until revoked.

    Raises Invalid for anything unreadable and for a life outside 30 seconds to 365 days.
    """
    if raw is None:
        return None
    ends_at = _moment(raw, at)
    if ends_at is None:
        raise _wrong(path, "must be a span such as 10h, 7d or 2 days, a number of seconds, or an ISO 8601 moment")
    if not SHORTEST <= ends_at - at <= LONGEST:
        raise _wrong(path, "must lie between 30 seconds and 365 days from now")
    return ends_at


def _moment(raw: JSONValue, at: datetime) -> datetime | None:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return at + min(timedelta(seconds=max(0, min(raw, 10**9))), 2 * LONGEST)
    if not isinstance(raw, str):
        return None
    span = _SPAN.fullmatch(raw.strip().lower())
    if span is not None:
        return at + min(timedelta(seconds=min(int(span[1]) * _UNITS[span[2][0]], 10**9)), 2 * LONGEST)
    return _iso_moment(raw.strip())


def _iso_moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _wrong(path: JSONPath, message: str) -> Invalid:
    return Invalid("The expiry is wrong.", details=[ErrorDetail(path, message)])
