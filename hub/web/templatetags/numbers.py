"""Numbers for people: grouped figures, durations, sizes, shares; pure."""

from __future__ import annotations

GROUP = "\u202f"
"""Narrow no-break space: between groups of three digits and before a unit."""

MILLISECONDS_PER_SECOND = 1000
SECONDS_PER_MINUTE = 60
BYTES_PER_STEP = 1000
SIZE_UNITS = ("B", "kB", "MB", "GB", "TB")


def number(value: float | int | None, digits: int = 0) -> str:
    """6391 as "6 391" with a narrow no-break space; digits counts decimals. None is an en dash."""
    if value is None:
        return "–"
    return f"{value:,.{digits}f}".replace(",", GROUP).replace("-", "\u2212")


def share(part: float, whole: float) -> str:
    """part of whole in percent: "95.8 %"; "–" of nothing. Above 99.5 two decimals: 99.97 must not read as 100."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    digits = 0 if percent in (0, 100) else 2 if percent > 99.5 else 1
    return f"{number(min(percent, 99.99) if percent < 100 else percent, digits)}{GROUP}%"


def duration_ms(value: float | int | None) -> str:
    """A duration in milliseconds: "184 ms", "1.9 s", "2 min 5 s". None is an en dash."""
    if value is None:
        return "–"
    if value < MILLISECONDS_PER_SECOND - 0.5:
        return f"{number(value, 1 if 0 < value < 10 and value != int(value) else 0)}{GROUP}ms"
    seconds = value / MILLISECONDS_PER_SECOND
    if seconds < SECONDS_PER_MINUTE:
        return f"{number(seconds, 1)}{GROUP}s"
    return span_of_seconds(round(seconds))


def span_of_seconds(seconds: int) -> str:
    """The two largest units of a span: "42 s", "2 min 5 s", "3 h 10 min", "9 d 4 h"."""
    parts = [
        (seconds // 86400, "d"),
        (seconds // 3600 % 24, "h"),
        (seconds // 60 % 60, "min"),
        (seconds % 60, "s"),
    ]
    first = next((place for place, (amount, _) in enumerate(parts) if amount), len(parts) - 1)
    shown = [f"{number(amount)}{GROUP}{unit}" for amount, unit in parts[first : first + 2] if amount]
    return " ".join(shown) or f"0{GROUP}s"


def size(value: float | int | None) -> str:
    """An amount of bytes: "812 B", "1.2 kB", "3.4 MB". None is an en dash."""
    if value is None:
        return "–"
    amount = float(value)
    for unit in SIZE_UNITS:
        if amount < BYTES_PER_STEP - 0.05 or unit == SIZE_UNITS[-1]:
            break
        amount /= BYTES_PER_STEP
    return f"{number(amount, 0 if unit == 'B' else 1)}{GROUP}{unit}"
