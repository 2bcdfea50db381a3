"""What the query string of an entity request says."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from rest_framework.request import Request

from hub.api.pagination import InvalidCursor, decode_cursor, encode_cursor, parse_cursor_moment
from hub.api.query_fields import LONGEST_NUMBER, moment_of, whole_in, wrong
from hub.entities.read import Position
from hub.entities.relations import Place
from hub.errors import Invalid
from hub.json_encoding import precise_timestamp
from hub.json_types import JSONPath

_LOST_PLUS = re.compile(r"T.* [0-9]{2}:?[0-9]{2}$")
"""An offset whose + the query string has made a blank."""
LATEST_VERSION = 10**LONGEST_NUMBER - 1


def flag_of(request: Request, name: str, *, default: bool = False) -> bool:
    """``true`` or ``false``; absence means default. Raises Invalid."""
    text = request.query_params.get(name, "true" if default else "false")
    if text not in {"true", "false"}:
        raise wrong(name, "must be true or false")
    return text == "true"


def whole_of(request: Request, name: str, *, default: int, most: int) -> int:
    """A whole number from 1 to most. Raises Invalid."""
    return whole_in(request.query_params.dict(), name, default=default, most=most)


def version_in(request: Request, name: str) -> int | None:
    """The number of a version, or None. Raises Invalid."""
    return whole_of(request, name, default=1, most=LATEST_VERSION) if name in request.query_params else None


def moment_in(request: Request, name: str) -> datetime | None:
    """A moment with an offset, or None. Raises Invalid."""
    text = request.query_params.get(name)
    try:
        return moment_of({name: text}, name, name)
    except Invalid as error:
        if text is not None and _LOST_PLUS.search(text):
            raise wrong(name, "has a blank where a + was: write the + of an offset as %2B") from error
        raise


def position_in(request: Request) -> Position | None:
    """The place that the cursor of a list by last change names. Raises InvalidCursor."""
    text = request.query_params.get("cursor")
    if text is None:
        return None
    keys = decode_cursor(text)
    return Position(parse_cursor_moment(keys.get("at"), JSONPath("cursor")), _id_in(keys.get("id")))


def cursor_at(position: Position | None) -> str | None:
    """The cursor of a place."""
    if position is None:
        return None
    return encode_cursor({"at": precise_timestamp(position.updated_at), "id": str(position.entity_id)})


def place_in(request: Request) -> Place:
    """The place that the cursor of a list of relations names. Raises InvalidCursor."""
    text = request.query_params.get("cursor")
    if text is None:
        return Place()
    keys = decode_cursor(text)
    forward, schema = keys.get("forward", 0), keys.get("schema")
    if not isinstance(forward, int) or isinstance(forward, bool) or not 0 <= forward < 2**31:
        raise InvalidCursor
    return Place(forward) if schema is None else Place(forward, (str(schema), _id_in(keys.get("id"))))


def cursor_of(place: Place | None) -> str | None:
    """The cursor of a place in a list of relations."""
    if place is None:
        return None
    if place.referrer is None:
        return encode_cursor({"forward": place.forward})
    schema, entity_id = place.referrer
    return encode_cursor({"forward": place.forward, "schema": schema, "id": str(entity_id)})


def _id_in(raw: object) -> UUID:
    try:
        return UUID(raw if isinstance(raw, str) else "")
    except ValueError as error:
        raise InvalidCursor from error
