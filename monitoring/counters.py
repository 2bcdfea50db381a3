"""Counters that charts read: deltas written by every slice, folded once a minute, summed by readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from hub.bulk import insert_rows
from monitoring.ended_readings import add_to_totals
from monitoring.models import Bucket, BucketDelta, IntegrationBucket

WINDOW = timedelta(minutes=5)
"""Width of the finest bucket (engine rule 2.9)."""
DURATION_BINS = 20
"""Logarithmic bins: bin n counts durations from 2^n to 2^(n+1) ms, the last one everything above."""

EVENTS = ("inbound", "outbound")
"""Directions of counters that count events; charts and figures read these."""
ACKNOWLEDGEMENTS = "ack"
"""Direction of counters that count acknowledgements: their durations are the time that the ERP took."""

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


class Counted(NamedTuple):
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


def count(ended: Sequence[Counted]) -> None:
    """Add ended events to the counters, as one delta row per bucket. Must be the last write before the commit."""
    places: dict[tuple[object, ...], list[Counted]] = {}
    for event in ended:
        places.setdefault(event[:-1], []).append(event)
    totals: dict[Place, _Sum] = {}
    for events in places.values():
        first = events[0]
        total = totals.setdefault((*first[:-2], window_of(first.at)), _Sum(0, {}, first.at))
        bins = Counter(map(bin_of, [event.duration_ms for event in events]))
        total.add(len(events), {str(position): number for position, number in bins.items()}, first.at)
    insert_rows("monitoring_bucketdelta", _COLUMNS, [_row(place, totals[place]) for place in sorted(totals, key=str)])


Bins = dict[str, int]
Place = tuple[int, UUID, UUID | None, str, str, datetime]
"""organization, integration, use case, direction, status, start of the window."""


@dataclass(slots=True)
class _Sum:
    events: int
    durations: Bins
    last_at: datetime

    def add(self, events: int, durations: Bins, last_at: datetime) -> None:
        self.events += events
        self.last_at = max(self.last_at, last_at)
        for position, number in durations.items():
            self.durations[position] = self.durations.get(position, 0) + number


def _row(place: Place, total: _Sum) -> tuple[object, ...]:
    return (*place, total.events, total.durations, total.last_at)


FOLD_AT_ONCE = 20_000
"""Delta rows that one run folds; the rest waits for the next."""


class _Window(NamedTuple):
    """Where folded counters belong; of_integration: to its use cases together."""

    of_integration: bool
    organization_id: int
    integration_id: UUID
    use_case_id: UUID | None
    direction: str
    status: str
    width_minutes: int
    starts_at: datetime

    @property
    def fields(self) -> dict[str, Any]:
        """Columns of its row. Any: as each wants it."""
        _, *values = self
        named = dict(zip(self._fields[1:], values, strict=True))
        if self.of_integration:
            del named["use_case_id"]
        return named


def fold() -> int:
    """Move deltas into the buckets of use cases and integrations, in one transaction; how many were folded."""
    with transaction.atomic():
        deltas = BucketDelta.objects.order_by("pk")
        if connection.vendor == "postgresql":
            deltas = deltas.select_for_update(skip_locked=True)
        rows = list(deltas[:FOLD_AT_ONCE])
        sums = _sums(rows)
        for window in sorted(sums, key=str):
            _merge(window, sums[window])
        add_to_totals(rows)
        BucketDelta.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _sums(rows: Iterable[BucketDelta]) -> dict[_Window, _Sum]:
    sums: dict[_Window, _Sum] = {}
    for row in rows:
        for window in _windows(row):
            total = sums.setdefault(window, _Sum(0, {}, row.last_at))
            total.add(row.events, row.durations, row.last_at)
    return sums


def _windows(row: BucketDelta) -> Iterator[_Window]:
    hour = row.starts_at.replace(minute=0)
    of = (row.organization_id, row.integration_id)
    yield _Window(False, *of, row.use_case_id, row.direction, row.status, 5, row.starts_at)
    yield _Window(False, *of, row.use_case_id, row.direction, row.status, 60, hour)
    yield _Window(True, *of, None, row.direction, row.status, 60, hour)


def _merge(window: _Window, added: _Sum) -> None:
    buckets: Any = IntegrationBucket.objects if window.of_integration else Bucket.objects  # Any: either of both
    # Locked, because somebody else may be folding other deltas of the same bucket.
    bucket, is_new = buckets.select_for_update(no_key=True).get_or_create(
        **window.fields,
        defaults={"events": added.events, "durations": added.durations, "last_at": added.last_at},
    )
    if not is_new:
        stored = _Sum(bucket.events, dict(bucket.durations), bucket.last_at)
        stored.add(added.events, added.durations, added.last_at)
        buckets.filter(pk=bucket.pk).update(events=stored.events, durations=stored.durations, last_at=stored.last_at)
