"""Bar and fill_of: where a step lies on the axis of a trace, and what its bar is filled with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PLAIN: Final = "ih-fill-bar"
EXTERNAL: Final = "ih-pattern-external"
"""What others told of has a pattern beside its hue."""
GAP_PERCENT: Final = 0.8
"""Between a bar and its label."""
_FILLS: Final = {
    "error": "ih-fill-error",
    "warning": "ih-fill-warning",
    "held": "ih-fill-held",
    "skipped": "ih-fill-skipped",
    "ignored": "ih-fill-skipped",
    "waiting": "ih-fill-waiting",
    "received": "ih-fill-waiting",
    "retrying": "ih-fill-waiting",
    "running": "ih-fill-waiting",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """start, length: in percent of the axis; no length, no bar. x, width, text_x, text_width: SVG attributes."""

    start: float = 0.0
    length: float = 0.0
    css_class: str = PLAIN

    @property
    def x(self) -> str:
        """The left end."""
        return f"{self.start:.2f}%"

    @property
    def width(self) -> str:
        """The length."""
        return f"{self.length:.2f}%"

    @property
    def text_x(self) -> str:
        """Where the label begins."""
        return f"{self._text_start:.2f}%"

    @property
    def text_width(self) -> str:
        """How much of the axis is left for it."""
        return f"{max(0, 100 - self._text_start):.2f}%"

    @property
    def _text_start(self) -> float:
        return self.start + self.length + GAP_PERCENT


def fill_of(status: str) -> str:
    """The class of the bar of a step of this status; the plain one for success and whatever else there is."""
    return _FILLS.get(status, PLAIN)
