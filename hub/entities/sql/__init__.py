"""The statements of the entity store, one package per database behind the same functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hub import database
from hub.entities.sql import postgresql, sqlite

if TYPE_CHECKING:
    from hub.entities.sql.rows import Statements


def statements() -> Statements:
    """Those of the current connection's database."""
    return cast("Statements", postgresql if database.vendor() == "postgresql" else sqlite)
