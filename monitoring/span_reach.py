"""find_reach: the days in which counters say that there are spans of a kind, so that a list walks no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Q

from hub import clock
from monitoring.codes import Level
from monitoring.counting.reading import Count, Wanted, read_counts
from monitoring.counting.tables import SPANS
from monitoring.counting.windows import DAY, EVER

TROUBLE: Final = (Level.ERROR.value, Level.WARNING.value)
"""Levels whose spans have an index of their own."""
FIRST_LOOK: Final = timedelta(days=3)
"""Most lists are full after so few days, and counting few is quicker."""
CLOCKS_DIFFER: Final = timedelta(hours=1)
"""Processes of the hub are not that far apart."""


class Reach(NamedTuple):
    """since inclusive, until exclusive. level: the only one that those spans have, where it has an index."""

    since: datetime
    until: datetime
    level: str = ""

    @property
    def inside(self) -> Q:
        """The spans that lie there."""
        days = Q(completed_at__gte=self.since, completed_at__lt=self.until)
        return days & Q(level=self.level) if self.level else days


class Kind(NamedTuple):
    """What spans are narrowed to: columns that are counted with the values that they have, or do not have. It has to
    be all that they are narrowed to: days full of spans that another filter leaves out would hide older ones."""

    only: Mapping[str, Sequence[object]]
    without: Mapping[str, Sequence[object]]

    @property
    def is_all(self) -> bool:
        """Whether it narrows nothing."""
        return not any([*self.only.values(), *self.without.values()])


def find_reach(
    place: tuple[int, UUID], kind: Kind, *, since: datetime | None, until: datetime | None, limit: int
) -> Reach | None:
    """Where the newest limit spans of a kind are, of those between since and until, at least; None where there are
    none. place: organization and integration.

    A filter that few spans pass, or none at all, would otherwise read all of a window to find them (measured: 180 ms
    for a million spans). Days of UTC are counted as a whole, so that no single row is read: what is counted of the
    first and of the last day may lie outside of the window.
    """
    if until is not None and until <= EVER:
        return None
    at = clock.now()
    last = min(until or at, at) + CLOCKS_DIFFER
    partial = _day_of(min(until, last)) if until else None
    end = _day_of(last) + DAY
    earliest = _day_of(max(since, EVER)) if since else EVER
    for start in (max(earliest, end - FIRST_LOOK), earliest):
        wanted = Wanted(
            organization_id=place[0],
            integration_id=place[1],
            since=start,
            until=end,
            slot=DAY,
            only={name: values for name, values in kind.only.items() if values},
            without={name: values for name, values in kind.without.items() if values},
        )
        counts = read_counts(SPANS, wanted, at=at)
        enough = sum(count.number for count in counts if count.slot != partial) >= limit
        if enough or start == earliest:
            return _reach(counts, partial, limit) if counts else None
    return None


def _reach(counts: Sequence[Count], partial: datetime | None, limit: int) -> Reach:
    """partial: the day of which not all rows are wanted, and perhaps none; its rows are not relied upon."""
    numbers: dict[datetime, int] = {}
    for count in counts:
        if count.slot is not None:
            numbers[count.slot] = numbers.get(count.slot, 0) + count.number
    days = sorted(numbers, reverse=True)
    first, found = days[0], 0
    for first in days:
        found += numbers[first] if first != partial else 0
        if found >= limit:
            break
    levels = {count.outcome for count in counts}
    level = next(iter(levels)) if len(levels) == 1 and levels <= set(TROUBLE) else ""
    return Reach(first, days[0] + DAY, level)


def _day_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
