"""readings: how many events have ever ended, by direction and status: folded totals and what is not folded yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Sum

from hub.observing.readings import Reading
from monitoring.models import BucketDelta, EndedTotal


class HowEnded(NamedTuple):
    """What the totals are kept by."""

    direction: str
    status: str


def add_to_totals(rows: Iterable[BucketDelta]) -> None:
    """Add rows that are folded now, in the transaction that deletes them, so that no total ever goes down."""
    sums: Counter[HowEnded] = Counter()
    for row in rows:
        sums[HowEnded(row.direction, row.status)] += row.events
    for how in sorted(sums):
        EndedTotal.objects.get_or_create(direction=how.direction, status=how.status)
        EndedTotal.objects.filter(**how._asdict()).update(events=F("events") + sums[how])


def readings(at: datetime) -> Iterator[Reading]:
    """One statement over both tables, so that no row is counted in both or in neither."""
    folded = EndedTotal.objects.order_by().values_list("direction", "status", "events")
    fresh = BucketDelta.objects.order_by().values_list("direction", "status").annotate(Sum("events"))
    sums: Counter[HowEnded] = Counter()
    for direction, status, events in folded.union(fresh, all=True):
        sums[HowEnded(direction, status)] += events
    for how in sorted(sums):
        yield Reading("hub_events_ended", sums[how], how._asdict())
