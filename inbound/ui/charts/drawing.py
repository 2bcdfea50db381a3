"""charts_of: series as charts, each with the table behind it; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from hub.web.templatetags.moments import machine_time, short_day
from hub.web.templatetags.numbers import duration_ms, number, share, span_of_seconds
from hub.web.templatetags.sparklines import STACK
from hub.web.templatetags.statuses import status_look
from inbound.ui.histogram import label_of
from inbound.ui.windows import DAY
from monitoring.charting import Series, Slots
from monitoring.tallies import Tally

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Value = float | int | None
SHARES: Final = ((0.5, "p50"), (0.95, "p95"))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of values, oldest first; None is a gap. look: a status, or p50 or p95."""

    look: str
    label: _StrPromise | str
    values: list[Value]


class Slot(NamedTuple):
    """What every chart says of a slot. query: of the list of what it counts; is_live: it is not over yet."""

    since: datetime
    until: datetime
    label: str
    query: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One slot of the table."""

    slot: Slot
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """form: "bars" stacks counts, "lines" draws shares or durations; unit: "count", "percent", "ms" or "min"; nothing:
    what is said instead of an empty drawing."""

    key: str
    title: _StrPromise
    form: str
    unit: str
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]
    nothing: _StrPromise

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return all(value is None for line in self.lines for value in line.values)

    @property
    def says_something(self) -> bool:
        """Whether anything was counted, or waited: a queue that was empty throughout is nothing to look at alone."""
        return any(value or (value is not None and line.look != "age") for line in self.lines for value in line.values)

    @property
    def drawing_id(self) -> str:
        """The element that holds what is drawn."""
        return f"chart-data-{self.key}"

    @property
    def drawing(self) -> dict[str, object]:
        """What the script draws."""
        return {
            "form": self.form,
            "unit": self.unit,
            "title": str(self.title),
            "live": [row.slot.is_live for row in self.rows],
            "labels": [row.slot.label for row in self.rows],
            "since": [machine_time(row.slot.since) for row in self.rows],
            "until": [machine_time(row.slot.until) for row in self.rows],
            "lines": [
                {"look": line.look, "label": str(line.label), "values": line.values, "texts": texts}
                for line, texts in zip(self.lines, zip(*(row.cells for row in self.rows), strict=True), strict=True)
            ],
        }


@dataclass(frozen=True, slots=True)
class Scale:
    """What all charts of a page have in common. rows_between: (since, until) → the query of a list."""

    slots: Slots
    zone: ZoneInfo
    at: datetime
    rows_between: Callable[[datetime, datetime], str]

    def drawn(self) -> list[Slot]:
        """The slots in words, once for all charts."""
        step, at = self.slots.step, self.at
        return [
            Slot(since, until, label_of(since, until, self.zone), self.rows_between(since, until), since <= at < until)
            for since in self.slots.starts
            for until in (since + step,)
        ]

    def axis(self) -> list[str]:
        """A short text under each slot."""
        return [
            short_day(start.astimezone(self.zone)) if self.slots.step >= DAY / 2 else self._clock(start)
            for start in self.slots.starts
        ]

    def _clock(self, start: datetime) -> str:
        local = start.astimezone(self.zone)
        is_long = self.slots.step * self.slots.number > DAY
        return f"{short_day(local)} {local:%H:%M}" if is_long else f"{local:%H:%M}"


@dataclass(frozen=True, slots=True)
class Ages:
    """How long the oldest of a queue had waited, in minutes, as title and nothing of the chart say it."""

    title: _StrPromise
    nothing: _StrPromise
    values: list[Value]


def charts_of(endings: Series, acknowledged: Series, ages: Ages, scale: Scale) -> list[Chart]:
    """The charts, in the order of the page: what ended, how well, how fast, how long ERPs took to confirm, and how long
    the oldest had to wait."""
    oldest, slots = (Line("age", _("The oldest had waited"), ages.values),), scale.drawn()
    return [
        _chart("throughput", _("Throughput"), "count", tuple(_stack(endings)), slots),
        _chart("success", _("Success rate"), "percent", (_rate(endings),), slots),
        _chart("duration", _("Processing time"), "ms", tuple(_percentiles(endings)), slots),
        _chart("acknowledgement", _("Time to acknowledgement"), "ms", tuple(_percentiles(acknowledged)), slots),
        replace(_chart("queue", ages.title, "min", oldest, slots), nothing=ages.nothing),
    ]


def _chart(key: str, title: _StrPromise, unit: str, lines: tuple[Line, ...], slots: Sequence[Slot]) -> Chart:
    form, nothing = "bars" if unit == "count" else "lines", _("Nothing was counted in this window.")
    return Chart(key, title, form, unit, lines, tuple(_rows(lines, unit, slots)), nothing)


def _stack(series: Series) -> Iterator[Line]:
    """From the axis up. Where something was counted, what did not occur is zero; elsewhere it is unknown."""
    seen = {status for tally in series if tally for status in tally.counts}
    for status in STACK:
        if status in seen:
            values: list[Value] = [tally.counts.get(status, 0) if tally else None for tally in series]
            yield Line(status, status_look(status).label, values)


def _rate(series: Series) -> Line:
    return Line("rate", _("Success rate"), [_share_of(tally) for tally in series])


def _share_of(tally: Tally | None) -> Value:
    return 100 * tally.applied / tally.attempted if tally and tally.attempted else None


def _percentiles(series: Series) -> Iterator[Line]:
    for part, name in SHARES:
        yield Line(name, name, [tally.percentile_ms(part) if tally else None for tally in series])


def _rows(lines: Sequence[Line], unit: str, slots: Sequence[Slot]) -> Iterator[Row]:
    for place, slot in enumerate(slots):
        yield Row(slot, tuple(_text(line.values[place], unit) for line in lines))


def _text(value: Value, unit: str) -> str:
    if unit == "ms":
        return duration_ms(value)
    if unit == "percent":
        return "–" if value is None else share(value, 100)
    if unit == "min":
        return "–" if value is None else span_of_seconds(round(60 * value))
    return number(value)
