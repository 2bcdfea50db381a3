"""What a reading's attributes must look like, and the form in which they are kept (mapping.md 11.3, 11.4); pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

import orjson

from hub.entities.keys import string_form
from hub.json_text import shown
from hub.json_types import JSONValue

SOURCES: Final = ("ERP", "ECP", "360", "journey-submission")
REASONS: Final = ("regular", "irregular", "last", "first", "meter_change", "contract_change", "meter_adjustment")
STATUSES: Final = ("valid", "in-validation", "implausible")
DIRECTIONS: Final = ("feed-in", "feed-out")

LONGEST_EXTERNAL_ID: Final = 255
"""Characters; an index row has to hold it."""
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


def problem_of(
    attributes: Mapping[str, JSONValue],
    mode: Mode,
    *,
    matching: Matching = Matching.EXTERNAL_ID,
    may_lack_external_id: bool = False,
) -> str:
    """Why a reading with these attributes is refused, naming attribute and value; empty when it is fine.

    An upsert needs external_id, timestamp, source and value. A delete needs external_id, with strict-date the
    timestamp instead, and its other attributes do not matter (mapping.md 11.2). may_lack_external_id is for readings
    that no ERP sent.
    """
    if mode is Mode.DELETE:
        needed, looked_at = _DELETE_NEEDS[matching]
    else:
        needed, looked_at = _UPSERT_NEEDS_LESS if may_lack_external_id else _UPSERT_NEEDS, _CHECKS
    for name, check in looked_at.items():
        if _is_absent(attributes, name):
            if name in needed:
                return f"{name} is missing or empty."
        elif reason := check(attributes[name]):
            return f"{name} {reason}, not {shown(attributes[name])}."
    return "" if mode is Mode.DELETE else _unstorable(attributes)


def _is_absent(attributes: Mapping[str, JSONValue], name: str) -> bool:
    return name not in attributes or (name == "external_id" and attributes[name] in ("", None))


def _external_id_reason(value: JSONValue) -> str:
    text = None if isinstance(value, bool) else string_form(value)
    if text is None:
        return "must be a text that is not blank, or a number"
    return f"must have at most {LONGEST_EXTERNAL_ID} characters" if len(text) > LONGEST_EXTERNAL_ID else _unfit(text)


def _unfit(text: str) -> str:
    return "must hold no NUL and no half of a character pair" if _is_unfit(text) else ""


def _is_unfit(text: str) -> bool:
    return "\x00" in text or (not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text))


def _timestamp_reason(value: JSONValue) -> str:
    if not isinstance(value, str) or (parts := _TIMESTAMP.fullmatch(value)) is None:
        return "must look like 2026-01-15 or 2026-01-15T08:00:00Z"
    try:
        _moment(parts)
    except (ValueError, OverflowError):
        return "must be a real date and time"
    return ""


def _value_reason(value: JSONValue) -> str:
    if find_decimal(value) is None:
        return f"must be a number with a decimal point, of at most {MOST_DIGITS} digits before and after it"
    return ""


def _one_of(*words: str, may_be_empty: bool) -> Callable[[JSONValue], str]:
    allowed: tuple[JSONValue, ...] = (*words, "", None) if may_be_empty else words

    def reason(value: JSONValue) -> str:
        return "" if isinstance(value, str | None) and value in allowed else f"must be one of {', '.join(words)}"

    return reason


def _metadata_reason(value: JSONValue) -> str:
    fits = isinstance(value, dict) and all(isinstance(member, str) for member in value.values())
    return "" if fits else "must be an object of texts"


_Checks = dict[str, Callable[[JSONValue], str]]
"""Attribute → what says how a value of it should be, or empty when it is fine."""

_CHECKS: Final[_Checks] = {
    "external_id": _external_id_reason,
    "timestamp": _timestamp_reason,
    "source": _one_of(*SOURCES, may_be_empty=False),
    "value": _value_reason,
    "reason": _one_of(*REASONS, may_be_empty=True),
    "direction": _one_of(*DIRECTIONS, may_be_empty=False),
    "status": _one_of(*STATUSES, may_be_empty=True),
    "metadata": _metadata_reason,
}
_KEPT_AS_TEXT: Final = frozenset({"value", "external_id"})
_UPSERT_NEEDS: Final = frozenset({"external_id", "timestamp", "source", "value"})
_UPSERT_NEEDS_LESS: Final = _UPSERT_NEEDS - {"external_id"}
_DELETE_NEEDS: Final[dict[Matching, tuple[frozenset[str], _Checks]]] = {
    Matching.EXTERNAL_ID: (
        frozenset({"external_id"}),
        {"external_id": _external_id_reason},
    ),
    Matching.STRICT_DATE: (
        frozenset({"timestamp"}),
        {"external_id": _external_id_reason, "timestamp": _timestamp_reason, "direction": _CHECKS["direction"]},
    ),
}


def _unstorable(given: Mapping[str, JSONValue]) -> str:
    """Why no database keeps these attributes as JSON, or empty; value and external_id are no JSON there."""
    attributes = {name: value for name, value in given.items() if name not in _KEPT_AS_TEXT}
    try:
        text = orjson.dumps(attributes)
    except orjson.JSONEncodeError:
        bad = next((name for name, value in attributes.items() if _fails(value) or _is_unfit(name)), "")
        return f"{shown(bad)} cannot be kept: too many levels, half of a character pair or an integer beyond 64 bits."
    if b"\\u0000" not in text:
        return ""
    bad = next((name for name, value in attributes.items() if _has_nul(name) or _has_nul(value)), "")
    return f"{shown(bad)} holds the character NUL, which cannot be stored." if bad else ""


def _fails(value: JSONValue) -> bool:
    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError:
        return True
    return False


def _has_nul(value: JSONValue) -> bool:
    if isinstance(value, dict):
        return any(_has_nul(name) or _has_nul(member) for name, member in value.items())
    if isinstance(value, list):
        return any(map(_has_nul, value))
    return isinstance(value, str) and "\x00" in value


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
