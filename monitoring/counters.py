"""Counters that charts read: deltas written by every slice, folded once a minute, summed by readers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.bulk import insert_rows

WINDOW = timedelta(minutes=5)
"""Width of the finest bucket (engine rule 2.9)."""
DURATION_BINS = 20
"""Logarithmic bins: bin n counts durations from 2^n to 2^(n+1) ms, the last one everything above."""

_COLUMNS = (
    ("organization_id", "bigint"),
    ("integration_id", "uuid"),
    ("use_case_id", "uuid"),
    ("direction", "text"),
    ("status", "text"),
    ("starts_at", "timestamptz"),
    ("events", "integer"),
    ("durations", "jsonb"),
    ("last_at", "timestamptz"),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """One event that ended: where it belongs, how it ended, when, and how long it took since it was received."""

    organization_id: int
    integration_id: UUID
    use_case_id: UUID | None
    direction: str
    status: str
    at: datetime
    duration_ms: int


def window_of(at: datetime) -> datetime:
    """The start of the 5-minute window that at falls into."""
    return at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0)


def bin_of(duration_ms: int) -> int:
    """The duration bin, 0 to DURATION_BINS - 1."""
    return min(max(duration_ms, 1).bit_length() - 1, DURATION_BINS - 1)


def count(ended: Iterable[Counted]) -> None:
    """Add ended events to the counters, as one delta row per bucket. Must be the last write before the commit."""
    totals: dict[tuple[object, ...], dict[str, object]] = {}
    for event in ended:
        starts_at = window_of(event.at)
        key = (event.organization_id, event.integration_id, event.use_case_id, event.direction, event.status, starts_at)
        row = totals.get(key)
        if row is None:
            row = totals[key] = _empty(event, starts_at)
        _add(row, event)
    insert_rows("monitoring_bucketdelta", _COLUMNS, sorted(totals.values(), key=lambda row: str(row["use_case_id"])))


def _empty(event: Counted, starts_at: datetime) -> dict[str, object]:
    return {
        "organization_id": event.organization_id,
        "integration_id": event.integration_id,
        "use_case_id": event.use_case_id,
        "direction": event.direction,
        "status": event.status,
        "starts_at": starts_at,
        "events": 0,
        "durations": {},
        "last_at": event.at,
    }


def _add(row: dict[str, object], event: Counted) -> None:
    durations: dict[str, int] = row["durations"]  # type: ignore[assignment]  # made by _empty
    position = str(bin_of(event.duration_ms))
    durations[position] = durations.get(position, 0) + 1
    row["events"] = row["events"] + 1  # type: ignore[operator]  # an int, made by _empty
    row["last_at"] = max(row["last_at"], event.at)  # type: ignore[type-var]  # a datetime, made by _empty
