"""readable_size: a number of bytes as people say it; pure."""

from __future__ import annotations

from typing import Final

STEP: Final = 1000
UNITS: Final = ("B", "kB", "MB", "GB", "TB")


def readable_size(size_bytes: int) -> str:
    """``842 B``, ``1.4 MB``: at most one digit after the point, steps of 1000."""
    size, unit = float(size_bytes), 0
    while round(size, 1) >= STEP and unit < len(UNITS) - 1:
        size, unit = size / STEP, unit + 1
    return f"{size:.1f}".removesuffix(".0") + f" {UNITS[unit]}"
