"""The bars above the list: counted events per step of the window, each bar a way into its own time; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hub.web.templatetags.moments import short_day
from hub.web.templatetags.numbers import number
from hub.web.templatetags.sparklines import BAR_SHARE, STACK, column, sum_of
from hub.web.templatetags.statuses import status_look
from inbound.ui.windows import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from inbound.ui.narrowing import Zoom
    from inbound.ui.windows import Window

HEIGHT = 92
"""Pixels of the tallest bar; the axis is below it."""
MOST_TICKS = 7
TICK_STEPS = (5 * MINUTE, 10 * MINUTE, HOUR / 2, HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY, 14 * DAY)
NARROW_EDGE = 12
"""The same on a narrow screen, which leaves such labels out."""
EDGE = 4
"""Percent of the chart at either end where a label would stick out if it were centred."""
SMALLEST = timedelta(microseconds=1)
WORST_FIRST = ("error", "warning", "ignored", "skipped", "success")

Counts = Mapping[tuple[int, str], int]
"""(number of the step, from 0; status) → events."""


class Piece(NamedTuple):
    """A rectangle: x and width in percent of the chart, y and height in pixels."""

    x: str
    y: str
    width: str
    height: str
    css_class: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of the window. x and width are those of its whole slot."""

    since: datetime
    until: datetime
    label: str
    title: str
    """What it says under the pointer."""
    url: str
    counts: dict[str, int]
    x: str
    width: str
    pieces: tuple[Piece, ...]

    @property
    def total(self) -> int:
        """All events of the step."""
        return sum(self.counts.values())

    @property
    def cells(self) -> list[str]:
        """The counts in the order of WORST_FIRST, as the table says them."""
        return [number(self.counts.get(status, 0)) for status in WORST_FIRST]


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment under the axis."""

    x: str
    anchor: str
    text: str
    is_minor: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars from left to right, with what they are measured by."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    legend: tuple[str, ...]
    totals: dict[str, int]
    height: int = HEIGHT

    @property
    def total(self) -> int:
        """All events of the window."""
        return sum(self.totals.values())


def histogram_of(counts: Counts, window: Window, zone: ZoneInfo, zoom: Zoom) -> Histogram:
    """The bars of a window; its first one begins at a whole step, so that bars keep their place as time goes on."""
    starts = starts_of(window, zone)
    piles: list[dict[str, int]] = [{} for _start in starts]
    for (place, status), events in counts.items():
        if 0 <= place < len(piles):
            piles[place][status] = events
    most = max(map(sum_of, piles), default=0)
    words = _Words({name: str(status_look(name).label) for name in WORST_FIRST}, _("No events"), _("Click to zoom in"))
    scale = _Scale(len(starts), window.step, most, zone, zoom, words)
    bars = tuple(_bar(place, start, pile, scale) for place, (start, pile) in enumerate(zip(starts, piles, strict=True)))
    totals: Counter[str] = Counter()
    for pile in piles:
        totals.update(pile)
    shown = tuple(status for status in STACK if any(pile.get(status) for pile in piles))
    ticks = tuple(_ticks(starts[0], starts[-1] + window.step, zone))
    return Histogram(bars, ticks, shown, dict(totals))


@dataclass(frozen=True, slots=True)
class _Scale:
    slots: int
    step: timedelta
    most: int
    zone: ZoneInfo
    zoom: Zoom
    words: _Words


class _Words(NamedTuple):
    """What titles say, looked up once for all bars."""

    labels: Mapping[str, str]
    nothing: str
    zoom: str


def starts_of(window: Window, zone: ZoneInfo) -> list[datetime]:
    """Whole steps of local time, the first of which holds the beginning of the window."""
    return list(whole_steps(window.since - window.step + SMALLEST, window.until, window.step, zone))


def _bar(place: int, since: datetime, counts: dict[str, int], scale: _Scale) -> Bar:
    wide = 100 / scale.slots
    x = place * wide
    drawn = column(counts, x=x, width=wide * BAR_SHARE, height=HEIGHT, most=scale.most) if counts else ()
    until = since + scale.step
    label = label_of(since, until, scale.zone)
    return Bar(
        since=since,
        until=until,
        label=label,
        title=_title(label, counts, scale.words),
        url=scale.zoom(since, until),
        counts=counts,
        x=f"{x:.3f}%",
        width=f"{wide:.3f}%",
        pieces=tuple(
            Piece(f"{one.x:.2f}%", f"{one.y:.2f}", f"{one.width:.2f}%", f"{one.height:.2f}", one.css_class)
            for one in drawn
        ),
    )


def label_of(since: datetime, until: datetime, zone: ZoneInfo) -> str:
    """A step of the window, in words."""
    first, last = since.astimezone(zone), until.astimezone(zone)
    end = f"{last:%H:%M}" if first.date() == last.date() else f"{short_day(last)}, {last:%H:%M}"
    return _("%(day)s, %(start)s to %(end)s") % {"day": short_day(first), "start": f"{first:%H:%M}", "end": end}


def _ticks(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Tick]:
    """Whole hours or days of local time; the day is named where it changes."""
    length = until - since
    step = next((one for one in TICK_STEPS if length <= MOST_TICKS * one), TICK_STEPS[-1])
    last_day = None
    for place, start in enumerate(whole_steps(since, until, step, zone)):
        at = start.astimezone(zone)
        text = short_day(at) if step >= DAY else f"{at:%H:%M}"
        if step < DAY and at.date() != last_day and length > DAY / 4:
            text = f"{short_day(at)} {text}"
        last_day = at.date()
        share = 100 * ((start - since) / length)
        anchor = "start" if share < EDGE else "end" if share > 100 - EDGE else "middle"
        yield Tick(f"{share:.2f}%", anchor, text, is_minor=place % 2 != 0 or share < NARROW_EDGE)


def whole_steps(since: datetime, until: datetime, step: timedelta, zone: ZoneInfo) -> Iterator[datetime]:
    """Moments in [since, until) that are multiples of step in local time."""
    offset = (since.astimezone(zone).utcoffset() or timedelta()).total_seconds()
    over = (since.timestamp() + offset) % step.total_seconds()
    start = since + timedelta(seconds=(step.total_seconds() - over) % step.total_seconds())
    while start < until:
        yield start
        start += step


def _title(label: str, counts: Mapping[str, int], words: _Words) -> str:
    """The time, then the counts, worst first, then what a click does."""
    rows = [f"{name}: {number(counts[status])}" for status, name in words.labels.items() if counts.get(status)]
    return "\n".join([label, *(rows or [words.nothing]), words.zoom])
