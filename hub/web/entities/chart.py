"""Chart: readings as a line over time, in units of a view box; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

WIDTH: Final = 720
HEIGHT: Final = 120
MARGIN: Final = 6
"""So that no dot is cut at an edge."""
LEAST_POINTS: Final = 2
"""One reading makes no line."""


class Point(NamedTuple):
    """What a reading says: a value at a moment. is_doubtful: it is implausible or not checked yet."""

    at: datetime
    value: Decimal
    is_doubtful: bool
    day: date
    """The day that stands below it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """line is a path, sound and doubtful are paths of dots; low and high what the edges stand for."""

    line: str
    sound: str
    doubtful: str
    low: Decimal
    high: Decimal
    first_day: date
    last_day: date
    last: Decimal
    count: int


def chart_of(points: Sequence[Point]) -> Chart | None:
    """The drawing, oldest reading left; None where there is nothing to compare."""
    ordered = sorted(points)
    if len(ordered) < LEAST_POINTS:
        return None
    low, high = min(one.value for one in ordered), max(one.value for one in ordered)
    first_at, last_at = ordered[0].at, ordered[-1].at
    span_s = (last_at - first_at).total_seconds()
    places = [
        (_scaled(_share((one.at - first_at).total_seconds(), span_s), WIDTH), HEIGHT - _height(one.value, low, high))
        for one in ordered
    ]
    return Chart(
        line="M" + "L".join(f"{x} {y}" for x, y in places),
        sound=_dots(places, ordered, is_doubtful=False),
        doubtful=_dots(places, ordered, is_doubtful=True),
        low=low,
        high=high,
        first_day=ordered[0].day,
        last_day=ordered[-1].day,
        last=ordered[-1].value,
        count=len(ordered),
    )


def _dots(places: Sequence[tuple[float, float]], points: Sequence[Point], *, is_doubtful: bool) -> str:
    """Lines of no length: their round ends are dots, which keep their shape when the drawing is stretched."""
    pairs = zip(places, points, strict=True)
    return "".join(f"M{x} {y}h0" for (x, y), point in pairs if point.is_doubtful is is_doubtful)


def _height(value: Decimal, low: Decimal, high: Decimal) -> float:
    return _scaled(_share(float(value - low), float(high - low)), HEIGHT)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.5


def _scaled(share: float, whole: int) -> float:
    return round(MARGIN + share * (whole - 2 * MARGIN), 1)
