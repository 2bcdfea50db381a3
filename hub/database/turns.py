"""take_turn: one at a time, for what no row stands for that could be locked."""

from __future__ import annotations

from django.db import connection


def take_turn(name: str) -> None:
    """Wait until nobody else has the turn of that name, and keep it until the caller's transaction ends.

    On SQLite one transaction writes at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
