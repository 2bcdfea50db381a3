"""Cursors of the list: the place of a row as text in an address; pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hub.ids import find_id, to_text
from outbound.delivery_list import DeliveryRow, Position
from outbound.models import DELIVERY_PREFIX

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_DIGITS = 17
"""Microseconds since 1970, up to the year 5138."""


def cursor_of(row: DeliveryRow) -> str:
    """The row's place: microseconds of its making, then its id."""
    since = (row.delivery.created_at - EPOCH) // timedelta(microseconds=1)
    return f"{since}-{to_text(DELIVERY_PREFIX, row.delivery.id)}"


def position_of(cursor: str) -> Position | None:
    """The place that a cursor names, or None for a text that is none: the list then begins with its newest row."""
    digits, _, identifier = cursor.partition("-")
    delivery_id = find_id(DELIVERY_PREFIX, identifier)
    if delivery_id is None or not digits.isascii() or not digits.isdigit() or len(digits) > MOST_DIGITS:
        return None
    return EPOCH + timedelta(microseconds=int(digits)), delivery_id
