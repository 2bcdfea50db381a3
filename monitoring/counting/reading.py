"""read_counts: rows of a window by any of what they are counted by, one statement whatever there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from hub import database
from monitoring.counting.ages import BUCKETS_KEPT
from monitoring.counting.sql import statements
from monitoring.counting.tables import Tables
from monitoring.counting.windows import EVER, Piece, cut, steps_of
from monitoring.counting.writing import NO_USE_CASE

FINE_KEPT: Final = BUCKETS_KEPT[5] - timedelta(hours=1)
"""For how long 5-minute buckets are read: not those that retention may be deleting just now."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are counted and how they are grouped.

    since None means ever. slot, a multiple of five minutes, groups by slots of UTC as well: the first may begin
    before since, but counts nothing of before. only: column → its values; without_: those it must not have; both
    of groups and outcome.
    """

    organization_id: int
    integration_id: UUID
    since: datetime | None
    until: datetime
    group_by: tuple[str, ...] = ()
    slot: timedelta | None = None
    only: Mapping[str, Sequence[object]] = field(default_factory=dict)
    without: Mapping[str, Sequence[object]] = field(default_factory=dict)

    def narrowed(self, only: Mapping[str, Sequence[object]]) -> Self:
        """The same, of rows that have these values alone."""
        return replace(self, only=only)


class Count(NamedTuple):
    """A number of rows: group holds the values of group_by in its order, use_case_id None for none."""

    group: tuple[UUID | str | None, ...]
    slot: datetime | None
    outcome: str
    number: int
    last_at: datetime

    def with_group(self, place: int, value: str) -> Self:
        """The same under another value."""
        return self._replace(group=(*self.group[:place], value, *self.group[place + 1 :]))


def read_counts(tables: Tables, wanted: Wanted, *, at: datetime) -> list[Count]:
    """One row per group, slot and outcome that has any; at is now.

    Buckets are exact: what they do not cover of the window, its edges and what is not folded, is counted as it stands,
    in the same statement, so that a fold meanwhile changes nothing. A use_case_id of none may come in two rows.
    Raises ValueError for an unknown column.
    """
    if unknown := {*wanted.group_by, *wanted.only, *wanted.without} - {*tables.groups, tables.outcome}:
        raise ValueError(f"{tables.rows} is not counted by {', '.join(sorted(unknown))}")
    pieces = cut(wanted.since, wanted.until, at=at, fine_kept=FINE_KEPT, steps=steps_of(wanted.slot))
    query = _Query(tables, wanted)
    for piece in pieces.pieces:
        query.add_piece(piece)
    query.add_deltas(pieces.counted_since, pieces.counted_until)
    if tables.unended:
        query.add_unended()
    return _counts(wanted, database.rows(query.text(), query.parameters))


class _Query:
    """The statement and its parameters, part by part."""

    def __init__(self, tables: Tables, wanted: Wanted) -> None:
        self._tables = tables
        self._wanted = wanted
        self._statements = statements()
        self._parts: list[str] = []
        self.parameters: list[object] = []

    def add_piece(self, piece: Piece) -> None:
        """What buckets of one width, or the rows themselves, tell of a piece."""
        tables = self._tables
        if not piece.width_minutes:
            until = "<=" if piece.includes_until else "<"
            self._add(tables.rows, tables.moment, f"1 AS number, {tables.moment} AS last_at")
            self._parts[-1] += f" AND {tables.only}"
            self._between(tables.moment, piece.since, piece.until, until)
            return
        self._add(tables.buckets, "starts_at", "number, last_at")
        self._between("starts_at", piece.since, piece.until)
        self._narrow("width_minutes", (piece.width_minutes,))

    def add_deltas(self, since: datetime, until: datetime) -> None:
        """What is not folded yet of the time that buckets cover."""
        self._add(self._tables.deltas, "starts_at", "number, last_at")
        self._between("starts_at", since, until)

    def add_unended(self) -> None:
        """What has yet to come to an end, of the whole window."""
        tables, wanted = self._tables, self._wanted
        self._add(tables.rows, tables.moment, f"1 AS number, {tables.moment} AS last_at", f"'{tables.unended_outcome}'")
        self._parts[-1] += f" AND {tables.unended}"
        self._between(tables.moment, wanted.since or EVER, wanted.until, "<=")

    def text(self) -> str:
        """The whole statement."""
        names = ", ".join([*self._wanted.group_by, "slot", "outcome"])
        union = " UNION ALL ".join(self._parts)
        return f"SELECT {names}, sum(number), max(last_at) FROM ({union}) AS parts GROUP BY {names}"  # noqa: S608 -- names of ours

    def _add(self, table: str, moment: str, numbers: str, outcome: str = "") -> None:
        wanted, mark = self._wanted, self._statements.MARK
        names = [
            *wanted.group_by,
            f"{self._slot(moment)} AS slot",
            f"{outcome or self._tables.outcome} AS outcome",
            numbers,
        ]
        self._parts.append(
            f"SELECT {', '.join(names)} FROM {table}"  # noqa: S608 -- names of ours
            f" WHERE organization_id = {mark} AND integration_id = {mark}"
        )
        self.parameters += [wanted.organization_id, wanted.integration_id]
        for column, values in wanted.only.items():
            self._narrow(column, values)
        for column, values in wanted.without.items():
            self._narrow(column, values, word="NOT IN")

    def _between(self, moment: str, since: datetime, until_at: datetime, until: str = "<") -> None:
        mark = self._statements.MARK
        self._parts[-1] += f" AND {moment} >= {mark} AND {moment} {until} {mark}"
        self.parameters += [since, until_at]

    def _narrow(self, column: str, values: Sequence[object], *, word: str = "IN") -> None:
        marks = ", ".join([self._statements.MARK] * len(values))
        self._parts[-1] += f" AND {column} {word} ({marks})" if values else ""
        self.parameters += values

    def _slot(self, moment: str) -> str:
        if self._wanted.slot is None:
            return "0"
        return self._statements.SLOT.format(moment=moment, seconds=int(self._wanted.slot.total_seconds()))


def _counts(wanted: Wanted, rows: Iterable[tuple[Any, ...]]) -> list[Count]:  # Any: as the database keeps them
    """Groups and slots recur from row to row, so that each is made once."""
    width, names = len(wanted.group_by), wanted.group_by

    @cache
    def group_of(values: tuple[object, ...]) -> tuple[UUID | str | None, ...]:
        return tuple(_value(name, value) for name, value in zip(names, values, strict=True))

    @cache
    def slot_of(seconds: object) -> datetime | None:
        return datetime.fromtimestamp(int(str(seconds)), tz=UTC) if wanted.slot else None

    return [
        Count(group_of(row[:width]), slot_of(slot), str(outcome), int(number), moment_in(last_at))
        for row in rows
        for slot, outcome, number, last_at in (row[width:],)
    ]


def _value(name: str, value: object) -> UUID | str | None:
    if name != "use_case_id":
        return str(value)
    identifier = value if isinstance(value, UUID) or value is None else UUID(str(value))
    return None if identifier == NO_USE_CASE else identifier


def moment_in(value: object) -> datetime:
    """A moment of a row: SQLite's are texts without a zone, and mean UTC."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
