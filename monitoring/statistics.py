"""Statistics of spans: how many of each level, and the same for every value of what they are grouped by; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from monitoring.codes import Level
from monitoring.counting.reading import Count

_PERCENT: Final = 100


@dataclass(slots=True)
class Statistics:
    """Spans by level, and when the last error was."""

    by_level: dict[str, int] = field(default_factory=dict)
    last_error_at: datetime | None = None

    def add(self, row: Count) -> None:
        """Count a row in."""
        self.by_level[row.outcome] = self.by_level.get(row.outcome, 0) + row.number
        if row.outcome == Level.ERROR:
            self.last_error_at = max(row.last_at, self.last_error_at or row.last_at)

    def of(self, level: Level) -> int:
        """Spans of one level."""
        return self.by_level.get(level, 0)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_level.values())

    @property
    def success_rate(self) -> float:
        """0 to 100, two digits: successes of all that was not merely told; 0 without any (api.md 15.3)."""
        attempted = self.total - self.of(Level.INFO)
        return round(_PERCENT * self.of(Level.SUCCESS) / attempted, 2) if attempted else 0


def sum_up(rows: Iterable[Count]) -> Statistics:
    """All rows together."""
    whole = Statistics()
    for row in rows:
        whole.add(row)
    return whole


def by_group(rows: Iterable[Count]) -> list[tuple[Sequence[str | None], Statistics]]:
    """One for each combination of values, None for none; the largest first, then by the values."""
    groups: dict[tuple[str | None, ...], Statistics] = {}
    for row in rows:
        key = tuple(None if value is None else str(value) for value in row.group)
        groups.setdefault(key, Statistics()).add(row)
    return sorted(groups.items(), key=lambda group: (-group[1].total, [value or "" for value in group[0]]))
