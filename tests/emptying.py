"""delete_rows and keep_statistics: how tables of PostgreSQL are emptied after a test that committed, and left alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection


def delete_rows(
    self: Any, style: Any, tables: Sequence[str], *, reset_sequences: bool = False, allow_cascade: bool = False
) -> list[str]:
    """Takes the place of DatabaseOperations.sql_flush, whose TRUNCATE makes new files for a hundred tables.

    That is half a second after every such test, where tables this small are emptied in ten milliseconds. The order
    does not matter: foreign keys are checked when the transaction ends. Any: Django's types of it are not public.
    """
    quote = self.quote_name
    return [f"DELETE FROM {quote(table)}" for table in tables]


def keep_statistics() -> None:
    """No plan changes because the server looked at a table by itself in the middle of a test."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} SET (autovacuum_enabled = false)")
