"""json_schema_of: a schema as a JSON Schema of draft 2020-12, for those who send entities; pure.

What validates against it has no misfits, but for dates that do not exist. The store is more lenient: it also takes a
number for a text, and digits in quotes for a number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from hub.entities.schemas.checks import ADDRESS_DATES, ADDRESS_TEXTS, PAYMENT_TEXTS, PAYMENT_TYPES
from hub.entities.schemas.definition import Schema
from hub.entities.schemas.fitting import types_of
from hub.entities.schemas.types import AttributeType

Document = dict[str, Any]
"""A JSON Schema. Any: it nests without end."""

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
DATE: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MOMENT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?$"

_TEXT: Final[Document] = {"type": ["string", "null"]}
_TEXTS: Final[Document] = {"type": ["array", "null"], "items": {"type": "string"}}
_UUID: Final = r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$"


def json_schema_of(schema: Schema) -> Document:
    """The document: every attribute with its type, nothing forbidden beside them."""
    types = types_of(schema)
    return {
        "$schema": DRAFT,
        "title": schema.title,
        "type": "object",
        "properties": {
            name: _property(typed.type, schema.label_of(name), is_required=name in schema.required)
            for name, typed in types.items()
        },
        "required": list(schema.required),
        "additionalProperties": True,
    }


def _property(kind: AttributeType, label: str, *, is_required: bool) -> Document:
    described = {"title": label, **_FORMS[kind.kind](kind)}
    return described if is_required else _or_nothing(described)


def _or_nothing(described: Document) -> Document:
    """The same, or null, or an empty text where the form is made of text."""
    form = dict(described)
    title = form.pop("title")
    if isinstance(form.get("type"), str) and "enum" not in form and "pattern" not in form:
        return {"title": title, **form, "type": [form["type"], "null"]}
    return {"title": title, "anyOf": [form, {"enum": ["", None]}]}


def _plain(name: str) -> Callable[[AttributeType], Document]:
    return lambda _: {"type": name}


def _text_like(pattern: str, **more: str) -> Callable[[AttributeType], Document]:
    return lambda _: {"type": "string", "pattern": pattern, **more}


def _enum(kind: AttributeType) -> Document:
    return {"enum": list(kind.options)}


def _list(kind: AttributeType) -> Document:
    item: Document = {"type": "object"}
    if kind.options:
        item["properties"] = {name: {} for name in kind.options}
    return {"type": "array", "items": item}


def _list_of(item: Document) -> Callable[[AttributeType], Document]:
    return lambda _: {"type": "array", "items": item}


def _one(item: Document) -> Callable[[AttributeType], Document]:
    return lambda _: item


def _item_with(name: str, member: Document) -> Document:
    return {"type": "object", "required": [name], "properties": {name: member, "_tags": _TEXTS}}


def _related(key: str, more: Mapping[str, Document]) -> Callable[[AttributeType], Document]:
    item = {
        "type": "object",
        "required": ["entity_id", *more],
        "properties": {
            "entity_id": {"type": "string", "pattern": _UUID},
            "_schema": {"type": "string"},
            "_tags": _TEXTS,
            **more,
        },
    }
    form = {
        "type": "object",
        "required": [key],
        "properties": {key: {"type": "array", "items": item}},
        "additionalProperties": False,
    }
    return lambda _: form


_DAY: Final[Document] = {"type": "string", "format": "date", "pattern": DATE}
_ADDRESS: Final[Document] = {
    "type": "object",
    "properties": {
        **dict.fromkeys(ADDRESS_TEXTS, _TEXT),
        **{name: {"anyOf": [_DAY, {"enum": ["", None]}]} for name in ADDRESS_DATES},
        "country": {"anyOf": [{"type": "string", "pattern": "^[A-Za-z]{2}$"}, {"enum": ["", None]}]},
        "_tags": _TEXTS,
    },
}
_PAYMENT: Final[Document] = {
    "type": "object",
    "properties": {
        "type": {"enum": [*PAYMENT_TYPES, "", None]},
        "data": {"type": ["object", "null"], "properties": dict.fromkeys(PAYMENT_TEXTS, _TEXT)},
        "_tags": _TEXTS,
    },
}
_EMAIL: Final = _item_with("email", {"type": "string", "pattern": r"^[^@\s]+@[^@\s]+$"})
_PHONE: Final = _item_with("phone", {"type": "string", "pattern": "[0-9]"})
_LINK: Final[Document] = {"type": "object", "properties": dict.fromkeys(("type", "title", "href"), _TEXT)}
_CONSENT: Final[Document] = {
    "type": "object",
    "properties": {"type": _TEXT, "topic": _TEXT, "identifiers": _TEXTS},
}

_FORMS: Final[Mapping[str, Callable[[AttributeType], Document]]] = {
    "string": _plain("string"),
    "number": _plain("number"),
    "boolean": _plain("boolean"),
    "date": _one(_DAY),
    "datetime": _text_like(MOMENT, description="A moment such as 2026-01-15T08:00:00Z."),
    "enum": _enum,
    "email": _list_of(_EMAIL),
    "phone": _list_of(_PHONE),
    "address": _one(_ADDRESS),
    "addresses": _list_of(_ADDRESS),
    "payment": _one(_PAYMENT),
    "payments": _list_of(_PAYMENT),
    "money": lambda _: {"type": "integer", "description": "Minor units, such as cents: 12345 for 123.45."},
    "decimal": _text_like(r"^-?[0-9]+(\.[0-9]+)?$", description="The same amount as text, such as 123.45."),
    "currency": _text_like("^[A-Z]{3}$"),
    "relation": _related("$relation", {}),
    "relations": _related("$relation", {}),
    "reference": _related("$relation_ref", {"path": {"type": "string"}}),
    "strings": _list_of({"type": "string"}),
    "list": _list,
    "items": _list,
    "object": _plain("object"),
    "totals": _plain("object"),
    "dated": _list_of(_item_with("value", {"type": ["string", "null"]})),
    "link": _one(_LINK),
    "user": _plain("object"),
    "consent": _one(_CONSENT),
    "consents": _plain("object"),
}
"""Kind → its form, null and empty aside."""
