"""typed: values of a payload and of a condition as numbers, moments, texts that compare with each other; pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from django.utils.dateparse import parse_date, parse_datetime

from hub.json_types import JSONValue

_NUMBER: Final = re.compile(r"[+-]?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,4})?", re.ASCII)
_DAY_CHARACTERS: Final = len("2026-01-15")


class FieldType(StrEnum):
    """What a condition takes its field and its values for."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"


Typed: TypeAlias = str | Decimal | bool | date | datetime
"""Values of one FieldType compare with each other; datetime carries UTC."""


def typed(value: JSONValue, type: FieldType) -> Typed | None:
    """The value as one of that type; None for what is none, and for null, lists and objects."""
    if value is None or isinstance(value, list | dict):
        return None
    return _READERS[type](value)


def text_of(value: JSONValue) -> str | None:
    """A scalar as it reads: true, 12, 12.5; None for null, lists and objects."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return None if value is None or isinstance(value, list | dict) else str(value)


def _number(value: JSONValue) -> Decimal | None:
    text = None if isinstance(value, bool) else text_of(value)
    stripped = text.strip() if text else ""
    return Decimal(stripped) if _NUMBER.fullmatch(stripped) else None


def _boolean(value: JSONValue) -> bool | None:
    return {"true": True, "false": False}.get((text_of(value) or "").strip().lower())


def _date(value: JSONValue) -> date | None:
    """The day that is written, whatever follows it."""
    text = value.strip() if isinstance(value, str) else ""
    day = _parsed(parse_date, text[:_DAY_CHARACTERS])
    is_whole = len(text) == _DAY_CHARACTERS or _parsed(parse_datetime, text) is not None
    return day if isinstance(day, date) and is_whole else None


def _datetime(value: JSONValue) -> datetime | None:
    """A moment; without an offset it is in UTC, a mere day is its beginning."""
    text = value.strip() if isinstance(value, str) else ""
    moment = _parsed(parse_datetime, text)
    if not isinstance(moment, datetime):
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None


def _parsed(parse: Callable[[str], date | None], text: str) -> date | None:
    try:
        return parse(text)
    except ValueError:
        return None


_READERS: Final[dict[FieldType, Callable[[JSONValue], Typed | None]]] = {
    FieldType.STRING: text_of,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
}
