"""Parts of requests and answers that several operations of monitoring share, as JSON Schemas and as readers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from hub.api.pagination import InvalidCursor, parse_keyset_cursor
from hub.api.query_fields import moment_of
from hub.errors import ErrorDetail, Invalid
from hub.ids import find_id, to_text
from hub.json_types import JSONObject, JSONValue

EVENT_PREFIX: Final = "evt_"
NOBODY: Final = UUID(int=0)
"""Stands for an id that no event has: a filter by an unknown public id finds nothing."""

Schema = dict[str, Any]  # Any: a JSON Schema nests without end
TEXT: Final[Schema] = {"type": "string"}
TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
MOMENT_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
IDENTIFIER: Final[Schema] = {"type": "string", "format": "uuid"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
RATE: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 100}
WINDOW: Final[Schema] = {"from_date": MOMENT, "to_date": MOMENT}


def words(*allowed: str) -> Schema:
    """A text that is one of those."""
    return {"type": "string", "enum": list(allowed)}


def strict(properties: Schema, *required: str) -> Schema:
    """An object that has at least the required members; without any named, all of them."""
    return {"type": "object", "properties": properties, "required": list(required or properties)}


def cursor_shape(moment: str, identifier: str) -> Schema:
    """The object that continues a list."""
    return strict({moment: MOMENT, identifier: TEXT})


def page_shape(row: Schema, cursor: Schema) -> Schema:
    """A page of rows with the cursor of the next, null on the last."""
    return strict(
        {
            "data": {"type": "array", "items": row},
            "next_cursor": {"oneOf": [cursor, {"type": "null"}]},
            "has_more": {"type": "boolean"},
        }
    )


def window_of_body(body: JSONObject) -> tuple[datetime | None, datetime | None]:
    """from_date and to_date, either under its short name too. Raises Invalid where the window is turned round."""
    since, until = moment_of(body, "from_date", "from"), moment_of(body, "to_date", "to")
    if since and until and since > until:
        raise Invalid(
            "from_date lies after to_date.",
            code="INVALID_DATE_RANGE",
            details=[ErrorDetail("from_date", "must not lie after to_date")],
        )
    return since, until


def position_of(raw: JSONValue, moment: str) -> tuple[datetime, UUID] | None:
    """Where a cursor of a moment and an id points to. Raises InvalidCursor."""
    position = parse_keyset_cursor(raw, moment, "id")
    if position is None:
        return None
    try:
        return position[0], UUID(position[1])
    except ValueError as error:
        raise InvalidCursor("cursor.id") from error


def event_id_of(text: str) -> UUID | None:
    """The event that a public id names, NOBODY for a text that names none; None for an empty one."""
    return (find_id(EVENT_PREFIX, text) or NOBODY) if text else None


def public_event_id(event_id: UUID | None) -> str:
    """The id that people see; empty for none."""
    return to_text(EVENT_PREFIX, event_id) if event_id else ""
