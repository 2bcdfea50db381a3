"""The statements of counted rows, one module per database behind the same functions."""

from __future__ import annotations

from typing import Protocol, cast

from hub import database
from monitoring.counting.sql import postgresql, sqlite
from monitoring.counting.tables import Tables


class Statements(Protocol):
    """The names that each of the two modules has."""

    MARK: str
    """Stands for a parameter."""
    SLOT: str
    """A column {moment}, as the whole seconds since 1970 of the start of its slot of {seconds}."""
    PLACE: str
    """A column {moment}, as the number of its step of {seconds}, counted from {first}, whole seconds since 1970."""
    BIN: str
    """How many durations lie in bin {bin} of the column durations; NULL for none."""

    def fold(self, tables: Tables, most: int) -> int:
        """Move at most that many deltas into the buckets; how many."""


def statements() -> Statements:
    """Those of the current connection's database."""
    return cast("Statements", postgresql if database.vendor() == "postgresql" else sqlite)
