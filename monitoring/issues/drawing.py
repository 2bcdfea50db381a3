"""trend_path: the bars of a trend as one path, so that a list of fifty draws fifty elements, not a thousand; pure."""

from __future__ import annotations

from collections.abc import Sequence

from hub.web.templatetags.sparklines import BAR_SHARE, LEAST_HEIGHT


def trend_path(numbers: Sequence[int], *, width: float, height: float) -> str:
    """The d of a path in a view box of that size, the highest bar as tall as it; empty where all are zero."""
    most = max(numbers, default=0)
    slot = width / len(numbers) if numbers else 0
    return "".join(
        f"M{round(place * slot, 2):g} {height:g}v-{round(max((height - 1) * number / most, LEAST_HEIGHT), 2):g}"
        f"h{round(slot * BAR_SHARE, 2):g}V{height:g}z"
        for place, number in enumerate(numbers)
        if number
    )
