"""The fold in three statements; the transaction holds off everybody else."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from hub import database
from monitoring.span_counts.sql.columns import KEY_COLUMNS, TAKEN_COLUMNS

MARK: Final = "?"
SLOT: Final = "CAST(strftime('%s', {moment}) AS INTEGER) / {seconds} * {seconds}"

_LAST = "SELECT max(id), count(*) FROM (SELECT id FROM monitoring_spandelta ORDER BY id LIMIT ?)"
# Moments are texts whose first 13 characters name the hour.
_ADD = f"""
    INSERT INTO monitoring_spanbucket ({KEY_COLUMNS}, organization_id, spans, last_at)
    SELECT integration_id, width.column1 AS minutes,
        CASE width.column1 WHEN 60 THEN substr(starts_at, 1, 13) || ':00:00' ELSE starts_at END AS start,
        use_case_id, sync_type, level, code, category, object_type,
        min(organization_id), sum(spans), max(last_at)
    FROM monitoring_spandelta CROSS JOIN (VALUES (5), (60)) AS width
    WHERE id <= ?
    GROUP BY minutes, start, {TAKEN_COLUMNS}
    ON CONFLICT ({KEY_COLUMNS}) DO UPDATE SET
        spans = spans + excluded.spans,
        last_at = max(last_at, excluded.last_at)"""  # noqa: S608 -- names of ours
_FORGET = "DELETE FROM monitoring_spandelta WHERE id <= ?"


def fold(most: int) -> int:
    """Move at most that many deltas into the buckets; how many."""
    with transaction.atomic():
        [(last, number)] = database.rows(_LAST, [most])
        if number:
            database.execute(_ADD, [last])
            database.execute(_FORGET, [last])
    return int(number)
