"""RowKind: rows of a form that repeat, such as headers or parameters; as many as somebody needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

MOST_ROWS: Final = 100
MORE: Final = "more"
"""Name of the buttons that add a row; nothing is saved then."""
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowKind:
    """prefix: of the names of its fields; columns: what each row holds; chosen: those that are picked, not typed."""

    prefix: str
    columns: tuple[str, ...]
    chosen: frozenset[str] = frozenset()

    def read(self, sent: QueryDict) -> list[Row]:
        """The rows that hold anything, in the order of the form."""
        listed = [sent.getlist(f"{self.prefix}_{column}")[:MOST_ROWS] for column in self.columns]
        rows = [dict(zip(self.columns, values, strict=True)) for values in zip(*listed, strict=False)]
        return [row for row in rows if any(row[column].strip() for column in self.typed)]

    @property
    def typed(self) -> tuple[str, ...]:
        """Columns in which somebody types; a row of choices alone is empty."""
        return tuple(one for one in self.columns if one not in self.chosen)

    @property
    def blank(self) -> Row:
        """A row to be filled in."""
        return dict.fromkeys(self.columns, "")


PARAMETERS: Final = RowKind("parameter", ("key", "place", "value"), frozenset({"place"}))
"""Of a token request."""
