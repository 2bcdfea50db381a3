"""Where a worker is in its slice, as far as another connection can see."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Any

from tools.running import Hub, rows

HELD = "SELECT id FROM inbound_heldprune WHERE id = %s"
WALKS = "SELECT id FROM retention_retentionwalk"
MARKED = "SELECT id FROM inbound_lane WHERE slice_first IS NOT NULL"


def is_amid_a_transaction(hub: Hub) -> bool:
    """Whether somebody writes: on PostgreSQL a slice, on SQLite anything."""
    if not hub.database_url.startswith("sqlite"):
        return bool(rows(hub.database_url, MARKED)) and not rows(hub.database_url, f"{MARKED} FOR UPDATE SKIP LOCKED")
    return not _may_write(hub)


def is_amid_an_approval(hub: Hub, prune_id: Any) -> bool:
    """Whether somebody decides about the prune: on SQLite whether anybody writes. Any: an id as the driver gives it."""
    if not hub.database_url.startswith("sqlite"):
        return not rows(hub.database_url, f"{HELD} FOR UPDATE SKIP LOCKED", [prune_id])
    return not _may_write(hub)


def is_amid_a_walk(hub: Hub) -> bool:
    """Whether retention is at a batch: on SQLite whether anybody writes."""
    if not hub.database_url.startswith("sqlite"):
        return len(rows(hub.database_url, WALKS)) > len(rows(hub.database_url, f"{WALKS} FOR UPDATE SKIP LOCKED"))
    return not _may_write(hub)


def is_between_transactions(hub: Hub) -> bool:
    """Whether a slice is under way while nothing keeps others from locking its lane."""
    if not hub.database_url.startswith("sqlite"):
        return bool(rows(hub.database_url, f"{MARKED} FOR UPDATE SKIP LOCKED"))
    return _may_write(hub) and bool(rows(hub.database_url, MARKED))


def _may_write(hub: Hub) -> bool:
    file = hub.database_url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True
