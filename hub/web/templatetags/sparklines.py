"""Stacked bars of a sparkline from counts per time bucket; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STACK = ("success", "skipped", "ignored", "warning", "held", "error")
"""From the axis up, so that trouble sits on top."""

CLASSES = {"success": "ih-fill-success"} | {name: f"ih-pattern-{name}" for name in STACK[1:]}
"""Success is a muted solid, everything else has a pattern."""

BAR_SHARE = 0.82
"""How much of its slot a bar fills; the rest is the gap to the next."""

LEAST_HEIGHT = 1.5
"""So that one failure among thousands can still be seen."""


class Bar(NamedTuple):
    """One rectangle, in units of the view box."""

    x: float
    y: float
    width: float
    height: float
    css_class: str


def sparkline_bars(buckets: Sequence[Mapping[str, int] | None], width: float, height: float) -> list[Bar]:
    """Rectangles bottom-up per bucket. A bucket that is None is a gap: nobody counted, which is not zero."""
    most = max((sum_of(bucket) for bucket in buckets if bucket), default=0)
    if not most:
        return []
    slot = width / len(buckets)
    bars: list[Bar] = []
    for place, bucket in enumerate(buckets):
        bars.extend(column(bucket or {}, x=place * slot, width=slot * BAR_SHARE, height=height, most=most))
    return bars


def column(bucket: Mapping[str, int], *, x: float, width: float, height: float, most: int) -> Iterable[Bar]:
    """The rectangles of one bucket, from the axis up."""
    y = height
    for status in STACK:
        if not (count := bucket.get(status, 0)):
            continue
        tall = min(max((height - 1) * count / most, LEAST_HEIGHT), y)
        y -= tall
        yield Bar(round(x, 2), round(y, 2), round(width, 2), round(tall, 2), CLASSES[status])


def sum_of(bucket: Mapping[str, int]) -> int:
    """All that a bucket stacks."""
    return sum(bucket.get(status, 0) for status in STACK)
