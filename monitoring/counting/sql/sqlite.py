"""The statements on SQLite: a transaction holds off everybody else, so that folding may take three."""

from __future__ import annotations

from functools import cache
from typing import Final

from django.db import transaction

from hub import database
from monitoring.counting.tables import Tables

MARK: Final = "?"
SLOT: Final = "CAST(strftime('%s', {moment}) AS INTEGER) / {seconds} * {seconds}"
PLACE: Final = "(CAST(strftime('%s', {moment}) AS INTEGER) - {first}) / {seconds}"
BIN: Final = "json_extract(durations, '$.\"{bin}\"')"


def fold(tables: Tables, most: int) -> int:
    """As Statements says."""
    with transaction.atomic():
        first = f"SELECT id FROM {tables.deltas} ORDER BY id LIMIT ?"  # noqa: S608 -- names of ours
        [(last, number)] = database.rows(f"SELECT max(id), count(*) FROM ({first})", [most])  # noqa: S608 -- likewise
        if number:
            database.execute(_add(tables), [last])
            database.execute(f"DELETE FROM {tables.deltas} WHERE id <= ?", [last])  # noqa: S608 -- likewise
    return int(number)


@cache
def _add(tables: Tables) -> str:
    """Moments are texts, whose first 10 characters name the day and first 13 the hour."""
    return f"""
        INSERT INTO {tables.buckets} ({tables.key_columns}, organization_id, number, last_at)
        SELECT integration_id, width.column1 AS minutes,
            CASE width.column1 WHEN 1440 THEN substr(starts_at, 1, 10) || ' 00:00:00'
                WHEN 60 THEN substr(starts_at, 1, 13) || ':00:00' ELSE starts_at END AS start,
            {tables.value_columns}, min(organization_id), sum(number), max(last_at)
        FROM {tables.deltas} CROSS JOIN (VALUES (5), (60), (1440)) AS width
        WHERE id <= ?
        GROUP BY minutes, start, {tables.taken_columns}
        ON CONFLICT ({tables.key_columns}) DO UPDATE SET
            number = number + excluded.number,
            last_at = max(last_at, excluded.last_at)"""  # noqa: S608 -- names of ours
