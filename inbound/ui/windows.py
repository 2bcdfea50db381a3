"""Window: the time that a page looks at, by a name or from one moment to another; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from hub.web.templatetags.moments import calendar_day, short_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A window that ends now: how far it reaches back, and what it is called."""

    length: timedelta
    label: _StrPromise


SPANS = {
    "1h": Span(HOUR, _("Last hour")),
    "24h": Span(DAY, _("Last 24 hours")),
    "7d": Span(7 * DAY, _("Last 7 days")),
    "30d": Span(30 * DAY, _("Last 30 days")),
    "90d": Span(90 * DAY, _("Last 90 days")),
}
USUAL = "24h"
"""What a list opens with."""
ALL_KEPT = "90d"
"""As far back as events are kept: where one id is looked for."""
THIS_VERY_MOMENT = timedelta(microseconds=1)
"""What ended just now is in the window, too."""
YEARS = range(2000, 2200)
"""Moments of other years are typing errors."""

STEPS = (5 * MINUTE, 10 * MINUTE, 20 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY)
MOST_BARS = 72
"""More bars than this would be thinner than their gaps."""


@dataclass(frozen=True, slots=True)
class Window:
    """since to until, the end excluded. name is a key of SPANS, or empty for two chosen moments."""

    since: datetime
    until: datetime
    name: str = ""

    @property
    def step(self) -> timedelta:
        """Width of a bar in whole seconds: the finest one that gives at most MOST_BARS."""
        length = self.until - self.since
        widest = timedelta(seconds=ceil(length.total_seconds() / MOST_BARS))
        return next((step for step in STEPS if length <= MOST_BARS * step), widest)

    def label(self, zone: ZoneInfo) -> _StrPromise | str:
        """What the window is called: a chosen one by its moments, days only where they are needed."""
        if self.name:
            return SPANS[self.name].label
        first, last = self.since.astimezone(zone), self.until.astimezone(zone)
        end = f"{last:%H:%M}" if first.date() == last.date() else f"{short_day(last)} {last:%H:%M}"
        day = calendar_day(first) if first.year != last.year else short_day(first)
        return f"{day} {first:%H:%M} – {end}"


def window_of(query: Mapping[str, str], now: datetime, zone: ZoneInfo, usual: str = USUAL) -> Window:
    """The window that a query asks for: from and to, one of them, or window by name; else the usual one.

    A moment without offset is read in zone. What cannot be read, or ends before it begins, counts as not said.
    """
    since, until = moment_of(query.get("from", ""), zone), moment_of(query.get("to", ""), zone)
    if since and since < (until or now):
        return Window(since, until or now)
    if until and not since:
        return Window(until - DAY, until)
    name = query.get("window", usual)
    name = name if name in SPANS else usual
    return Window(now - SPANS[name].length, now + THIS_VERY_MOMENT, name)


def moment_of(text: str, zone: ZoneInfo) -> datetime | None:
    """A moment in ISO 8601, or None."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or moment.year not in YEARS:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def local_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as a datetime-local field shows it."""
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}"
