"""list_readings: the readings of one counter of one meter, newest first, page by page; and which counters there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from hub.accounts.models import Organization
from hub.entities.models import Entity, MeterReading
from hub.entities.readings.sql import statements
from hub.errors import NotFound


@dataclass(frozen=True, slots=True)
class Position:
    """The place of a reading in a list: where the next page goes on."""

    timestamp: datetime
    reading_id: UUID


@dataclass(frozen=True, slots=True)
class Interval:
    """A span of time, both ends included; None: open."""

    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadingPage:
    """One page of a list. next is None on the last page."""

    readings: Sequence[MeterReading]
    next: Position | None


def list_readings(
    *,
    organization: Organization,
    counter: tuple[UUID, UUID | None],
    limit: int,
    interval: Interval,
    source: str = "",
    after: Position | None = None,
) -> ReadingPage:
    """A page of a counter's readings, newest first.

    counter is the meter's id and its own, None for readings of no counter; an empty source is any. An index walk of
    limit rows at any size, but for rows of another source, which it passes. Raises NotFound when the organization has
    no such meter or no such counter; they may lie in the recycle bin.
    """
    meter_id, counter_id = counter
    _require(organization, meter_id, "meter")
    if counter_id is not None:
        _require(organization, counter_id, "meter_counter")
    found = MeterReading.objects.of(organization).filter(meter_id=meter_id, counter_id=counter_id)
    if source:
        found = found.filter(source=source)
    if interval.first is not None:
        found = found.filter(timestamp__gte=interval.first)
    if interval.last is not None:
        found = found.filter(timestamp__lte=interval.last)
    if after is not None:
        same_moment = Q(timestamp=after.timestamp, id__lt=after.reading_id)
        found = found.filter(Q(timestamp__lte=after.timestamp), Q(timestamp__lt=after.timestamp) | same_moment)
    rows = list(found.order_by("-timestamp", "-id")[: limit + 1])
    if len(rows) <= limit:
        return ReadingPage(rows, None)
    last = rows[limit - 1]
    return ReadingPage(rows[:limit], Position(last.timestamp, last.pk))


def counters_of_meter(*, organization: Organization, meter_id: UUID, limit: int) -> list[UUID | None]:
    """The counters that readings of a meter name, in the order of their ids; then None if some name no counter.

    At most limit counters; a step in the index for each, at any number of readings.
    """
    found: list[UUID | None] = [*statements().counters_of(organization.pk, meter_id, limit)]
    without = MeterReading.objects.of(organization).filter(meter_id=meter_id, counter_id__isnull=True)
    return [*found, None] if without.exists() else found


def _require(organization: Organization, entity_id: UUID, schema: str) -> None:
    if not Entity.objects.of(organization).filter(pk=entity_id, schema=schema).exists():
        raise NotFound(f"There is no {schema} with this id.")
