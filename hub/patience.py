"""limit_statements: no request holds the database for longer than anybody waits for its answer (engine rule 2.10)."""

from __future__ import annotations

from typing import Any

LONGEST_STATEMENT_S = 30
"""Also how long a transaction may be open without a statement: beyond it nobody is behind the request any more."""


def limit_statements(database: dict[str, Any]) -> None:
    """Have PostgreSQL end what a web process started and nobody waits for; before the first connection is made.

    database is Django's description of it, any values. Workers have no such limit: a slice takes what it takes.
    SQLite has nothing to hold for others while it reads, and its writers wait for their turn by a limit of their own.
    """
    if database["ENGINE"] != "hub.database.postgresql":
        return
    limits = ("statement_timeout", "idle_in_transaction_session_timeout")
    chosen = " ".join(f"-c {name}={LONGEST_STATEMENT_S}s" for name in limits)
    options = database.setdefault("OPTIONS", {})
    options["options"] = f"{options.get('options', '')} {chosen}".strip()
