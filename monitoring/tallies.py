"""Tally: what counters say of one use case or integration; and reading them, one query whatever the size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hub.accounts.models import Organization
from monitoring.counter_sums import PLACE, Part, Steps, Sum, Sums, sums_of
from monitoring.counters import DURATION_BINS, EVENTS
from monitoring.time_ranges import HOUR, TimeRange, hour_of

APPLIED = ("success", "warning")
"""Statuses of events that did what they should; skipped and ignored ones had nothing to do."""


class Counter(NamedTuple):
    """What the counters of one use case of an integration say of one status."""

    integration_id: UUID
    use_case_id: UUID | None
    status: str
    sum: Sum


@dataclass(slots=True)
class Tally:
    """Events that ended, by status; when the last one did; durations in bins of counters.bin_of."""

    counts: dict[str, int] = field(default_factory=dict)
    last_at: datetime | None = None
    durations: dict[int, int] = field(default_factory=dict)

    def add(self, status: str, row: Sum) -> None:
        """Count a sum in."""
        self.counts[status] = self.counts.get(status, 0) + row.events
        self.last_at = row.last_at if self.last_at is None else max(self.last_at, row.last_at)
        for position, events in enumerate(row.bins):
            if events:
                self.durations[position] = self.durations.get(position, 0) + int(events)

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
    """The counters of the range, folded or not, one row per use case and status; one query."""
    wanted = Sums(
        _parts(time_range, at),
        {"organization_id": (organization.pk,), "direction": directions},
        ("integration_id", "use_case_id", "status"),
        has_bins=True,
    )
    return [Counter(row.group[0], row.group[1], row.group[2], row) for row in sums_of(wanted)]


def tally_by(rows: Iterable[Counter], key: str) -> dict[UUID | None, Tally]:
    """One tally per integration_id or use_case_id; None collects what belongs to no use case."""
    tallies: dict[UUID | None, Tally] = {}
    for row in rows:
        tallies.setdefault(getattr(row, key), Tally()).add(row.status, row.sum)
    return tallies


def read_bars(*, organization: Organization, time_range: TimeRange, at: datetime) -> dict[UUID, list[dict[str, int]]]:
    """Integration → counts by status for each slot of the range, oldest first; one query."""
    wanted = Sums(
        _parts(time_range, at),
        {"organization_id": (organization.pk,), "direction": EVENTS},
        ("integration_id", PLACE, "status"),
        Steps(time_range.first(at), time_range.step),
    )
    bars: dict[UUID, list[dict[str, int]]] = {}
    for row in sums_of(wanted):
        integration_id, place, status = row.group
        slots = bars.setdefault(integration_id, [{} for _ in range(time_range.slots(at))])
        slot = slots[min(place, len(slots) - 1)]
        slot[status] = slot.get(status, 0) + row.events
    return bars


def _parts(time_range: TimeRange, at: datetime) -> list[Part]:
    """The finest counters only where an hour would reach too far."""
    since = time_range.since(at)
    if time_range.length <= HOUR:
        return [Part(5, since), Part(None, since)]
    first_hour = hour_of(since) if since == hour_of(since) else hour_of(since) + HOUR
    return [Part(60, first_hour), Part(5, since, first_hour), Part(None, since)]
