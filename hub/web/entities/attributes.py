"""The attributes of an entity as rows: known ones in the order of their schema, each shown by its type; pure."""

from __future__ import annotations

from dataclasses import dataclass

from hub.entities.keys import ITEM_TEXTS
from hub.entities.schemas import REPEATABLE, Schema, kind_of
from hub.json_types import JSONObject, JSONValue
from hub.web.entities.changes import text_of, without_ids

ADDRESS_LINES = (("street", "street_number"), ("additional_info",), ("postal_code", "city"), ("country",))
"""Members of an address that are written side by side."""


@dataclass(frozen=True, slots=True)
class Item:
    """One member of a list: its text, and its tags."""

    text: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribute:
    """A row. look says how the value is drawn: text, mono, items, json or null."""

    name: str
    type: str
    look: str
    text: str = ""
    items: tuple[Item, ...] = ()
    value: JSONValue = None
    is_identifier: bool = False


def attributes_of(schema: Schema, attributes: JSONObject) -> list[Attribute]:
    """Rows of every attribute that has a value, null included; those the schema does not know come last."""
    known = list(schema.attributes)
    order = {name: place for place, name in enumerate(known)}
    names = sorted(attributes, key=lambda name: (order.get(name, len(known)), name))
    return [_attribute(schema, name, attributes[name]) for name in names]


def main_values(schema: str, attributes: JSONObject, names: tuple[str, ...]) -> list[str]:
    """The identifying values that a list shows, "" where there is none."""
    return [_short(attributes.get(name)) for name in names]


def _attribute(schema: Schema, name: str, value: JSONValue) -> Attribute:
    kind = kind_of(schema, name) or ""
    is_identifier = name in schema.identifiers
    if value is None:
        return Attribute(name, kind, "null", is_identifier=is_identifier)
    if isinstance(value, list) and value and _are_items(kind, value):
        return Attribute(name, kind, "items", items=tuple(map(_item, value)), is_identifier=is_identifier)
    if isinstance(value, dict | list) and value:
        return Attribute(name, kind, "json", value=without_ids(value), is_identifier=is_identifier)
    look = "text" if kind in {"string", "enum"} and not is_identifier else "mono"
    return Attribute(name, kind, look, text=text_of(value), is_identifier=is_identifier)


def _are_items(kind: str, value: list[JSONValue]) -> bool:
    if all(isinstance(member, str | int | float) for member in value):
        return True
    return kind in REPEATABLE and all(isinstance(member, dict) and _words(member) for member in value)


def _item(member: JSONValue) -> Item:
    if not isinstance(member, dict):
        return Item(text_of(member))
    tags = member.get("_tags")
    return Item(_words(member), tuple(map(str, tags)) if isinstance(tags, list) else ())


def _words(member: JSONObject) -> str:
    """An e-mail, a phone number or an address in one line; other objects as name: value pairs."""
    for name in ITEM_TEXTS:
        if name in member:
            return str(member[name])
    lines = [" ".join(str(member[part]) for part in line if member.get(part)) for line in ADDRESS_LINES]
    if any(lines):
        return ", ".join(line for line in lines if line)
    plain = {name: value for name, value in member.items() if not name.startswith("_")}
    return ", ".join(f"{name}: {text_of(value)}" for name, value in plain.items())


def _short(value: JSONValue) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_item(member).text for member in value)
    return text_of(value)
