"""The parts of a core event: its fields, its graph of entities, and which changes of an entity fire it; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hub.events.catalogue.findings import Findings
from hub.json_types import JSONObject, JSONPath, JSONValue

OPERATIONS: Final = ("createEntity", "updateEntity", "deleteEntity")
CARDINALITIES: Final = ("one", "many")
VIRTUAL_CUSTOMER: Final = "customer"
"""Schema of a node that is a contact or an account, whichever the relation leads to."""
CUSTOMERS: Final = ("contact", "account")


class FieldKind(StrEnum):
    """What a field holds (outbound.md 3.1)."""

    VALUE = "value"
    ENTITY = "entity"
    ATTACHMENTS = "attachments"


@dataclass(frozen=True, slots=True)
class EventField:
    """A field of an event beside its nodes.

    form is the JSON Schema of a value, or that of one attachment; empty for an entity, which has a schema instead.
    source is the projection, a JSONata expression in which every node is a variable; None: whoever fires the event
    brings the value.
    """

    name: str
    kind: FieldKind
    required: bool
    form: JSONObject
    schema: str = ""
    source: str | None = None

    @classmethod
    def parse(cls, name: str, raw: JSONObject, at: JSONPath, findings: Findings) -> EventField:
        """The field in its wire shape, told apart by json_schema, entity_schema or items."""
        required = findings.boolean(raw.get("required"), at.key("required"), default=False)
        source = findings.optional_text(raw.get("graph_source"), at.key("graph_source"))
        said = [key for key in _FORMS if raw.get(key) is not None]
        if len(said) != 1:
            findings.error(at, f"needs exactly one of {', '.join(_FORMS)}")
            return cls(name, FieldKind.VALUE, required, {}, source=source)
        [key] = said
        findings.refuse_others(raw, at, (key, "required", "graph_source"))
        if key == "entity_schema":
            return cls(name, FieldKind.ENTITY, required, {}, findings.text(raw[key], at.key(key)), source)
        return cls(name, _FORMS[key], required, findings.object(raw[key], at.key(key)), source=source)

    def as_json(self) -> JSONObject:
        """The wire shape."""
        key = next(key for key, kind in _FORMS.items() if kind is self.kind)
        document: JSONObject = {key: self.schema or self.form, "required": self.required}
        return document if self.source is None else document | {"graph_source": self.source}


_FORMS: Final[Mapping[str, FieldKind]] = {
    "json_schema": FieldKind.VALUE,
    "entity_schema": FieldKind.ENTITY,
    "items": FieldKind.ATTACHMENTS,
}


@dataclass(frozen=True, slots=True)
class Node:
    """Entities that travel with the event, under their id. fields are names, globs and, with a ``!``, exclusions;
    none: everything."""

    id: str
    schema: str
    cardinality: str
    fields: tuple[str, ...] = ()

    @property
    def is_many(self) -> bool:
        """Whether the payload holds a list."""
        return self.cardinality == "many"

    @property
    def schemas(self) -> tuple[str, ...]:
        """The schemas that an entity of the node may have."""
        return CUSTOMERS if self.schema == VIRTUAL_CUSTOMER else (self.schema,)

    @classmethod
    def parse(cls, raw: JSONObject, at: JSONPath, findings: Findings) -> Node:
        """The node in its wire shape; without a cardinality there may be many."""
        findings.refuse_others(raw, at, ("id", "schema", "cardinality", "fields"))
        return cls(
            findings.text(raw.get("id"), at.key("id")),
            findings.text(raw.get("schema"), at.key("schema")),
            findings.word(raw.get("cardinality"), at.key("cardinality"), CARDINALITIES, default="many"),
            findings.texts(raw.get("fields"), at.key("fields")),
        )

    def as_json(self) -> JSONObject:
        """The wire shape."""
        document: JSONObject = {"id": self.id, "schema": self.schema, "cardinality": self.cardinality}
        return document | {"fields": list(self.fields)} if self.fields else document


@dataclass(frozen=True, slots=True)
class Edge:
    """From the node called parent to the one called child."""

    parent: str
    child: str


@dataclass(frozen=True, slots=True)
class Graph:
    """The entities around the one that an event is about."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()

    def find(self, node_id: str) -> Node | None:
        """The node of that id, if there is one."""
        return next((node for node in self.nodes if node.id == node_id), None)

    @property
    def roots(self) -> tuple[Node, ...]:
        """The nodes to which no edge leads; a sound graph has one."""
        led_to = {edge.child for edge in self.edges}
        return tuple(node for node in self.nodes if node.id not in led_to)

    @classmethod
    def parse(cls, raw: JSONObject, at: JSONPath, findings: Findings) -> Graph:
        """The graph in its wire shape; an absent one has no nodes."""
        findings.refuse_others(raw, at, ("nodes", "edges"))
        nodes = findings.objects(raw.get("nodes"), at.key("nodes"))
        edges = findings.objects(raw.get("edges"), at.key("edges"))
        return cls(
            tuple(Node.parse(one, place, findings) for one, place in nodes),
            tuple(_edge(one, place, findings) for one, place in edges),
        )

    def as_json(self) -> JSONObject:
        """The wire shape."""
        edges: list[JSONValue] = [{"from": edge.parent, "to": edge.child} for edge in self.edges]
        return {"nodes": [node.as_json() for node in self.nodes], "edges": edges}


