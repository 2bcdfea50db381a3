"""JSONTextField: a JSON document kept as text, so that it comes back with keys and numbers as they were sent."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from hub.json_types import JSONValue


class JSONTextField(models.JSONField):
    """For documents that people write and read back: jsonb would sort their keys. Not for lookups by key."""

    def get_internal_type(self) -> str:
        """A plain text column on every database."""
        return "TextField"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        """The document as compact text; None is NULL. Any: the framework's own signature."""
        if value is None or hasattr(value, "as_sql"):
            return value
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def from_db_value(self, value: str | None, expression: Any, connection: BaseDatabaseWrapper) -> JSONValue:
        """The document. Any: the framework's own signature."""
        if value is None:
            return None
        document: JSONValue = json.loads(value)
        return document
