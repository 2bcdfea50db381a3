"""The statements on PostgreSQL: deltas are taken and added in one, whoever else folds."""

from __future__ import annotations

from functools import cache
from typing import Final

from hub import database
from monitoring.counting.tables import Tables

MARK: Final = "%s"
SLOT: Final = "(floor(date_part('epoch', {moment}) / {seconds}) * {seconds})::bigint"
PLACE: Final = "floor((date_part('epoch', {moment}) - {first}) / {seconds})::integer"
BIN: Final = "(durations ->> '{bin}')::integer"


def fold(tables: Tables, most: int) -> int:
    """As Statements says."""
    [(folded,)] = database.rows(_fold(tables), [most])
    return int(folded)


@cache
def _fold(tables: Tables) -> str:
    """Sorted by its key, so that two that fold at once never wait for each other crosswise (engine rule 1.8).

    An array is chosen once; within IN a plan may choose anew for each row, and take more than so many.
    """
    order = ", ".join(str(place) for place in range(1, len(tables.key) + 1))
    return f"""
        WITH taken AS (
            DELETE FROM {tables.deltas} WHERE id = ANY (ARRAY(
                SELECT id FROM {tables.deltas} ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
            )) RETURNING *
        ), added AS (
            INSERT INTO {tables.buckets} AS bucket ({tables.key_columns}, organization_id, number, last_at)
            SELECT integration_id, width.minutes, date_bin(make_interval(mins => width.minutes), starts_at, 'epoch'),
                {tables.value_columns}, min(organization_id), sum(number), max(last_at)
            FROM taken CROSS JOIN (VALUES (5), (60), (1440)) AS width (minutes)
            GROUP BY width.minutes, 3, {tables.taken_columns}
            ORDER BY {order}
            ON CONFLICT ({tables.key_columns}) DO UPDATE SET
                number = bucket.number + excluded.number,
                last_at = greatest(bucket.last_at, excluded.last_at)
        )
        SELECT count(*) FROM taken"""  # noqa: S608 -- names of ours
