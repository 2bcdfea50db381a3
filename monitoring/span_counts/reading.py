"""read_span_counts: spans of a window by any of what they are counted by, one statement whatever there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from hub import database
from monitoring.span_counts.sql import statements
from monitoring.span_counts.windows import HOUR, Piece, cut
from monitoring.span_counts.writing import NO_USE_CASE

FINE_KEPT: Final = timedelta(hours=48)
"""For how long there are 5-minute buckets (engine rule 2.9)."""
GROUPS: Final = ("use_case_id", "sync_type", "level", "code", "category", "object_type")
"""What spans may be grouped by, beside slots of time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which spans are counted and how they are grouped; empty tuples narrow nothing.

    since None means ever. slot, a multiple of five minutes, groups by slots of UTC as well: the first may begin
    before since, but counts nothing of before.
    """

    organization_id: int
    integration_ids: tuple[UUID, ...]
    since: datetime | None
    until: datetime
    group_by: tuple[str, ...] = ()
    slot: timedelta | None = None
    sync_types: tuple[str, ...] = ()
    without_sync_types: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    use_case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SpanCount:
    """A number of spans: group holds the values of group_by in its order, use_case_id None for none."""

    group: tuple[UUID | str | None, ...]
    slot: datetime | None
    level: str
    spans: int
    last_at: datetime


def read_span_counts(wanted: Wanted, *, at: datetime) -> list[SpanCount]:
    """One row per group, slot and level that has any; at is now.

    Buckets are exact: what they do not cover of the window, its edges and what is not folded, is counted as it stands,
    in the same statement, so that a fold meanwhile changes nothing. Raises ValueError for an unknown group.
    """
    if unknown := set(wanted.group_by) - set(GROUPS):
        raise ValueError(f"spans are not grouped by {', '.join(sorted(unknown))}")
    by_hours = wanted.slot is None or wanted.slot % HOUR == timedelta(0)
    pieces = cut(wanted.since, wanted.until, at=at, fine_kept=FINE_KEPT, by_hours=by_hours)
    query = _Query(wanted)
    for piece in pieces.pieces:
        query.add_piece(piece)
    query.add_deltas(pieces.counted_since, pieces.counted_until)
    return [_count(wanted, row) for row in database.rows(query.text(), query.parameters)]


class _Query:
    """The statement and its parameters, part by part."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._statements = statements()
        self._parts: list[str] = []
        self.parameters: list[object] = []

    def add_piece(self, piece: Piece) -> None:
        """What buckets of one width, or spans, tell of a piece."""
        if not piece.width_minutes:
            until = "<=" if piece.includes_until else "<"
            self._add("monitoring_monitoringevent", "completed_at", piece.since, piece.until, until=until)
            return
        self._add("monitoring_spanbucket", "starts_at", piece.since, piece.until)
        self._narrow("width_minutes", (piece.width_minutes,))

    def add_deltas(self, since: datetime, until: datetime) -> None:
        """What is not folded yet of the time that buckets cover."""
        self._add("monitoring_spandelta", "starts_at", since, until)

    def text(self) -> str:
        """The whole statement."""
        names = ", ".join([*self._wanted.group_by, "slot", "outcome"])
        union = " UNION ALL ".join(self._parts)
        return f"SELECT {names}, sum(spans), max(last_at) FROM ({union}) AS parts GROUP BY {names}"  # noqa: S608 -- names of ours

    def _add(self, table: str, moment: str, since: datetime, until_at: datetime, *, until: str = "<") -> None:
        wanted, mark = self._wanted, self._statements.MARK
        slot = self._slot(moment)
        of_spans = moment == "completed_at"
        numbers = "1 AS spans, completed_at AS last_at" if of_spans else "spans, last_at"
        columns = ", ".join([*wanted.group_by, f"{slot} AS slot", "level AS outcome", numbers])
        self._parts.append(
            f"SELECT {columns} FROM {table}"  # noqa: S608 -- names of ours
            f" WHERE organization_id = {mark} AND {moment} >= {mark} AND {moment} {until} {mark}"
        )
        self.parameters += [wanted.organization_id, since, until_at]
        self._narrow("integration_id", wanted.integration_ids)
        self._narrow("sync_type", wanted.sync_types)
        self._narrow("sync_type", wanted.without_sync_types, word="NOT IN")
        self._narrow("level", wanted.levels)
        if wanted.use_case_id:
            self._narrow("use_case_id", (wanted.use_case_id,))

    def _narrow(self, column: str, values: Sequence[object], *, word: str = "IN") -> None:
        if values:
            marks = ", ".join([self._statements.MARK] * len(values))
            self._parts[-1] += f" AND {column} {word} ({marks})"
            self.parameters += values

    def _slot(self, moment: str) -> str:
        if self._wanted.slot is None:
            return "0"
        return self._statements.SLOT.format(moment=moment, seconds=int(self._wanted.slot.total_seconds()))


def _count(wanted: Wanted, row: tuple[object, ...]) -> SpanCount:
    width = len(wanted.group_by)
    slot, level, spans, last_at = row[width:]
    return SpanCount(
        group=tuple(_value(name, value) for name, value in zip(wanted.group_by, row[:width], strict=True)),
        slot=datetime.fromtimestamp(int(str(slot)), tz=UTC) if wanted.slot else None,
        level=str(level),
        spans=int(str(spans)),
        last_at=_moment(last_at),
    )


def _value(name: str, value: object) -> UUID | str | None:
    if name != "use_case_id":
        return str(value)
    identifier = value if isinstance(value, UUID) or value is None else UUID(str(value))
    return None if identifier == NO_USE_CASE else identifier


def _moment(value: object) -> datetime:
    """SQLite's moments are texts without a zone, and mean UTC."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
