"""holds: whether attributes pass a test of one path; what SQLite asks, and what PostgreSQL must agree to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from hub.entities.keys import string_form
from hub.entities.query.syntax import Equals, Prefix, Range, Test
from hub.json_types import JSONValue

NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,39})(\.[0-9]{1,40})?")
"""Texts that are compared with numbers as numbers; one with a leading zero is no number."""


def values_at(document: JSONValue, path: Sequence[str]) -> list[JSONValue]:
    """Every value at path, as jsonpath's lax mode walks: through a list before a step, and one after it."""
    values = [document]
    for name in path:
        objects = [member for value in values for member in _members(value)]
        values = [
            member for each in objects if isinstance(each, dict) and name in each for member in _members(each[name])
        ]
    return values


def _members(value: JSONValue) -> list[JSONValue]:
    return value if isinstance(value, list) else [value]


def holds(document: JSONValue, path: Sequence[str], test: Test) -> bool:
    """Whether any value at path passes."""
    return any(_passes(value, test) for value in values_at(document, path))


def _passes(value: JSONValue, test: Test) -> bool:
    if isinstance(test, Equals):
        return _text(value) == test.text or _number_passes(value, Range(test.text, test.text))
    if isinstance(test, Prefix):
        text = _text(value)
        return text is not None and text.startswith(test.text)
    if isinstance(test, Range):
        return _number_passes(value, test) or _text_passes(value, test)
    return value is not None


def _text(value: JSONValue) -> str | None:
    """The string form, of an empty text, too."""
    return value if isinstance(value, str) else string_form(value)


def _number_passes(value: JSONValue, test: Range) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    ends = (test.low, test.high)
    if ends == (None, None) or not all(end is None or NUMBER.fullmatch(end) for end in ends):
        return False
    number = Decimal(str(value))
    return (test.low is None or Decimal(test.low) <= number) and (test.high is None or number <= Decimal(test.high))


def _text_passes(value: JSONValue, test: Range) -> bool:
    if not isinstance(value, str):
        return False
    return (test.low is None or test.low <= value) and (test.high is None or value <= test.high)


def contains(document: JSONValue, alternatives: Sequence[Sequence[Sequence[str]]], needle: str) -> bool:
    """Whether needle, in any case, stands in the text that the paths of one alternative make together."""
    wanted = needle.lower()
    return any(wanted in _joined(document, paths).lower() for paths in alternatives)


def _joined(document: JSONValue, paths: Sequence[Sequence[str]]) -> str:
    texts = (_text(value) for path in paths for value in values_at(document, path))
    return " ".join(text for text in texts if text)
