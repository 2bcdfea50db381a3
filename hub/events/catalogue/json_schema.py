"""json_schema_of: what the payload of an event looks like, with the schemas of the organization in it; pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

from hub.entities.schemas import Schema
from hub.entities.schemas.book import SchemaBook
from hub.entities.schemas.fitting import types_of
from hub.entities.schemas.json_schema import DRAFT
from hub.entities.schemas.json_schema import json_schema_of as form_of_entity
from hub.events.catalogue.definition import EventDefinition
from hub.events.catalogue.envelope import Document, condition_of, envelope_of, required_of
from hub.events.catalogue.parts import EventField, FieldKind, Node
from hub.events.catalogue.selection import travels

SHARED: Final = frozenset(
    {
        "email", "phone", "address", "addresses", "payment", "payments", "relation", "relations", "reference", "link",
        "consent", "dated", "strings",
    }
)  # fmt: skip
"""Kinds of attributes whose form stands once in ``$defs``, whichever attributes use it."""

_MOMENT: Final[Document] = {"type": "string", "format": "date-time"}
_SYSTEM: Final[Mapping[str, Document]] = {
    "_id": {"type": "string", "format": "uuid", "title": "Id"},
    "_schema": {"type": "string", "title": "Schema"},
    "_org": {"type": "string", "title": "Organization"},
    "_title": {"type": "string", "title": "Title"},
    "_created_at": {**_MOMENT, "title": "Created"},
    "_updated_at": {**_MOMENT, "title": "Changed"},
    "_changesets": {"type": "object", "title": "Values that wait for a confirmation or approval"},
}
"""What the hub says about every entity."""


def json_schema_of(definition: EventDefinition, book: SchemaBook) -> Document:
    """The JSON Schema of an event's payload, draft 2020-12 (core-catalog.md 3.8).

    Envelope, operation, fields, and one property per node; other members are allowed. What several attributes share
    is in ``$defs``. Made with each call, in a millisecond or two; parts of it are shared and not to be changed.
    """
    shared: dict[str, Document] = {}
    nodes = {node.id: _node(node, book, shared) for node in definition.graph.nodes}
    fields = {one.name: _field(one, book, shared) for one in definition.fields}
    always = definition.required_node
    required = dict.fromkeys([*required_of(definition), *(one.name for one in definition.fields if one.required)])
    return {
        "$schema": DRAFT,
        "title": definition.title,
        "description": definition.description,
        "type": "object",
        "properties": {**envelope_of(definition), **nodes, **fields},
        "required": [*required, *([always.id] if always else [])],
        **condition_of(definition),
        "additionalProperties": True,
        "$defs": shared,
    }


def _field(field: EventField, book: SchemaBook, shared: dict[str, Document]) -> Document:
    if field.kind is FieldKind.ENTITY:
        return _node(Node(field.name, field.schema, "one"), book, shared)
    return {"type": "array", "items": dict(field.form)} if field.kind is FieldKind.ATTACHMENTS else dict(field.form)


def _node(node: Node, book: SchemaBook, shared: dict[str, Document]) -> Document:
    entity = _entity(node, book, shared)
    return {"type": "array", "items": entity} if node.is_many else entity


def _entity(node: Node, book: SchemaBook, shared: dict[str, Document]) -> Document:
    """An entity in a node. One that may have several schemas has the attributes of all of them."""
    properties: dict[str, Document] = {}
    for slug in node.schemas:
        forms, kinds = _attributes(book.schema_of(slug))
        chosen = {name: form for name, form in forms.items() if travels(node.fields, name)}
        properties |= {name: _shared(form, kinds[name], shared) for name, form in chosen.items()}
    system = {name: form for name, form in _SYSTEM.items() if travels(node.fields, name)}
    system["_schema"] = {"enum": list(node.schemas), "title": _SYSTEM["_schema"]["title"]}
    return {
        "type": "object",
        "title": ", ".join(book.schema_of(slug).title for slug in node.schemas),
        "properties": {**system, **properties},
        "required": ["_id", "_schema"],
        "additionalProperties": True,
    }


def _shared(form: Document, kind: str, shared: dict[str, Document]) -> Document:
    if kind not in SHARED:
        return form
    shared.setdefault(kind, {name: value for name, value in form.items() if name != "title"})
    return {"title": form["title"], "$ref": f"#/$defs/{kind}"}


@lru_cache(maxsize=1024)
def _attributes(schema: Schema) -> tuple[Mapping[str, Document], Mapping[str, str]]:
    """Forms and kinds of a schema's attributes. All are optional, since entities may be incomplete; none is null."""
    lenient = msgspec.structs.replace(schema, required=())
    properties: Mapping[str, Document] = form_of_entity(lenient)["properties"]
    forms = {name: _without_null(form) for name, form in properties.items()}
    return forms, {name: typed.type.kind for name, typed in types_of(lenient).items()}


def _without_null(form: Document) -> Document:
    """The form of an attribute that may be empty, without null: a node leaves out what has no value."""
    if isinstance(form.get("type"), list):
        return {**form, "type": next(name for name in form["type"] if name != "null")}
    if "anyOf" not in form:
        return form
    [value, _] = form["anyOf"]
    if "enum" in value:
        return {"title": form["title"], "enum": [*value["enum"], ""]}
    return {**form, "anyOf": [value, {"const": ""}]}
