"""Statistics of the first monitoring API: rows under its own words, grouped by any of them (api.md 15.3); pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from hub.json_types import JSONObject, JSONValue
from monitoring.counting.reading import Count

_PERCENT: Final = 100
DATE: Final = "date"
"""Groups by the day of UTC."""


@dataclass(slots=True)
class Sums:
    """Rows by status, and when the last error was. attempted are the statuses that a success rate is a share of."""

    statuses: tuple[str, ...]
    attempted: tuple[str, ...]
    numbers: dict[str, int] = field(default_factory=dict)
    last_error_at: datetime | None = None

    def add(self, status: str, row: Count) -> None:
        """Count a row in."""
        self.numbers[status] = self.numbers.get(status, 0) + row.number
        if status == "error":
            self.last_error_at = max(row.last_at, self.last_error_at or row.last_at)

    def counts(self) -> JSONObject:
        """total_events and one count for each status, which add up to it."""
        counts: JSONObject = {"total_events": sum(self.numbers.values())}
        return counts | {f"{status}_count": self.numbers.get(status, 0) for status in self.statuses}

    @property
    def success_rate(self) -> float:
        """0 to 100, two digits; 0 without anything attempted."""
        attempted = sum(self.numbers.get(status, 0) for status in self.attempted)
        return round(_PERCENT * self.numbers.get("success", 0) / attempted, 2) if attempted else 0


@dataclass(frozen=True, slots=True)
class Side:
    """One direction: what its API calls outcomes, and columns that groups are read from.

    statuses: outcome → the count it feeds, without _count. shown: what group_by status shows of an outcome.
    columns: name of a group → its column.
    """

    statuses: Mapping[str, str]
    shown: Mapping[str, str]
    attempted: tuple[str, ...]
    columns: Mapping[str, str]

    @property
    def groups(self) -> tuple[str, ...]:
        """Everything that group_by may name."""
        return (*self.columns, "status", DATE)

    def columns_of(self, group_by: Sequence[str]) -> tuple[str, ...]:
        """What has to be read for these groups, each once."""
        return tuple(dict.fromkeys(self.columns[name] for name in group_by if name in self.columns))

    def sums(self) -> Sums:
        """Empty ones."""
        return Sums(tuple(dict.fromkeys(self.statuses.values())), self.attempted)


def document(side: Side, rows: Iterable[Count], group_by: Sequence[str]) -> dict[str, object]:
    """Counts, rate and last error; with groups also their breakdown, largest first."""
    rows = list(rows)
    whole = side.sums()
    for row in rows:
        whole.add(side.statuses[row.outcome], row)
    answer: dict[str, object] = {
        **whole.counts(),
        "success_rate": whole.success_rate,
        "last_error_at": whole.last_error_at,
    }
    return answer | {"breakdown": _breakdown(side, rows, group_by)} if group_by else answer


def _breakdown(side: Side, rows: Sequence[Count], group_by: Sequence[str]) -> list[JSONValue]:
    columns = side.columns_of(group_by)
    groups: dict[tuple[str | None, ...], Sums] = {}
    for row in rows:
        key = tuple(_value(side, name, row, columns) for name in group_by)
        groups.setdefault(key, side.sums()).add(side.statuses[row.outcome], row)
    parts = [_part(dict(zip(group_by, key, strict=True)), sums) for key, sums in groups.items()]
    return sorted(parts, key=lambda part: (-part["count"], [str(part[name] or "") for name in group_by]))  # type: ignore[call-overload,index,operator]  # of _part


def _part(key: Mapping[str, str | None], sums: Sums) -> JSONObject:
    counts = sums.counts()
    return {**key, "count": counts["total_events"], **counts, "success_rate": sums.success_rate}


def _value(side: Side, name: str, row: Count, columns: Sequence[str]) -> str | None:
    if name == "status":
        return side.shown[row.outcome]
    if name == DATE:
        return row.slot.astimezone(UTC).date().isoformat() if row.slot else None
    value = row.group[columns.index(side.columns[name])]
    return None if value in (None, "") else str(value)
