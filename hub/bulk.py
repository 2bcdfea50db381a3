"""insert_rows: many rows of one table in one statement, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from django.db import connection

from hub import database

Columns = tuple[tuple[str, str], ...]
"""Column names with their PostgreSQL types, in the order of the statement."""

Row = Mapping[str, Any]  # Any: a row of a table, typed by its Columns


def insert_rows(table: str, columns: Columns, rows: Sequence[Row]) -> None:
    """Insert rows, in order. A column that a row lacks becomes NULL; an empty list does nothing.

    PostgreSQL takes the rows as one JSON parameter (measured faster than a VALUES list and than arrays), SQLite as
    a prepared statement that is run per row inside the library. Values: str, int, float, bool, None, UUID, aware
    datetime and, for jsonb columns, anything orjson can write.
    """
    if not rows:
        return
    if connection.vendor == "postgresql":
        database.execute(_postgresql_insert(table, columns), [orjson.dumps(rows).decode()], prepare=True)
    else:
        database.execute_many(_sqlite_insert(table, columns), _sqlite_rows(columns, rows))


@cache
def _postgresql_insert(table: str, columns: Columns) -> str:
    names = ", ".join(f'"{name}"' for name, _ in columns)
    types = ", ".join(f'"{name}" {kind}' for name, kind in columns)
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM json_to_recordset(%s::json) AS row({types})"  # noqa: S608 -- names of ours


@cache
def _sqlite_insert(table: str, columns: Columns) -> str:
    names = ", ".join(f'"{name}"' for name, _ in columns)
    marks = ", ".join("?" for _ in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 -- names of ours


def _sqlite_json(value: object) -> object:
    return None if value is None else orjson.dumps(value).decode()


def _sqlite_rows(columns: Columns, rows: Sequence[Row]) -> list[list[object]]:
    writers: list[tuple[str, Callable[[object], object]]] = [
        (name, _sqlite_json if kind == "jsonb" else database.stored_value) for name, kind in columns
    ]
    return [[write(row.get(name)) for name, write in writers] for row in rows]
