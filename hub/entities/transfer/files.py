"""rows_of_file: the rows of some bytes that come without a Content-Type; their beginning tells what they are."""

from __future__ import annotations

from hub.entities.transfer.read_rows import (
    LARGEST_FILE,
    LATER,
    MOST_COLUMNS,
    Rows,
    rows_of_lines,
    rows_of_list,
    rows_of_table,
    wrong_file,
)
from hub.entities.transfer.reading import Parse
from hub.errors import HubError

_BYTE_ORDER_MARK = "\ufeff".encode()


def rows_of_file(content: bytes, *, charset: str, parse: Parse) -> Rows:
    """A list if it begins with a bracket, an object per line if with a brace, else CSV; charset is for CSV only.

    Raises Invalid for a file that is too large or of which nothing can be read.
    """
    if len(content) > LARGEST_FILE:
        raise wrong_file(f"it is larger than {LARGEST_FILE // 1024**2} MB. {LATER}")
    beginning = content.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1]
    if beginning not in (b"[", b"{"):
        return rows_of_table(content, charset=charset)
    rows = _list(content, parse) if beginning == b"[" else rows_of_lines(content, parse)
    if not rows.columns:
        raise wrong_file(f"no row can be read. {rows.rows[0].problem or 'The rows are empty'}".rstrip("."))
    if len(rows.columns) > MOST_COLUMNS:
        raise wrong_file(f"its rows have {len(rows.columns)} different members; the most are {MOST_COLUMNS}")
    return rows


def _list(content: bytes, parse: Parse) -> Rows:
    try:
        documents = parse(content)
    except HubError as error:
        raise wrong_file(error.message.replace("The body", "it").rstrip(".")) from error
    return rows_of_list(documents)
