"""Members of a query: text, one of some words, whole number, UUID, moment; absent ones are empty or None."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from hub.api.pagination import InvalidCursor, parse_cursor_moment
from hub.errors import ErrorDetail, Invalid
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue

LONGEST_TEXT = 255
LONGEST_NUMBER = 9


def wrong(path: str, message: str) -> Invalid:
    """The error about one member; with no path about the body as a whole, by a sentence of its own."""
    return Invalid(f"{path}: {message}" if path else message, details=[ErrorDetail(path, message)])


def text_of(body: JSONObject, name: str, at: JSONPath = ROOT) -> str:
    """A text of 1 to 255 characters, or empty; at is the place of body. Raises Invalid."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
        raise wrong(at.key(name), f"must be a string of 1 to {LONGEST_TEXT} characters")
    return value


def word_of(body: JSONObject, name: str, words: tuple[str, ...], at: JSONPath = ROOT) -> str:
    """One of the words, or empty; at is the place of body. Raises Invalid."""
    value = text_of(body, name, at)
    if value and value not in words:
        raise wrong(at.key(name), f"must be one of {', '.join(words)}")
    return value


def whole_in(asked: Mapping[str, JSONValue], name: str, *, default: int, most: int) -> int:
    """A whole number from 1 to most that a query string spells, or default. Raises Invalid."""
    text = asked.get(name)
    if text is None:
        return default
    is_number = isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    number = int(str(text)) if is_number else 0
    if not 1 <= number <= most:
        raise wrong(name, f"must be a whole number from 1 to {most}")
    return number


def uuid_of(body: JSONObject, name: str) -> UUID | None:
    """A UUID, or None. Raises Invalid."""
    value = text_of(body, name)
    try:
        return UUID(value) if value else None
    except ValueError as error:
        raise wrong(name, "must be a UUID") from error


def moment_of(body: JSONObject, name: str, alias: str) -> datetime | None:
    """A date-time with an offset under either name, or None. Raises Invalid, also when both contradict each other."""
    value = body.get(name, body.get(alias))
    if name in body and alias in body and body[name] != body[alias]:
        raise wrong(name, f"contradicts {alias}")
    if value is None:
        return None
    try:
        return parse_cursor_moment(value, JSONPath(name))
    except InvalidCursor as error:
        raise wrong(name, "must be a date-time with an offset, such as 2026-01-15T08:00:00Z") from error
