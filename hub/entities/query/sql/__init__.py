"""The statements of a search, one module per database behind the same functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hub import database
from hub.entities.query.sql import postgresql, sqlite

if TYPE_CHECKING:
    from hub.entities.query.sql.parts import SearchStatements


def statements() -> SearchStatements:
    """Those of the current connection's database."""
    return cast("SearchStatements", postgresql if database.vendor() == "postgresql" else sqlite)