def _edge(raw: JSONObject, at: JSONPath, findings: Findings) -> Edge:
    findings.refuse_others(raw, at, ("from", "to"))
    return Edge(findings.text(raw.get("from"), at.key("from")), findings.text(raw.get("to"), at.key("to")))


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose by its stable id and the name that people know."""

    id: str
    display_name: str


@dataclass(frozen=True, slots=True)
class EntityTrigger:
    """Which changes of an entity fire the event (outbound.md 3.2).

    operations and schemas name at least one each. No attributes: every change. values narrows an attribute to those
    that it has to have afterwards. purposes are names, of which the entity must have one; purpose_filters the same by
    id. What is listed together are alternatives, the lists all have to agree.
    """

    operations: tuple[str, ...]
    schemas: tuple[str, ...]
    attributes: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    purpose_filters: tuple[Purpose, ...] = ()

    @classmethod
    def parse(cls, raw: JSONObject, at: JSONPath, findings: Findings) -> EntityTrigger:
        """The trigger in its wire shape."""
        findings.refuse_others(raw, at, ("operation", "schema", "attribute", "purpose", "values", "purpose_filters"))
        values = findings.object(raw.get("values"), at.key("values"))
        filters = findings.objects(raw.get("purpose_filters"), at.key("purpose_filters"))
        trigger = cls(
            findings.words(raw.get("operation"), at.key("operation"), OPERATIONS),
            findings.texts(raw.get("schema"), at.key("schema")),
            findings.texts(raw.get("attribute"), at.key("attribute")),
            findings.texts(raw.get("purpose"), at.key("purpose")),
            tuple((name, findings.texts(one, at.key("values").key(name))) for name, one in values.items()),
            tuple(_purpose(one, place, findings) for one, place in filters),
        )
        _require(raw, at, ("operation", "schema"), findings)
        return trigger

    def as_json(self) -> JSONObject:
        """The wire shape, without what nothing is said about."""
        document: JSONObject = {"operation": list(self.operations), "schema": list(self.schemas)}
        filters: list[JSONValue] = [{"id": one.id, "display_name": one.display_name} for one in self.purpose_filters]
        more: JSONObject = {
            "attribute": list(self.attributes),
            "purpose": list(self.purposes),
            "values": {name: list(values) for name, values in self.values},
            "purpose_filters": filters,
        }
        return document | {name: value for name, value in more.items() if value}


def _purpose(raw: JSONObject, at: JSONPath, findings: Findings) -> Purpose:
    findings.refuse_others(raw, at, ("id", "display_name"))
    name = findings.text(raw.get("display_name"), at.key("display_name"))
    return Purpose(findings.text(raw.get("id"), at.key("id")), name)


def _require(raw: JSONObject, at: JSONPath, names: Iterable[str], findings: Findings) -> None:
    for name in names:
        if raw.get(name) in (None, []):
            findings.error(at.key(name), "needs at least one")
