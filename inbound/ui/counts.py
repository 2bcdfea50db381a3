"""What the counters say of a window: events per step and status, in one query whatever its length."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from inbound.ui.windows import HOUR, Window
from monitoring.counter_sums import PLACE, Part, Steps, Sums, sums_of
from monitoring.counters import window_of
from monitoring.counting.ages import BUCKETS_KEPT

FINE, HOURLY = 5, 60
"""Widths of counters in minutes."""

Counts = dict[tuple[int, str], int]
"""(number of the step, from 0; status) → events."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """Whose events are counted; no ids mean all of the organization."""

    organization_id: int
    integration_ids: Iterable[UUID] = ()
    use_case_ids: Iterable[UUID] = ()


def counted(subjects: Subjects, window: Window, first: datetime, *, at: datetime) -> Counts:
    """Inbound events that ended in the window, by its step and their status.

    first is where the first step begins, a whole second; at is now.
    """
    width = FINE if window.step < HOUR and window.since >= at - BUCKETS_KEPT[FINE] else HOURLY
    since = max(_floor(window.since, width), first)
    wanted = Sums(
        [Part(part, since, window.until) for part in (width, None)],
        {
            "organization_id": (subjects.organization_id,),
            "direction": ("inbound",),
            "integration_id": list(subjects.integration_ids),
            "use_case_id": list(subjects.use_case_ids),
        },
        (PLACE, "status"),
        Steps(first, window.step),
    )
    return {(int(place), status): events for (place, status), events, *_rest in sums_of(wanted)}


def _floor(at: datetime, width: int) -> datetime:
    fine = window_of(at)
    return fine - timedelta(minutes=fine.minute) if width == HOURLY else fine
