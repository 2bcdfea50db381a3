"""note: one row per API request, collected in memory and written by a thread; never waited for."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from hub.buffers import WriteBuffer
from hub.bulk import insert_rows
from hub.ids import new_id
from monitoring.models import AccessLog

PATH_CHARACTERS = 1000
ORIGIN_CHARACTERS = 255
_COLUMNS: Final = (
    ("id", "uuid"),
    ("organization_id", "bigint"),
    ("token_id", "text"),
    ("user_id", "bigint"),
    ("at", "timestamptz"),
    ("request_id", "text"),
    ("client_request_id", "text"),
    ("method", "text"),
    ("path", "text"),
    ("status", "integer"),
    ("latency_ms", "integer"),
    ("response_bytes", "bigint"),
    ("origin", "text"),
    ("source_ip", "text"),
)
_values_of: Final = attrgetter(*(name for name, _ in _COLUMNS))


def note(row: AccessLog) -> None:
    """Keep the row for the next write; when 20,000 rows wait it is dropped and counted."""
    row.id = new_id()
    row.path = row.path[:PATH_CHARACTERS].replace("\0", "\ufffd")
    row.origin = row.origin[:ORIGIN_CHARACTERS].replace("\0", "\ufffd")
    rows.add(row)


def _write(batch: list[AccessLog]) -> None:
    insert_rows(AccessLog._meta.db_table, _COLUMNS, [_values_of(row) for row in batch])


rows: WriteBuffer[AccessLog] = WriteBuffer("access log rows", _write)
"""Rows that wait for their write; rows.dropped counts the lost ones."""
