"""Table: the columns of a CSV file of one schema, and its lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hub.entities.schemas import Schema
from hub.entities.schemas.fitting import types_of
from hub.entities.transfer.cells import cell_of, guarded, with_comma
from hub.entities.transfer.further import FURTHER, further_of
from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONValue

FIRST_COLUMNS: Final = ("_id",)
LAST_COLUMNS: Final = ("_tags", "_title", "_created_at", "_updated_at", "_version")
"""Around the attributes of the schema, where nobody has chosen columns; whatever else a row has comes last."""
BYTE_ORDER_MARK: Final = "\ufeff"
"""Before a file for Excel, which would read another encoding without it."""
DELIMITERS: Final = (",", ";", "\t")
GERMAN_DELIMITER: Final = ";"
"""Spreadsheets that expect it read 1.234 as a thousand and more, and 1,234 as one and a bit."""

Encode = Callable[[object], bytes]
"""A document as JSON bytes."""


@dataclass(frozen=True, slots=True)
class Table:
    """How entities of a schema stand in lines: RFC 4180, but for a delimiter that the caller chose."""

    columns: Sequence[str]
    kinds: Mapping[str, str]
    delimiter: str
    has_decimal_comma: bool = False

    @classmethod
    def of(cls, schema: Schema, columns: Sequence[str] | None, delimiter: str) -> Table:
        """The chosen columns, or all of the schema; with GERMAN_DELIMITER numbers have a decimal comma.

        Raises Invalid for a delimiter that no reader expects.
        """
        if delimiter not in DELIMITERS:
            message = "must be a comma, a semicolon or a tab"
            raise Invalid(f"delimiter: {message}", details=[ErrorDetail("delimiter", message)])
        kinds = {name: typed.type.kind for name, typed in types_of(schema).items()}
        chosen = columns if columns is not None else (*FIRST_COLUMNS, *schema.attributes, *LAST_COLUMNS, FURTHER)
        return cls(tuple(chosen), kinds, delimiter, has_decimal_comma=delimiter == GERMAN_DELIMITER)

    @property
    def verbatim(self) -> Table:
        """The same for cells that somebody else wrote, whose points may divide thousands."""
        return replace(self, has_decimal_comma=False)

    def head(self) -> bytes:
        """The line of column names."""
        return self._lines([[guarded(name) for name in self.columns]])

    def lines(self, documents: Iterable[Mapping[str, JSONValue]]) -> bytes:
        """A line per document, which holds JSON values only."""
        return self._lines([self._cells(document) for document in documents])

    def _cells(self, document: Mapping[str, JSONValue]) -> list[str]:
        if FURTHER in self.columns:
            document = {**document, FURTHER: further_of(document, self.columns)}
        return [self._cell(name, document.get(name)) for name in self.columns]

    def _cell(self, name: str, value: JSONValue) -> str:
        kind = self.kinds.get(name, "string")
        cell = cell_of(value, kind)
        return guarded(with_comma(cell, kind) if self.has_decimal_comma else cell)

    def _lines(self, rows: list[list[str]]) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=self.delimiter, lineterminator="\r\n").writerows(rows)
        return text.getvalue().encode("utf-8", "replace")
