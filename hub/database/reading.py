"""each: every row of a table that may be large, a few in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def each(rows: QuerySet[Row], at_once: int) -> Iterator[Row]:
    """In the order of the primary key, with a query for at_once rows each time.

    Between them nothing is held open: no transaction, no cursor, however long whoever reads takes for a row. What is
    added or removed meanwhile may or may not come.
    """
    ordered = rows.order_by("pk")
    batch = list(ordered[:at_once])
    while batch:
        yield from batch
        batch = list(ordered.filter(pk__gt=batch[-1].pk)[:at_once]) if len(batch) == at_once else []
