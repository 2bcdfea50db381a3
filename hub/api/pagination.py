"""Cursors: an opaque text for lists of the older kind, an object of two keys for the queries."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

import orjson
from django.utils.dateparse import parse_datetime

from hub.errors import ErrorDetail, Invalid
from hub.json_encoding import precise_timestamp
from hub.json_types import JSONObject, JSONPath, JSONValue

CURSOR_CHARACTERS = 2000


class InvalidCursor(Invalid):
    """A cursor nobody gave out. given: the member of an answer that holds one."""

    code = "INVALID_CURSOR"

    def __init__(self, path: str = "cursor", given: str = "next_cursor") -> None:
        super().__init__(
            "The cursor is not one that was given out.", details=[ErrorDetail(path, f"send back {given} unchanged")]
        )


def encode_cursor(keys: JSONObject) -> str:
    """The opaque text: URL-safe base64 of a small JSON object."""
    return base64.urlsafe_b64encode(orjson.dumps(keys)).decode().rstrip("=")


def decode_cursor(text: str) -> JSONObject:
    """What encode_cursor was given; raises InvalidCursor."""
    if not text.isascii() or len(text) > CURSOR_CHARACTERS:
        raise InvalidCursor
    try:
        keys = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise InvalidCursor from error
    if not isinstance(keys, dict):
        raise InvalidCursor
    return keys


def keyset_cursor(moment_key: str, moment: datetime, id_key: str, identifier: str) -> JSONObject:
    """The object form: a moment with microseconds and an id."""
    return {moment_key: precise_timestamp(moment), id_key: identifier}


def parse_keyset_cursor(raw: JSONValue, moment_key: str, id_key: str) -> tuple[datetime, str] | None:
    """The moment and the id of an object cursor; None when there is none. Raises InvalidCursor for half of one."""
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise InvalidCursor
    identifier = raw.get(id_key)
    if not isinstance(identifier, str) or not identifier:
        raise InvalidCursor(f"cursor.{id_key}")
    return parse_cursor_moment(raw.get(moment_key), JSONPath("cursor").key(moment_key)), identifier


def parse_cursor_moment(raw: JSONValue, at: JSONPath) -> datetime:
    """A moment in UTC from one with an offset; raises InvalidCursor."""
    try:
        moment = parse_datetime(raw) if isinstance(raw, str) else None
        if moment is None or moment.tzinfo is None:
            raise InvalidCursor(at)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidCursor(at) from error


def parse_limit(raw: JSONValue, *, default: int, most: int) -> int:
    """The page size; raises Invalid outside 1..most."""
    if raw is None:
        return default
    if not isinstance(raw, int) or isinstance(raw, bool) or not 1 <= raw <= most:
        rule = f"must be a whole number from 1 to {most}"
        raise Invalid(f"limit: {rule}", details=[ErrorDetail("limit", rule)])
    return raw
