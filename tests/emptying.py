"""empty_quickly and keep_statistics: how tables are emptied after tests that committed, and left as they are else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.commands import flush
from django.db import connection

OF_MIGRATIONS = {"django_content_type", "auth_permission"}
"""Tables whose rows Django writes when it has migrated, the same ones every time."""


def empty_quickly() -> None:
    """Only what tests wrote is deleted after each that committed; otherwise half a second goes by after each.

    Django's own way makes new files for a hundred tables on PostgreSQL, and writes all permissions again.
    """
    type(connection.ops).sql_flush = _delete_rows  # type: ignore[method-assign,assignment]
    flush.emit_post_migrate_signal = _do_nothing  # type: ignore[attr-defined]


def _delete_rows(
    self: Any, style: Any, tables: Sequence[str], *, reset_sequences: bool = False, allow_cascade: bool = False
) -> list[str]:
    """Takes the place of DatabaseOperations.sql_flush. Any: Django's types of it are not public.

    The order does not matter: foreign keys are checked when the transaction ends.
    """
    return [f"DELETE FROM {self.quote_name(table)}" for table in tables if table not in OF_MIGRATIONS]


def _do_nothing(*_: Any, **__: Any) -> None:
    """Takes the place of the signal that has permissions written."""


def keep_statistics() -> None:
    """No plan changes because the server looked at a table by itself in the middle of a test."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} SET (autovacuum_enabled = false)")
