"""read_rows: a CSV, JSON or JSON Lines file as numbered rows; what is wrong with one row spares the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hub.entities.transfer.cells import bared
from hub.entities.transfer.reading import Parse
from hub.entities.transfer.tables import BYTE_ORDER_MARK, DELIMITERS
from hub.errors import ErrorDetail, HubError, Invalid
from hub.json_types import JSONObject, JSONValue

MOST_ROWS: Final = 20_000
"""What one request gets through before a caller gives up waiting."""
MOST_COLUMNS: Final = 1_000
LONGEST_CELL: Final = 1024 * 1024
CHARSETS: Final = ("utf-8", "windows-1252", "iso-8859-1")
LATER: Final = "Divide the file; imports of any length, in the background, come with a later release"

# The library's own limit, 128 KiB for the whole process, is below what an attribute may hold.
csv.field_size_limit(LONGEST_CELL)


@dataclass(frozen=True, slots=True)
class Row:
    """number is what a spreadsheet shows beside it (the head of a CSV file is 1), or the place in a JSON file from 1.

    values: by column; texts where the file is_table. problem: why the row cannot be read, or nothing.
    """

    number: int
    values: JSONObject
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file holds. columns: in the order in which they are met; nameless ones are left out."""

    columns: Sequence[str]
    rows: Sequence[Row]
    is_table: bool = False
    nameless: int = 0
    """Columns without a name in the head, which nothing is read from."""
    delimiter: str = ","
    """Of a table: what stands between its cells."""


def wrong_file(message: str) -> Invalid:
    """The error about a file of which nothing can be read."""
    return Invalid(f"The file cannot be imported: {message}.", details=[ErrorDetail("file", message)])


def rows_of_table(content: bytes, *, charset: str = "utf-8", delimiter: str = "") -> Rows:
    """The rows of a CSV file whose first line names the columns; lines without any value are passed over.

    delimiter: none takes the one of comma, semicolon and tab that the head holds most often. Raises Invalid with
    the row for a file that breaks the rules of CSV, has two columns of one name, or is too long or too wide.
    """
    text = _decoded(content, charset)
    delimiter = delimiter or _delimiter_of(text)
    lines = _lines(text, delimiter)
    head = [bared(name.strip()) for name in next(lines, [])]
    _check_head(head)
    rows: list[Row] = []
    for number, cells in enumerate(lines, start=2):
        if any(map(str.strip, cells)):
            rows.append(_row(number, head, cells))
            _check_count(rows)
    named = [name for name in head if name]
    return Rows(named, rows, is_table=True, nameless=len(head) - len(named), delimiter=delimiter)


def _decoded(content: bytes, charset: str) -> str:
    name = charset.lower().strip('"')
    if name not in CHARSETS:
        raise wrong_file(f"its charset must be one of {', '.join(CHARSETS)}")
    try:
        return content.decode(name).removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        advice = "save it as CSV UTF-8, or say charset=windows-1252 in the Content-Type"
        raise wrong_file(f"byte {error.start} is not {name}; {advice}") from error


def _delimiter_of(text: str) -> str:
    """Of the first line, quoted parts left out; a comma where there is none at all."""
    head = "".join(text[: MOST_COLUMNS * 200].lstrip("\r\n").splitlines()[:1])
    bare = "".join(head.split('"')[::2])
    return max(DELIMITERS, key=bare.count)


def _lines(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            yield cells
    except csv.Error as error:
        message = f"row {number + 1} is not CSV ({error}); put cells with quotes, delimiters or line breaks into quotes"
        raise wrong_file(message) from error


def _check_head(head: Sequence[str]) -> None:
    if not any(head):
        raise wrong_file("it is empty; the first line must name the columns")
    if len(head) > MOST_COLUMNS:
        raise wrong_file(f"it has {len(head)} columns; the most are {MOST_COLUMNS}")
    if any("\0" in name for name in head):
        raise wrong_file("the name of a column contains a NUL character")
    repeated = sorted({name for name in head if name and head.count(name) > 1})
    if repeated:
        raise wrong_file(f"several columns are called {', '.join(repeated[:5])}; each needs a name of its own")


def _row(number: int, head: Sequence[str], cells: Sequence[str]) -> Row:
    if any(cells[len(head) :]):
        return Row(number, {}, f"The row has {len(cells)} cells, but the head names {len(head)} columns.")
    if any("\0" in cell for cell in cells):
        return Row(number, {}, "A cell contains a NUL character.")
    return Row(number, {name: bared(cell) for name, cell in zip(head, cells, strict=False) if name})


def _check_count(rows: Sequence[object]) -> None:
    if len(rows) > MOST_ROWS:
        raise wrong_file(f"it has more than {MOST_ROWS:,} rows. {LATER}")


def rows_of_lines(content: bytes, parse: Parse) -> Rows:
    """The rows of a JSON Lines file: an object per line, empty lines passed over."""
    rows: list[Row] = []
    for number, line in enumerate(content.removeprefix(BYTE_ORDER_MARK.encode()).split(b"\n"), start=1):
        if line.strip():
            rows.append(_parsed(number, line, parse))
            _check_count(rows)
    return _met(rows)


def _parsed(number: int, line: bytes, parse: Parse) -> Row:
    try:
        return _object(number, parse(line))
    except HubError as error:
        return Row(number, {}, error.message)


def rows_of_list(documents: JSONValue) -> Rows:
    """The rows of a JSON file: a list of objects. Raises Invalid for anything else."""
    if not isinstance(documents, list):
        raise wrong_file("it must be a list of objects")
    _check_count(documents)
    return _met([_object(number, document) for number, document in enumerate(documents, start=1)])


def _object(number: int, document: JSONValue) -> Row:
    if not isinstance(document, dict):
        return Row(number, {}, "The row is not a JSON object.")
    if len(document) > MOST_COLUMNS:
        return Row(number, {}, f"The row has {len(document)} members; the most are {MOST_COLUMNS}.")
    return Row(number, document)


def _met(rows: Sequence[Row]) -> Rows:
    if not rows:
        raise wrong_file("it has no rows")
    columns: Mapping[str, None] = {name: None for row in rows for name in row.values}
    return Rows(list(columns), rows)
