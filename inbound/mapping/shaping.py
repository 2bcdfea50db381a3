"""E-mail and phone values become lists of {email} or {phone} (mapping.md 3.8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from hub.json_types import JSONValue
from hub.jsonata.undefined import UNDEFINED

SHAPED = frozenset({"email", "phone"})
"""Types of attributes whose values are lists of such items."""
OPERATIONS = frozenset({"_set", "_append", "_append_all"})

_BUILDS_OPERATION = re.compile(rf"""(["'])({"|".join(sorted(OPERATIONS))})\1\s*:""")


def builds_operation(expression: str) -> bool:
    """Whether the text of an expression makes an object with the key of an array operation."""
    return _BUILDS_OPERATION.search(expression) is not None


def shape(value: JSONValue, kind: str, tags: Sequence[str] | None) -> Any:
    """The list of items, or UNDEFINED when nothing is left. kind is "email" or "phone"; tags go onto every item.

    Any: a JSON value or UNDEFINED. An object that holds one array operation keeps it around the shaped operand.
    """
    if isinstance(value, dict) and len(value) == 1 and OPERATIONS & value.keys():
        [(operation, operand)] = value.items()
        items = shape(operand, kind, tags)
        return UNDEFINED if items is UNDEFINED else {operation: items}
    if isinstance(value, list):
        items = [item for member in value if (item := _item(member, kind, tags)) is not None]
        return items if items or not value else UNDEFINED
    item = _item(value, kind, tags)
    return UNDEFINED if item is None else [item]


def _item(value: JSONValue, kind: str, tags: Sequence[str] | None) -> JSONValue:
    """One shaped item, or None for what is dropped."""
    if isinstance(value, dict):
        if not value.get(kind):
            return None
        item = dict(value)
    elif isinstance(value, str) and value.strip():
        item = {kind: value}
    elif isinstance(value, int | float) and not isinstance(value, bool) and value - value == 0:
        item = {kind: str(int(value)) if float(value).is_integer() else str(value)}
    else:
        return None
    if tags is not None and "_tags" not in item:
        item["_tags"] = list(tags)
    return item
