"""The statements of polling and acknowledging, one module per database behind the same functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hub import database
from outbound.queue.sql import postgresql, sqlite

if TYPE_CHECKING:
    from outbound.queue.sql.rows import Statements


def statements() -> Statements:
    """Those of the current connection's database."""
    return cast("Statements", postgresql if database.vendor() == "postgresql" else sqlite)
