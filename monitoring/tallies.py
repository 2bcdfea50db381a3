"""Tally: what counters say of one use case or integration; and reading them, two queries whatever the size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from hub.accounts.models import Organization
from monitoring.counters import DURATION_BINS, EVENTS
from monitoring.models import Bucket, BucketDelta
from monitoring.time_ranges import HOUR, TimeRange, hour_of

APPLIED = ("success", "warning")
"""Statuses of events that did what they should; skipped and ignored ones had nothing to do."""


class Counter(NamedTuple):
    """One row of counters, folded or not."""

    integration_id: UUID
    use_case_id: UUID | None
    status: str
    starts_at: datetime
    events: int
    durations: dict[str, int]
    last_at: datetime


@dataclass(slots=True)
class Tally:
    """Events that ended, by status; when the last one did; durations in bins of counters.bin_of."""

    counts: dict[str, int] = field(default_factory=dict)
    last_at: datetime | None = None
    durations: dict[int, int] = field(default_factory=dict)

    def add(self, row: Counter) -> None:
        """Count a row in."""
        self.counts[row.status] = self.counts.get(row.status, 0) + row.events
        self.last_at = row.last_at if self.last_at is None else max(self.last_at, row.last_at)
        for position, events in row.durations.items():
            self.durations[int(position)] = self.durations.get(int(position), 0) + events

    @property
    def total(self) -> int:
        """Every event that ended."""
        return sum(self.counts.values())

    @property
    def applied(self) -> int:
        """Events that did what they should, with or without a warning."""
        return sum(self.counts.get(status, 0) for status in APPLIED)

    @property
    def failed(self) -> int:
        """Events that could not be applied."""
        return self.counts.get("error", 0)

    @property
    def ignored(self) -> int:
        """Events that found no use case to take them."""
        return self.counts.get("ignored", 0)

    @property
    def attempted(self) -> int:
        """Events there was something to do for: what a success rate is a share of."""
        return self.applied + self.failed

    def percentile_ms(self, share: float) -> float | None:
        """About how many milliseconds that share of the events stayed below; None without any."""
        wanted = share * sum(self.durations.values())
        if not wanted:
            return None
        for position in range(DURATION_BINS):
            events = self.durations.get(position, 0)
            if wanted <= events:
                return float(2**position * (1 + wanted / events))
            wanted -= events
        return float(2**DURATION_BINS)


def read_counters(
    *, organization: Organization, time_range: TimeRange, at: datetime, directions: Sequence[str] = EVENTS
) -> list[Counter]:
    """Every counter of the range, folded or not; the finest ones only where an hour would reach too far."""
    since = time_range.since(at)
    buckets = Bucket.objects.of(organization).filter(_widths(time_range, since), starts_at__gte=since)
    unfolded = read_unfolded(organization=organization, since=since, directions=directions)
    return [*_rows(buckets.filter(direction__in=directions)), *unfolded]


def read_unfolded(
    *, organization: Organization, since: datetime, directions: Sequence[str] = EVENTS
) -> Iterator[Counter]:
    """What slices have counted since then and nobody has folded yet."""
    deltas = BucketDelta.objects.of(organization).filter(starts_at__gte=since, direction__in=directions)
    return _rows(deltas)


def tally_by(rows: Iterable[Counter], key: str) -> dict[UUID | None, Tally]:
    """One tally per integration_id or use_case_id; None collects what belongs to no use case."""
    tallies: dict[UUID | None, Tally] = {}
    for row in rows:
        tallies.setdefault(getattr(row, key), Tally()).add(row)
    return tallies


def bars_of(rows: Iterable[Counter], time_range: TimeRange, at: datetime) -> dict[UUID, list[dict[str, int]]]:
    """Integration → counts by status for each slot of the range, oldest first."""
    bars: dict[UUID, list[dict[str, int]]] = {}
    for row in rows:
        slots = bars.setdefault(row.integration_id, [{} for _ in range(time_range.slots(at))])
        slot = slots[min(time_range.slot(row.starts_at, at), len(slots) - 1)]
        slot[row.status] = slot.get(row.status, 0) + row.events
    return bars


def _widths(time_range: TimeRange, since: datetime) -> Q:
    if time_range.length <= HOUR:
        return Q(width_minutes=5)
    first_hour = hour_of(since) if since == hour_of(since) else hour_of(since) + HOUR
    return Q(width_minutes=60, starts_at__gte=first_hour) | Q(width_minutes=5, starts_at__lt=first_hour)


def _rows(counters: Any) -> Iterator[Counter]:  # Any: a queryset of either kind of counter
    return (Counter(*values) for values in counters.order_by().values_list(*Counter._fields).iterator())
