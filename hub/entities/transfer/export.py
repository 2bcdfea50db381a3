"""export: entities that a query describes as the bytes of a file, made while they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

import orjson

from hub.accounts import audit
from hub.accounts.audit import Act
from hub.entities.documents import document_of
from hub.entities.editor import Editor
from hub.entities.models import Entity
from hub.entities.query.scope import schemas_of
from hub.entities.query.syntax import Node
from hub.entities.schemas.book import book_of
from hub.entities.transfer.tables import BYTE_ORDER_MARK, Encode, Table
from hub.entities.transfer.walking import walk
from hub.errors import ErrorDetail, Invalid


class Format(StrEnum):
    """What a file of entities is."""

    JSON = "json"
    """One list of objects."""
    JSON_LINES = "jsonl"
    """An object per line."""
    CSV = "csv"


CONTENT_TYPES = {
    Format.JSON: "application/json",
    Format.JSON_LINES: "application/x-ndjson",
    Format.CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Which entities, and how. columns None: all; the rest concerns CSV only."""

    node: Node
    format: Format = Format.JSON
    columns: Sequence[str] | None = None
    include_deleted: bool = False
    delimiter: str = ","
    has_byte_order_mark: bool = False


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file on its way; chunks can be read once."""

    name: str
    content_type: str
    chunks: Iterator[bytes]


def export(*, editor: Editor, request: ExportRequest, encode: Encode) -> ExportFile:
    """The file, of which the first page has been read; who took it is in the audit trail.

    Every page is a statement of its own, so no limit of a statement cuts a long file off. The caller has checked
    that the editor may see every schema of the query. Raises InvalidQuery and TooBroad, and Invalid for a CSV
    file of more than one schema.
    """
    schemas = schemas_of(request.node)
    single = next(iter(schemas)) if schemas is not None and len(schemas) == 1 else None
    table = _table(editor, request, single) if request.format is Format.CSV else None
    pages = walk(
        organization=editor.organization, node=request.node, include_deleted=request.include_deleted, at=editor.at
    )
    whole = chain([next(pages, [])], pages)
    documents = _Documents(editor, request, encode)
    chunks = documents.as_table(whole, table) if table else documents.as_json(whole)
    act = Act("entities.export", "schema", single or "", {"format": request.format.value})
    audit.record(organization=editor.organization, actor=editor.actor, act=act, at=editor.at)
    return ExportFile(_name(single, request.format, editor.at), CONTENT_TYPES[request.format], chunks)


def _table(editor: Editor, request: ExportRequest, schema: str | None) -> Table:
    if schema is None:
        message = "a CSV file holds one schema; name it, or ask for jsonl"
        raise Invalid(f"schema: {message}", details=[ErrorDetail("schema", message)])
    return Table.of(book_of(editor.organization).schema_of(schema), request.columns, request.delimiter)


def _name(schema: str | None, kind: Format, at: datetime) -> str:
    """``contact-2026-01-15.csv``; slugs need no escaping."""
    return f"{_plain(schema) or 'entities'}-{at:%Y-%m-%d}.{kind.value}"


def _plain(schema: str | None) -> str:
    return "".join(letter for letter in schema or "" if letter.isascii() and (letter.isalnum() or letter in "-_"))[:64]


class _Documents:
    """The bytes of pages of entities."""

    def __init__(self, editor: Editor, request: ExportRequest, encode: Encode) -> None:
        self._organization = editor.organization
        self._request = request
        self._encode = encode

    def as_table(self, pages: Iterator[list[Entity]], table: Table) -> Iterator[bytes]:
        """The head, then a chunk of lines per page."""
        mark = BYTE_ORDER_MARK if self._request.has_byte_order_mark else ""
        yield mark.encode() + table.head()
        for page in pages:
            # Through JSON and back, so that moments look the same in every format.
            yield table.lines(orjson.loads(self._encode(self._shown(entity))) for entity in page)

    def as_json(self, pages: Iterator[list[Entity]]) -> Iterator[bytes]:
        """A list with an object per line, or the lines alone."""
        is_list = self._request.format is Format.JSON
        opening, between = (b"[\n", b",\n") if is_list else (b"", b"\n")
        for page in pages:
            if page:
                yield opening + between.join(self._encode(self._shown(entity)) for entity in page)
                opening = between
        if is_list:
            yield b"[]\n" if opening == b"[\n" else b"\n]\n"
        elif opening == between:
            yield b"\n"

    def _shown(self, entity: Entity) -> dict[str, object]:
        columns = self._request.columns
        document = document_of(entity, self._organization)
        if columns is None or self._request.format is Format.CSV:
            return document
        return {name: document[name] for name in columns if name in document}
