"""The versions of an event: what changed from one to the next, and how a payload is made older step by step; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import orjson

from hub.errors import NotFound
from hub.events.catalogue.definition import EventDefinition
from hub.events.catalogue.parts import EventField, FieldKind, Node
from hub.json_types import JSONObject

ONLY_VERSION: Final = "First version."


class UnknownVersion(NotFound):
    """The event has never had that version."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field or node that came, went, or got another type. op: added, removed or type-changed."""

    field: str
    op: str
    type_old: str | None
    type_new: str | None

    def as_json(self) -> JSONObject:
        """The wire shape, without types that there are not."""
        document: JSONObject = {"field": self.field, "op": self.op}
        types = {"type_old": self.type_old, "type_new": self.type_new}
        return document | {name: text for name, text in types.items() if text is not None}


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an event. fields: every field and node → its type. changes: against the version before.

    downgrade is the JSONata expression that makes a payload of the version before from a whole payload of this one;
    None for the first.
    """

    version: str
    summary: str
    notes: str
    fields: Mapping[str, str]
    changes: tuple[FieldChange, ...]
    downgrade: str | None

    def as_json(self) -> JSONObject:
        """The wire shape of outbound.md 3.4; when it was released is the caller's to add."""
        return {
            "version": self.version,
            "change_summary": self.summary,
            "change_notes": self.notes,
            "changes": [change.as_json() for change in self.changes],
        }


def versions_of(definition: EventDefinition) -> tuple[Version, ...]:
    """Every version of the event, oldest first; at least its present one."""
    told = {one["version"]: one for one in _history(definition)}
    defined = list(reversed(_definitions(definition)))
    befores: list[EventDefinition | None] = [None, *defined]
    return tuple(
        Version(
            version=one.version,
            summary=told[one.version].get("change_summary", ONLY_VERSION),
            notes=told[one.version].get("change_notes", ""),
            fields=_types(one),
            changes=() if before is None else tuple(_changes(_types(before), _types(one))),
            downgrade=told[one.version].get("downgrade"),
        )
        for before, one in zip(befores, defined, strict=False)
    )


def definition_at(definition: EventDefinition, version: str) -> EventDefinition:
    """The event as it was at that version, for its JSON Schema and its sample. Raises UnknownVersion."""
    found = next((one for one in _definitions(definition) if one.version == version), None)
    if found is None:
        raise UnknownVersion(f"{definition.name} has no version {version}.")
    return found


def downgrade_steps(definition: EventDefinition, version: str) -> tuple[str, ...]:
    """JSONata expressions that make a payload of that version from one of the present version, in this order; each is
    given the whole payload that the one before it yields. None are needed for the present version. Raises
    UnknownVersion."""
    wanted = definition_at(definition, version)
    names = [one.version for one in _definitions(definition)]
    return tuple(one["downgrade"] for one in _history(definition)[: names.index(wanted.version)])


def _definitions(definition: EventDefinition) -> list[EventDefinition]:
    """Newest first."""
    found = [definition]
    for _, older in pairwise(_history(definition)):
        found.append(_older(found[-1], older))
    return found


def _history(definition: EventDefinition) -> list[Mapping[str, Any]]:  # Any: all of JSON
    """What versions.json says, newest first. An organization's own events have one version."""
    told = [] if definition.is_custom else _told().get(definition.name, [])
    return told or [{"version": definition.version}]


@cache
def _told() -> Mapping[str, list[Mapping[str, Any]]]:  # Any: all of JSON
    content: Mapping[str, Any] = orjson.loads(Path(__file__).with_name("versions.json").read_bytes())
    return content


def _older(newer: EventDefinition, told: Mapping[str, Any]) -> EventDefinition:
    raw: dict[str, Any] = newer.as_json()
    gone = set(told.get("without", ()))
    graph, more = raw["entity_graph"], told.get("with", {})
    added = more.get("entity_graph", {"nodes": [], "edges": []})
    fields = {name: one for name, one in raw["schema_fields"].items() if name not in gone}
    nodes = [one for one in graph["nodes"] if one["id"] not in gone]
    edges = [one for one in graph["edges"] if not {one["from"], one["to"]} & gone]
    return EventDefinition.parse(
        raw
        | {
            "event_version": told["version"],
            "schema_fields": fields | more.get("schema_fields", {}),
            "entity_graph": {"nodes": nodes + added["nodes"], "edges": edges + added["edges"]},
        }
    )


def _types(definition: EventDefinition) -> dict[str, str]:
    fields = {one.name: _type_of_field(one) for one in definition.fields}
    return fields | {node.id: _type_of_node(node) for node in definition.graph.nodes}


def _type_of_field(field: EventField) -> str:
    if field.kind is FieldKind.ENTITY:
        return field.schema
    if field.kind is FieldKind.ATTACHMENTS:
        return "attachments"
    kind: Any = field.form.get("type", "enum" if "enum" in field.form else "any")  # Any: one word or several
    return kind if isinstance(kind, str) else "|".join(kind)


def _type_of_node(node: Node) -> str:
    return f"{node.schema}[]" if node.is_many else node.schema


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> Iterable[FieldChange]:
    for name in dict.fromkeys([*before, *now]):
        old, new = before.get(name), now.get(name)
        if old != new:
            op = "added" if old is None else "removed" if new is None else "type-changed"
            yield FieldChange(name, op, old, new)
