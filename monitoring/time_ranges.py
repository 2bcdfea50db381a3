"""TimeRange: the last hour, day or week of a page, cut into slots for its charts; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from monitoring.counters import window_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

HOUR = timedelta(hours=1)
USUAL = "24h"


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A range that ends now. Slots lie on full steps of the clock, so the first and the last are partly outside."""

    name: str
    label: _StrPromise
    length: timedelta
    step: timedelta

    def since(self, at: datetime) -> datetime:
        """The start of the first counter that belongs to the range."""
        start = window_of(at - self.length)
        return start if self.length <= timedelta(days=1) else hour_of(start)

    def slot(self, starts_at: datetime, at: datetime) -> int:
        """The slot, counted from 0, that a counter beginning at starts_at falls into; at is now."""
        return (starts_at - self.first(at)) // self.step

    def slots(self, at: datetime) -> int:
        """How many slots there are."""
        return self.slot(at, at) + 1

    def first(self, at: datetime) -> datetime:
        """Where the first slot begins."""
        since = self.since(at)
        midnight = since.replace(hour=0, minute=0)
        return midnight + (since - midnight) // self.step * self.step


RANGES = {
    "1h": TimeRange("1h", _("Last hour"), HOUR, timedelta(minutes=5)),
    "24h": TimeRange("24h", _("Last 24 hours"), timedelta(days=1), HOUR),
    "7d": TimeRange("7d", _("Last 7 days"), timedelta(days=7), timedelta(hours=6)),
}


def range_of(name: str | None) -> TimeRange:
    """The range called name; what nobody knows counts as not said."""
    return RANGES.get(name or "", RANGES[USUAL])


def hour_of(at: datetime) -> datetime:
    """The start of the hour that at falls into."""
    return at.replace(minute=0, second=0, microsecond=0)
