"""The string form of identifier values, and when one counts as missing (mapping.md 3.5, 4.1)."""

from __future__ import annotations

import math
from typing import Any

from hub.json_types import JSONValue


def identifier_text(value: Any) -> str:
    """The text that is looked up: 42 and 42.0 are "42"; empty when the value names nothing.

    Any: a JSON value or UNDEFINED. A list is looked at only in the shape of e-mail and phone, by its first item.
    """
    if isinstance(value, str):
        return value if value.strip() else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return _first_item(value[0])
    return ""


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)


def _first_item(item: dict[str, JSONValue]) -> str:
    for kind in ("email", "phone"):
        if kind in item:
            return identifier_text(item[kind])
    return ""
