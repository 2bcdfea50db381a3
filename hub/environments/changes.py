"""VariableChanges, GroupChanges and PortalChanges: what a request wants of a thing, read from its JSON object."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Self

from django.utils.dateparse import parse_date, parse_datetime

from hub.environments.models import PortalOrigin, VariableType
from hub.environments.values import ITEM_TYPES
from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONObject, JSONValue

DESCRIPTION_CHARACTERS = 1000
NAME_CHARACTERS = 255
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
"""Between them a variable may expire: a year beyond is a slip of the hand."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_GROUP_NAME = re.compile(r"(?=.*\S)[^/:\x00-\x1f\x7f]{1,255}")


@dataclass(frozen=True, slots=True)
class VariableChanges:
    """None leaves a field as it is; an empty description or group clears it.

    value and expires_on count when has_value and has_expiry are true; the latter may be None, which clears it.
    """

    type: str | None = None
    item_type: str | None = None
    has_value: bool = False
    value: JSONValue = None
    description: str | None = None
    group: str | None = None
    protected: bool | None = None
    has_expiry: bool = False
    expires_on: date | None = None

    @classmethod
    def parse(cls, body: JSONObject) -> Self:
        """Reads a request's object, ignoring members it does not know. Raises Invalid that names the place.

        The value itself is checked later, when its type is known.
        """
        if "value" in body and body["value"] is None:
            raise wrong("value", "must not be null; leave it out to keep what is stored")
        return cls(
            type=_word(body, "type", VariableType.values),
            item_type=_word(body, "item_type", ITEM_TYPES),
            has_value="value" in body,
            value=body.get("value"),
            description=_text(body, "description", DESCRIPTION_CHARACTERS),
            group=_group(body),
            protected=_boolean(body, "protected"),
            has_expiry="expires_on" in body,
            expires_on=_day(body, "expires_on"),
        )


@dataclass(frozen=True, slots=True)
class GroupChanges:
    """None leaves the description as it is."""

    description: str | None = None

    @classmethod
    def parse(cls, body: JSONObject) -> Self:
        """As VariableChanges.parse."""
        return cls(description=_text(body, "description", DESCRIPTION_CHARACTERS))


@dataclass(frozen=True, slots=True)
class PortalChanges:
    """The fields that were sent, by name of the model's field; created_at may be None."""

    values: dict[str, str | bool | datetime | None]

    @classmethod
    def parse(cls, body: JSONObject) -> Self:
        """As VariableChanges.parse."""
        read = {
            "origin": _word(body, "origin", PortalOrigin.values),
            "domain": _text(body, "domain", NAME_CHARACTERS),
            "name": _text(body, "name", NAME_CHARACTERS),
            "enabled": _boolean(body, "enabled"),
            "is_dummy": _boolean(body, "is_dummy"),
            "is_epilot_domain": _boolean(body, "is_epilot_domain"),
        }
        values = {name: value for name, value in read.items() if value is not None}
        return cls(values | ({"created_at": _moment(body["created_at"])} if "created_at" in body else {}))


def check_group_name(name: str, at: str = "name") -> str:
    """The name, if a group may have it. Raises Invalid."""
    if not _GROUP_NAME.fullmatch(name):
        raise wrong(at, f"must be 1 to {NAME_CHARACTERS} characters without slash, colon and control characters")
    return name


def wrong(path: str, message: str) -> Invalid:
    """The refusal of one member."""
    return Invalid(f"{path}: {message}", details=[ErrorDetail(path, message)])


def _word(body: JSONObject, name: str, words: Iterable[str]) -> str | None:
    value, allowed = body.get(name), tuple(words)
    if name not in body:
        return None
    if not isinstance(value, str) or value not in allowed:
        raise wrong(name, f"must be one of {', '.join(allowed)}")
    return value


def _text(body: JSONObject, name: str, longest: int) -> str | None:
    if name not in body:
        return None
    value = body[name]
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise wrong(name, f"must be a text of at most {longest} characters")
    return value


def _group(body: JSONObject) -> str | None:
    name = _text(body, "group", NAME_CHARACTERS)
    return check_group_name(name, "group") if name else name


def _boolean(body: JSONObject, name: str) -> bool | None:
    value = body.get(name)
    if name in body and not isinstance(value, bool):
        raise wrong(name, "must be true or false")
    return value if isinstance(value, bool) else None


def _day(body: JSONObject, name: str) -> date | None:
    raw = body.get(name)
    if raw is None or raw == "":
        return None
    try:
        day = parse_date(raw) if isinstance(raw, str) and _DAY.fullmatch(raw) else None
    except ValueError:  # there is no such day
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise wrong(name, f"must be null or a day from {FIRST_DAY} to {LAST_DAY}, such as 2027-01-31")
    return day


def _moment(raw: JSONValue) -> datetime | None:
    if raw is None:
        return None
    try:
        moment = parse_datetime(raw) if isinstance(raw, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise wrong("created_at", "must be null or a date-time with an offset, such as 2026-01-15T08:00:00Z")
