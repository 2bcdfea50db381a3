"""statements(): the hot SQL of deliveries, in the form of the database at hand."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from django.db import connection

from outbound.sql.parts import DeliveryStatements


def statements() -> DeliveryStatements:
    """The module of the database's vendor."""
    return cast(DeliveryStatements, import_module(f"outbound.sql.{connection.vendor}"))
