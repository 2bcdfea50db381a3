"""What a reading's attributes must look like (mapping.md 11.3, 11.4), and everything that is wrong with them; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import orjson

from hub.entities.keys import string_form
from hub.entities.readings.values import MOST_DIGITS, Matching, Mode, find_decimal, looks_like_timestamp, moment_of
from hub.json_text import shown
from hub.json_types import JSONValue

SOURCES: Final = ("ERP", "ECP", "360", "journey-submission")
REASONS: Final = ("regular", "irregular", "last", "first", "meter_change", "contract_change", "meter_adjustment")
STATUSES: Final = ("valid", "in-validation", "implausible")
DIRECTIONS: Final = ("feed-in", "feed-out")

LONGEST_EXTERNAL_ID: Final = 255
"""Characters; an index row has to hold it."""
_FORM_OF_TIMESTAMP: Final = "must look like 2026-01-15 or 2026-01-15T08:00:00Z"


class Violation(NamedTuple):
    """One attribute that stands in the way of a reading, and a sentence that names it and its value."""

    attribute: str
    sentence: str


def problem_of(
    attributes: Mapping[str, JSONValue],
    mode: Mode,
    *,
    matching: Matching = Matching.EXTERNAL_ID,
    may_lack_external_id: bool = False,
) -> str:
    """Why a reading with these attributes is refused, as one text; empty when it is fine."""
    found = violations_of(attributes, mode, matching=matching, may_lack_external_id=may_lack_external_id)
    return " ".join(one.sentence for one in found) if found else ""


def violations_of(
    attributes: Mapping[str, JSONValue],
    mode: Mode,
    *,
    matching: Matching = Matching.EXTERNAL_ID,
    may_lack_external_id: bool = False,
) -> list[Violation]:
    """Every attribute that is wrong, each once: those with a rule in the order of the rules, then others as given.

    An upsert needs external_id, timestamp, source and value. A delete needs external_id, with strict-date the
    timestamp instead, and its other attributes do not matter (mapping.md 11.2). may_lack_external_id is for readings
    that no ERP sent.
    """
    if mode is Mode.DELETE:
        return _broken_rules(attributes, *_DELETE_NEEDS[matching])
    needed = _UPSERT_NEEDS_LESS if may_lack_external_id else _UPSERT_NEEDS
    broken = _broken_rules(attributes, needed, _CHECKS)
    unstorable = _unstorable(attributes)
    if not (broken and unstorable):
        return broken or unstorable
    told = {one.attribute for one in broken}
    return broken + [one for one in unstorable if one.attribute not in told]


def _broken_rules(attributes: Mapping[str, JSONValue], needed: frozenset[str], checks: _Checks) -> list[Violation]:
    broken: list[Violation] = []
    for name, check in checks.items():
        if _is_absent(attributes, name):
            if name in needed:
                broken.append(Violation(name, f"{name} is missing or empty."))
        elif reason := check(attributes[name]):
            broken.append(Violation(name, f"{name} {reason}, not {shown(attributes[name])}."))
    return broken


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
    if not isinstance(value, str):
        return _FORM_OF_TIMESTAMP
    try:
        moment_of(value)
    except (ValueError, OverflowError):
        return "must be a real date and time" if looks_like_timestamp(value) else _FORM_OF_TIMESTAMP
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


def _unstorable(given: Mapping[str, JSONValue]) -> list[Violation]:
    """Attributes that no database keeps as JSON; value and external_id are no JSON there."""
    attributes = {name: value for name, value in given.items() if name not in _KEPT_AS_TEXT}
    try:
        if b"\\u0000" not in orjson.dumps(attributes):
            return []
    except orjson.JSONEncodeError:
        pass
    found = ((name, _unstorable_reason(name, value)) for name, value in attributes.items())
    return [Violation(name, f"{shown(name)} {reason}.") for name, reason in found if reason]


def _unstorable_reason(name: str, value: JSONValue) -> str:
    if _fails({name: value}):
        return "cannot be kept: too many levels, half of a character pair or an integer beyond 64 bits"
    return "holds the character NUL, which cannot be stored" if _has_nul(name) or _has_nul(value) else ""


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
