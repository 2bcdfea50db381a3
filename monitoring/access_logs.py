"""note: one row per API request, collected in memory and written by a thread; never waited for."""

from __future__ import annotations

from hub.buffers import WriteBuffer
from hub.ids import new_id
from monitoring.models import AccessLog

PATH_CHARACTERS = 1000
ORIGIN_CHARACTERS = 255


def note(row: AccessLog) -> None:
    """Keep the row for the next write; when 20,000 rows wait it is dropped and counted."""
    row.id = new_id()
    row.path = row.path[:PATH_CHARACTERS].replace("\0", "\ufffd")
    row.origin = row.origin[:ORIGIN_CHARACTERS].replace("\0", "\ufffd")
    rows.add(row)


def _write(batch: list[AccessLog]) -> None:
    AccessLog.objects.bulk_create(batch)


rows: WriteBuffer[AccessLog] = WriteBuffer("access log rows", _write)
"""Rows that wait for their write; rows.dropped counts the lost ones."""
