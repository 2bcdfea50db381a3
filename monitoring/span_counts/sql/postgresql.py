"""The fold in one statement: taken and added, whoever else folds."""

from __future__ import annotations

from typing import Final

from hub import database
from monitoring.span_counts.sql.columns import KEY_COLUMNS, TAKEN_COLUMNS

MARK: Final = "%s"
SLOT: Final = "(floor(extract(epoch FROM {moment}) / {seconds}) * {seconds})::bigint"

# Sorted by its key, so that two that fold at once never wait for each other crosswise (engine rule 1.8).
_FOLD = f"""
    WITH taken AS (
        DELETE FROM monitoring_spandelta WHERE id IN (
            SELECT id FROM monitoring_spandelta ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
        ) RETURNING *
    ), added AS (
        INSERT INTO monitoring_spanbucket ({KEY_COLUMNS}, organization_id, spans, last_at)
        SELECT integration_id, width.minutes, date_bin(make_interval(mins => width.minutes), starts_at, 'epoch'),
            use_case_id, sync_type, level, code, category, object_type,
            min(organization_id), sum(spans), max(last_at)
        FROM taken CROSS JOIN (VALUES (5), (60)) AS width (minutes)
        GROUP BY width.minutes, 3, {TAKEN_COLUMNS}
        ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9
        ON CONFLICT ({KEY_COLUMNS}) DO UPDATE SET
            spans = monitoring_spanbucket.spans + excluded.spans,
            last_at = greatest(monitoring_spanbucket.last_at, excluded.last_at)
    )
    SELECT count(*) FROM taken"""  # noqa: S608 -- names of ours


def fold(most: int) -> int:
    """Move at most that many deltas into the buckets; how many."""
    [(folded,)] = database.rows(_FOLD, [most])
    return int(folded)
