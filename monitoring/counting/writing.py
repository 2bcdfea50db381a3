"""add: what a transaction adds to numbers of rows, one delta for all that have everything in common."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple
from uuid import UUID

from hub.bulk import Columns, insert_rows
from monitoring.counters import window_of
from monitoring.counting.tables import Tables

NO_USE_CASE: Final = UUID(int=0)
"""Stands for none in the tables of numbers, so that their unique constraint holds for these too."""


class CountedRow(NamedTuple):
    """One row as it is counted. values: of groups and outcome, in the order of Tables.

    at is its moment; a use_case_id of None stands first where groups begin with it.
    """

    organization_id: int
    integration_id: UUID
    values: tuple[object, ...]
    at: datetime


def add(tables: Tables, rows: Iterable[CountedRow]) -> None:
    """Add rows to the numbers, with one statement. Must run in the transaction that writes the rows."""
    deltas: dict[tuple[object, ...], tuple[int, datetime]] = {}
    for row, number in _alike(rows).items():
        values = (row.values[0] or NO_USE_CASE, *row.values[1:])
        place = (row.organization_id, row.integration_id, *values, window_of(row.at))
        before, last_at = deltas.get(place, (0, row.at))
        deltas[place] = before + number, max(last_at, row.at)
    insert_rows(tables.deltas, _columns(tables), [(*place, *delta) for place, delta in deltas.items()])


def _alike(rows: Iterable[CountedRow]) -> dict[CountedRow, int]:
    """Most rows of a transaction are: what is alike is looked at once."""
    numbers: dict[CountedRow, int] = {}
    for row in rows:
        numbers[row] = numbers.get(row, 0) + 1
    return numbers


@cache
def _columns(tables: Tables) -> Columns:
    values = [(name, "uuid" if name == "use_case_id" else "text") for name in (*tables.groups, tables.outcome)]
    return (
        ("organization_id", "bigint"),
        ("integration_id", "uuid"),
        *values,
        ("starts_at", "timestamptz"),
        ("number", "integer"),
        ("last_at", "timestamptz"),
    )
