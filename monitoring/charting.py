"""read_series: what counters say of each slot of a window, summed by the database in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Max

from hub.accounts.models import Organization
from monitoring.counter_sums import PLACE, Part, Steps, Sums, sums_of
from monitoring.counters import EVENTS
from monitoring.models import Bucket
from monitoring.tallies import Tally

FINE: Final = 5
HOURLY: Final = 60
"""Widths of buckets in minutes."""
Series = list[Tally | None]
"""One tally per slot, oldest first; None where nothing was counted, which is a gap and not zero."""


@dataclass(frozen=True, slots=True)
class Slots:
    """number slots of step from first on, read from buckets of width_minutes, 5 or 60, which divides step."""

    first: datetime
    step: timedelta
    number: int
    width_minutes: int

    @property
    def starts(self) -> list[datetime]:
        """Where each begins, oldest first."""
        return [self.first + place * self.step for place in range(self.number)]

    @property
    def end(self) -> datetime:
        """Where the last one ends."""
        return self.first + self.number * self.step


@dataclass(frozen=True, slots=True)
class Subjects:
    """Whose counters are read; no ids mean all of the organization."""

    organization: Organization
    integration_ids: tuple[UUID, ...] = ()
    use_case_ids: tuple[UUID, ...] = ()


def read_series(*, subjects: Subjects, slots: Slots, direction: str, status: str = "") -> Series:
    """What ended in each slot, folded or not; of one status only where it is given.

    One statement, whose answer has at most one row per slot and status.
    """
    narrowed: dict[str, Sequence[object]] = {
        "organization_id": (subjects.organization.pk,),
        "direction": (direction,),
        "status": (status,) if status else (),
        "integration_id": subjects.integration_ids,
        "use_case_id": subjects.use_case_ids,
    }
    parts = [Part(width, slots.first, slots.end) for width in (slots.width_minutes, None)]
    steps = Steps(slots.first, slots.step)
    series: Series = [None] * slots.number
    for row in sums_of(Sums(parts, narrowed, (PLACE, "status"), steps, has_bins=True)):
        place, outcome = row.group
        tally = series[int(place)] = series[int(place)] or Tally()
        tally.add(str(outcome), row)
    return series


def last_counted_at(organization: Organization, directions: Sequence[str] = EVENTS) -> datetime | None:
    """When the last event ended that is folded; None when there never was one."""
    hourly = Bucket.objects.of(organization).filter(width_minutes=HOURLY, direction__in=directions)
    newest = hourly.order_by("-starts_at").values_list("starts_at", flat=True).first()
    found: datetime | None = hourly.filter(starts_at=newest).aggregate(last=Max("last_at"))["last"] if newest else None
    return found
