"""database_text: everything that lies in the database, for tests that look for what must not."""

from __future__ import annotations

from django.db import connection


def database_text() -> str:
    """Every value of every row of every table, one after the other, as a dump would have it."""
    with connection.cursor() as cursor:
        return "\n".join(_rows(cursor, table) for table in connection.introspection.table_names(cursor))


def _rows(cursor, table: str) -> str:  # type: ignore[no-untyped-def]  # Django's wrapper has no public type
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # a name of the database's own
    return "\n".join(_text(value) for row in cursor.fetchall() for value in row)


def _text(value: object) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
