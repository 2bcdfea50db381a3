"""ExactDecimalField: a number of any length, of which no digit is lost on either database."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _Field = models.Field[Decimal, Decimal]
else:
    _Field = models.Field  # Django's own class takes no type parameters


class ExactDecimalField(_Field):
    """A Decimal: PostgreSQL's numeric; text in SQLite, whose numbers end after 15 digits (so it sorts them as text)."""

    description = "Exact decimal number"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """numeric or text."""
        return "numeric" if connection.vendor == "postgresql" else "text"

    def from_db_value(self, value: Any, *_context: object) -> Decimal | None:  # Any: what the driver gives
        """The number as it was written."""
        return None if value is None else Decimal(value)

    def get_prep_value(self, value: Any) -> Any:  # Any: Django's own signature
        """Its plain text, which both databases take."""
        return None if value is None else f"{Decimal(value):f}"
