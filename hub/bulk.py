"""insert_rows: many rows of one table in one statement, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Final

from django.db import connection

from hub import database
from hub.arrays import Array, bigints, blobs, booleans, documents, integers, moments, texts, uuids
from hub.json_encoding import json_bytes

Columns = tuple[tuple[str, str], ...]
"""Column names with their PostgreSQL types, in the order of the statement: uuid, text, integer, bigint, timestamptz,
boolean, bytea or jsonb."""
Row = Sequence[Any]  # Any: a row of a table, typed by its Columns

_ARRAYS: Final[dict[str, Callable[[Iterable[Any]], Array]]] = {
    "uuid": uuids,
    "text": texts,
    "integer": integers,
    "bigint": bigints,
    "timestamptz": moments,
    "boolean": booleans,
    "bytea": blobs,
    "jsonb": documents,
}


def insert_rows(table: str, columns: Columns, rows: Sequence[Row]) -> None:
    """Insert rows, in order, each with a value per column; an empty list does nothing.

    Values: str, int, bool, bytes, None, UUID, aware datetime and, for jsonb columns, anything orjson can write. Within
    database.pipelined() nobody waits for the statement.

    PostgreSQL takes a column as one binary array, and one whose rows are all alike as a single value: rows of one
    slice have most in common (measured: half the time of rows as JSON, there and here). SQLite takes many rows to a
    statement.
    """
    if not rows:
        return
    cells = [
        [None if value is None else json_bytes(value) for value in column] if kind == "jsonb" else column
        for (_, kind), column in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    if connection.vendor == "postgresql":
        _insert_postgresql(table, columns, cells)
    else:
        database.insert_many(_sqlite_insert(table, columns), _sqlite_rows(columns, cells))


def _insert_postgresql(table: str, columns: Columns, cells: Sequence[Sequence[Any]]) -> None:  # Any: as in Row
    alike = tuple(map(_is_alike, cells))
    if all(alike):
        alike = (False, *alike[1:])  # so that there is a column to tell how many rows it is
    parameters = {
        name: _single(kind, column[0]) if is_alike else _ARRAYS[kind](column)
        for (name, kind), column, is_alike in zip(columns, cells, alike, strict=True)
    }
    database.send(_postgresql_insert(table, columns, alike), parameters, prepare=True)


def _is_alike(column: Sequence[Any]) -> bool:  # Any: as in Row
    first = column[0]
    return bool(first == column[-1]) and column.count(first) == len(column)


def _single(kind: str, value: object) -> object:
    return value.decode() if kind == "jsonb" and isinstance(value, bytes) else value


@cache
def _postgresql_insert(table: str, columns: Columns, alike: tuple[bool, ...]) -> str:
    names = ", ".join(f'"{name}"' for name, _ in columns)
    values = ", ".join(
        f'%({name})s::{kind} AS "{name}"' if is_alike else f'varying."{name}"'
        for (name, kind), is_alike in zip(columns, alike, strict=True)
    )
    varying = [name for (name, _), is_alike in zip(columns, alike, strict=True) if not is_alike]
    arrays = ", ".join(f"%({name})s" for name in varying)
    aliases = ", ".join(f'"{name}"' for name in varying)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM unnest({arrays}) AS varying({aliases})"  # noqa: S608 -- names of ours


@cache
def _sqlite_insert(table: str, columns: Columns) -> str:
    names = ", ".join(f'"{name}"' for name, _ in columns)
    return f"INSERT INTO {table} ({names})"


def _sqlite_rows(columns: Columns, cells: Sequence[Sequence[Any]]) -> list[tuple[object, ...]]:  # Any: as in Row
    stored = [
        [None if value is None else value.decode() for value in column]
        if kind == "jsonb"
        else _stored_column(column)
        if kind in {"uuid", "timestamptz"}
        else column
        for (_, kind), column in zip(columns, cells, strict=True)
    ]
    return list(zip(*stored, strict=True))


def _stored_column(column: Sequence[Any]) -> list[object]:  # Any: as in Row
    if _is_alike(column):
        return [database.stored_value(column[0])] * len(column)
    return [database.stored_value(value) for value in column]
