"""Cursors of pages of deliveries: created_at and the public id."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hub.api.pagination import InvalidCursor, keyset_cursor, parse_keyset_cursor
from hub.ids import find_id, to_text
from hub.json_types import JSONObject
from outbound.models import DELIVERY_PREFIX, Delivery


def parse_cursor(body: JSONObject) -> tuple[datetime, UUID] | None:
    """Where the page before ended; None for the first one. Raises InvalidCursor."""
    found = parse_keyset_cursor(body.get("cursor"), "created_at", "event_id")
    if found is None:
        return None
    identifier = find_id(DELIVERY_PREFIX, found[1])
    if identifier is None:
        raise InvalidCursor("cursor.event_id")
    return found[0], identifier


def cursor_of(row: Delivery) -> JSONObject:
    """Where a page that ends with this delivery is gone on from."""
    return keyset_cursor("created_at", row.created_at, "event_id", to_text(DELIVERY_PREFIX, row.id))
