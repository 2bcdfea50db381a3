"""Sample entities: one or two of a schema, always with the same ids, so that relations lead to what is there; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid5

import orjson

from hub.entities.schemas import Schema, catalogue, groups, title_of
from hub.entities.schemas.book import SchemaBook
from hub.entities.schemas.example import example_of
from hub.entities.schemas.fitting import types_of
from hub.events.catalogue.definition import EventDefinition
from hub.events.catalogue.links import RELATIONS, Link, links
from hub.events.catalogue.parts import Node
from hub.events.catalogue.sample_forms import MOMENT
from hub.json_types import JSONObject, JSONValue

IDS: Final = UUID("5b9c4f0a-3a2e-4a57-9a55-0d1d3c6f7e21")
"""The namespace in which the ids of sample entities are made; nobody has them."""
SEVERAL: Final = 2
"""Entities of a node that may have many."""
LAST_DIGIT: Final = re.compile(r"\d(?=\D*$)")
REFERENCE: Final = "="
ID: Final = "=#"
Entities = dict[str, list[JSONObject]]
"""Node id → its sample entities, one or several."""


@cache
def samples() -> Mapping[str, Any]:
    """What samples.json says: values by kind of attribute, by attribute, and by field of an event. Any: all of JSON."""
    content: Mapping[str, Any] = orjson.loads(Path(__file__).with_name("samples.json").read_bytes())
    return content


def id_of(schema: str, number: int = 1) -> str:
    """The id of a schema's sample entity; number counts from 1."""
    return str(uuid5(IDS, f"{schema}/{number}"))


def entities_of(definition: EventDefinition, book: SchemaBook, organization: str) -> Entities:
    """The sample entities of an event's nodes. Along every edge one points at the other where the schemas allow it.

    The entity that fires the event has the values that the event asks for.
    """
    counts = _counts(definition)
    found: Entities = {}
    for node in definition.graph.nodes:
        schema = book.schema_of(node.schemas[0])
        numbers = range(1, SEVERAL + 1 if node.is_many else 2)
        found[node.id] = [sample_entity(schema, organization, number, counts) for number in numbers]
    _fulfil(definition, found)
    for edge in definition.graph.edges:
        parent, child = definition.graph.find(edge.parent), definition.graph.find(edge.child)
        if parent and child:
            _join(parent, child, found, book)
    return found


def _counts(definition: EventDefinition) -> Mapping[str, int]:
    """Schema → how many sample entities of it the event has."""
    counts: dict[str, int] = {}
    for node in definition.graph.nodes:
        counts[node.schemas[0]] = max(counts.get(node.schemas[0], 1), SEVERAL if node.is_many else 1)
    return counts


def sample_entity(
    schema: Schema, organization: str, number: int = 1, counts: Mapping[str, int] = MappingProxyType({})
) -> JSONObject:
    """The sample entity of a schema with all of its attributes, as the entity API would show it.

    number counts from 1. counts says of which schemas there are several, so that relations to many name them all.
    """
    values = {name: _value(schema, name, value, counts) for name, value in example_of(schema).items()}
    if number > 1:
        values |= {name: _next(values[name]) for name in _telling(schema)}
    entity_id = UUID(id_of(schema.slug, number))
    return values | {
        "_id": str(entity_id),
        "_schema": schema.slug,
        "_org": organization,
        "_title": title_of(schema=schema, entity_id=entity_id, attributes=values),
        "_purpose": ["8f0c5f0e-4d3b-5c39-9a0e-0c8e2f6f3b11"],
        "_created_at": MOMENT,
        "_updated_at": MOMENT,
    }


def _value(schema: Schema, name: str, example: JSONValue, counts: Mapping[str, int]) -> JSONValue:
    if name.startswith("_"):
        return example
    known = types_of(schema)[name].type
    if known.kind in RELATIONS:
        leads_to = known.options[0] if known.options else "contact"
        count = counts.get(leads_to, 1) if known.kind == "relations" else 1
        return {"$relation": [_pointer(leads_to, number) for number in range(1, count + 1)]}
    if known.kind == "reference":
        return {"$relation_ref": [{"entity_id": id_of("contact"), "path": "address"}]}
    own = samples()["attributes"].get(schema.slug, {})
    if name in own and schema.attributes.get(name) == _shipped(schema.slug).get(name):
        return _with_ids(own[name])
    return _of_kind(known.kind, example)


def _of_kind(kind: str, example: JSONValue) -> JSONValue:
    by_kind = samples()["kinds"]
    if kind in by_kind:
        return _with_ids(by_kind[kind])
    single = {"addresses": "address", "payments": "payment"}.get(kind)
    return [_with_ids(by_kind[single])] if single else example


@cache
def _shipped(slug: str) -> Mapping[str, str]:
    """Attributes that the hub brings, groups included: samples are written for their types."""
    core = dict(catalogue()[slug].attributes) if slug in catalogue() else {}
    return {**core, **{name: kind for group in groups().values() for name, kind in group.schemas.get(slug, {}).items()}}


def _with_ids(value: JSONValue) -> JSONValue:
    """The value anew, with ids in place of what names them: ``=#file:2`` is the id of the second file."""
    if isinstance(value, str) and value.startswith(ID):
        schema, _, number = value.removeprefix(ID).partition(":")
        return id_of(schema, int(number or 1))
    if isinstance(value, dict):
        return {name: _with_ids(one) for name, one in value.items()}
    return [_with_ids(one) for one in value] if isinstance(value, list) else value


def _telling(schema: Schema) -> list[str]:
    """Texts that tell one entity of a schema from another."""
    names = [*schema.identifiers, "filename", *(name for name in schema.attributes if name.endswith("_number"))]
    return [name for name in names if schema.attributes.get(name) == "string"]


def _next(value: JSONValue) -> JSONValue:
    return LAST_DIGIT.sub(lambda digit: str((int(digit[0]) + 1) % 10), value) if isinstance(value, str) else value


def _pointer(schema: str, number: int) -> JSONObject:
    return {"entity_id": id_of(schema, number), "_schema": schema}


def _fulfil(definition: EventDefinition, found: Entities) -> None:
    for node in definition.graph.roots:
        for entity in found[node.id]:
            entity |= {name: values[0] for name, values in (definition.trigger.values if definition.trigger else ())}


def _join(parent: Node, child: Node, found: Entities, book: SchemaBook) -> None:
    """Make one end point at all of the other by the best link, as far as it does not do so already."""
    for way in links(parent, child, book)[:1]:
        holders, targets = _ends(way, found[parent.id], found[child.id])
        for holder in holders:
            pointers = _related(holder, way.attribute)
            known = {one["entity_id"] for one in pointers}
            missing = [one for one in targets if one["_id"] not in known]
            pointers.extend({"entity_id": one["_id"], "_schema": one["_schema"]} for one in missing)


def _ends(
    way: Link, parents: list[JSONObject], children: list[JSONObject]
) -> tuple[list[JSONObject], list[JSONObject]]:
    return (parents, children) if way.is_forward else (children, parents)


def _related(entity: JSONObject, attribute: str) -> list[Any]:  # Any: the pointers of a relation
    relation: Any = entity.setdefault(attribute, {"$relation": []})
    pointers: list[Any] = relation["$relation"]
    return pointers
