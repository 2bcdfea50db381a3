"""Numbers and moments of readings: how they are read, and the form in which they are kept (mapping.md 11.4); pure."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from hub.json_text import shown
from hub.json_types import JSONValue

MOST_DIGITS: Final = 100
"""Digits before the point, and after it, that a value may have: no register shows more, and 1e999 is a mistake."""
_MICROSECOND_DIGITS: Final = 6

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,200}(\.[0-9]{1,200})?([eE][+-]?[0-9]{1,3})?")
_TIMESTAMP: Final = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(T(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?P<fraction>[0-9]{1,30}))?"
    r"(?P<offset>Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?)?"
)


class Mode(StrEnum):
    """What to do with the reading that is found. Pruning is a wish of its own."""

    UPSERT = "upsert"
    DELETE = "delete"


class Matching(StrEnum):
    """How the reading is found (mapping.md 11.6)."""

    EXTERNAL_ID = "external_id"
    STRICT_DATE = "strict-date"


def find_decimal(value: JSONValue) -> Decimal | None:
    """The exact number behind a value, None when it is none: a number, or its plain text with a decimal point."""
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, str):
        number = Decimal(value) if _NUMBER.fullmatch(value) else None
    elif isinstance(value, int | float):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    else:
        return None
    return number if number is not None and _has_few_digits(number) else None


def _has_few_digits(number: Decimal) -> bool:
    _, _, exponent = number.as_tuple()
    return number.is_finite() and int(exponent) >= -MOST_DIGITS and number.adjusted() < MOST_DIGITS


def plain_text(number: Decimal) -> str:
    """The one text of a number: every digit, no exponent, no idle zeros after the point, no minus before zero."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "+0") else text


def plain_timestamp(text: str) -> str:
    """A valid timestamp as it is kept: a day gets midnight UTC with milliseconds, a missing offset is Z (11.4)."""
    if "T" not in text:
        return f"{text}T00:00:00.000Z"
    has_offset = text.endswith("Z") or text[-6] in "+-"
    return text if has_offset else f"{text}Z"


def looks_like_timestamp(text: str) -> bool:
    """Whether a text has the form of a day or a moment; whether there is such a day is for moment_of to say."""
    return _TIMESTAMP.fullmatch(text) is not None


def moment_of(text: str) -> datetime:
    """The moment of a valid timestamp, in UTC, cut to microseconds. Raises ValueError or OverflowError for another."""
    parts = _TIMESTAMP.fullmatch(text)
    if parts is None:
        raise ValueError(f"{shown(text)} is no timestamp.")
    return _moment(parts)


def _moment(parts: re.Match[str]) -> datetime:
    if parts["time"] and parts["time"] >= "24":
        raise ValueError("A day has 24 hours.")  # newer Pythons take 24:00:00 for the day after
    fraction = (parts["fraction"] or "0")[:_MICROSECOND_DIGITS].ljust(_MICROSECOND_DIGITS, "0")
    text = f"{parts['day']}T{parts['time'] or '00:00:00'}.{fraction}{parts['offset'] or 'Z'}"
    return datetime.fromisoformat(text).astimezone(UTC)


def text_of_moment(moment: datetime) -> str:
    """A moment the way a day is kept: ``2026-01-15T08:00:00.000Z``."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
