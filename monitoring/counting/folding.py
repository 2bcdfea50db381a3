"""fold: moves what was added to numbers of rows into 5-minute and hourly buckets."""

from __future__ import annotations

from typing import Final

from hub import database
from monitoring.counting.sql import statements
from monitoring.counting.tables import SPANS, Tables

FOLD_AT_ONCE: Final = 20_000
"""Delta rows that one run folds; the rest waits for the next."""


def fold(tables: Tables) -> int:
    """One transaction; how many delta rows were folded. Any number of processes may fold at once."""
    return database.retrying(lambda: statements().fold(tables, FOLD_AT_ONCE))


def fold_spans() -> int:
    """The schedule of spans."""
    return fold(SPANS)
