"""The string form of identifier values, and the form in which EntityKey stores it (engine rule 2.4)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from hub.json_types import JSONObject, JSONValue

LONGEST_PLAIN: Final = 200
"""Characters up to which a value is stored as it is; beyond, an index row could grow too wide."""
KEPT_OF_LONG: Final = 100
"""Characters of a longer value that stay readable before its SHA-256."""
ITEM_TEXTS: Final = ("email", "phone")
"""Members of list items that identify: one key row per e-mail address or phone number."""
WHOLE_UP_TO: Final = 1e21
"""Below this a whole float is written without exponent, as JSON and JavaScript do."""


def string_form(value: JSONValue) -> str | None:
    """The text by which values are compared: 42, 42.0 and "42" are one, "042" is another (mapping.md 4.1).

    None for what identifies nothing: null, empty, blank, a list, an object.
    """
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE_UP_TO:
        return str(int(value))
    return str(value) if isinstance(value, (int, float)) else None


def stored_key(text: str) -> str:
    """The form of a string form in EntityKey."""
    if len(text) <= LONGEST_PLAIN:
        return text
    return text[:KEPT_OF_LONG] + hashlib.sha256(text.encode()).hexdigest()


def keys_of(value: JSONValue) -> tuple[str, ...]:
    """What EntityKey holds for an attribute's value: nothing, one key, or one per e-mail or phone item."""
    if isinstance(value, list):
        return _keys_of_items(value)
    if type(value) is str and len(value) <= LONGEST_PLAIN:
        return (value,) if value and not value.isspace() else ()
    text = string_form(value)
    return () if text is None else (stored_key(text),)


def _keys_of_items(items: list[JSONValue]) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for item in items:
        if isinstance(item, dict):
            for name in ITEM_TEXTS:
                if name in item and (text := string_form(item[name])) is not None:
                    keys[stored_key(text)] = None
    return tuple(keys)


def identifier_texts(attributes: JSONObject, names: Iterable[str]) -> dict[str, str]:
    """The string forms of those names that have a value that identifies; of a list that of its first item."""
    found = ((name, next(iter(keys_of(attributes.get(name))), "")) for name in names)
    return {name: text for name, text in found if text}


def has_key(attributes: JSONObject, attribute: str, key: str) -> bool:
    """Whether an entity with these attributes is found by this stored key."""
    value = attributes.get(attribute)
    return value == key if type(value) is str and len(value) <= LONGEST_PLAIN else key in keys_of(value)
