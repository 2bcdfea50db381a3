"""count_spans: what a transaction adds to the numbers of spans, one row for all that have everything in common."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from hub.bulk import insert_rows
from monitoring.counters import window_of

NO_USE_CASE: Final = UUID(int=0)

_TABLE: Final = "monitoring_spandelta"
_COLUMNS: Final = (
    ("organization_id", "bigint"),
    ("integration_id", "uuid"),
    ("use_case_id", "uuid"),
    ("sync_type", "text"),
    ("level", "text"),
    ("code", "text"),
    ("category", "text"),
    ("object_type", "text"),
    ("starts_at", "timestamptz"),
    ("spans", "integer"),
    ("last_at", "timestamptz"),
)


class CountedSpan(NamedTuple):
    """One span as it is counted; ended_at is its completed_at."""

    organization_id: int
    integration_id: UUID
    use_case_id: UUID | None
    sync_type: str
    level: str
    code: str
    category: str
    object_type: str
    ended_at: datetime


def count_spans(spans: Iterable[CountedSpan]) -> None:
    """Add spans to the numbers, with one statement. Must run in the transaction that writes the spans."""
    at_once: dict[CountedSpan, int] = {}
    for span in spans:
        at_once[span] = at_once.get(span, 0) + 1
    deltas: dict[tuple[object, ...], tuple[int, datetime]] = {}
    for span, number in at_once.items():
        place = (*span[:2], span.use_case_id or NO_USE_CASE, *span[3:-1], window_of(span.ended_at))
        before, last_at = deltas.get(place, (0, span.ended_at))
        deltas[place] = before + number, max(last_at, span.ended_at)
    insert_rows(_TABLE, _COLUMNS, [(*place, *delta) for place, delta in deltas.items()])
