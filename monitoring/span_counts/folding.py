"""fold: moves what was added to the numbers of spans into 5-minute and hourly buckets."""

from __future__ import annotations

from typing import Final

from hub import database
from monitoring.span_counts.sql import statements

FOLD_AT_ONCE: Final = 20_000
"""Delta rows that one run folds; the rest waits for the next."""


def fold() -> int:
    """One transaction; how many delta rows were folded. Any number of processes may fold at once."""
    return database.retrying(lambda: statements().fold(FOLD_AT_ONCE))
