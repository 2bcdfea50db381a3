"""sample_of: a payload as an event could bring it, made from the schemas of the organization; pure.

It validates against json_schema_of, names the same entity by the same id wherever it stands, and is the same each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from hub.entities.schemas.book import SchemaBook
from hub.events.catalogue.definition import EventDefinition
from hub.events.catalogue.envelope import BY_AUTOMATION, BY_OPERATION, TRIGGER_SOURCE, TRIGGER_SOURCE_TYPE, Document
from hub.events.catalogue.parts import EventField, FieldKind, Node
from hub.events.catalogue.projections import path_of
from hub.events.catalogue.sample_entities import REFERENCE, Entities, entities_of, sample_entity, samples
from hub.events.catalogue.sample_forms import MOMENT, example_of_form
from hub.events.catalogue.selection import as_node
from hub.json_types import JSONObject, JSONValue
from hub.jsonata.undefined import UNDEFINED

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ULID_CHARACTERS: Final = 26
OR: Final = "|"
IF: Final = "=if"
THEN: Final = "=then"


def sample_of(definition: EventDefinition, book: SchemaBook, *, organization: str) -> JSONObject:
    """The sample payload of an event. organization is the public id that the hub would put there.

    Enumerations have their first value; a node of many has two entities. Fields agree with the nodes from which they
    are projected. One that is projected from what the organization's schemas lack is left out, unless it is required.
    """
    entities = entities_of(definition, book, organization)
    nodes = {node.id: _shown(node, entities) for node in definition.graph.nodes}
    payload = _envelope(definition, organization) | _operation(definition, entities) | nodes
    for field in definition.fields:
        value = _field(definition, field, payload, book, organization)
        if value is not UNDEFINED:
            payload[field.name] = value
    return payload


def _shown(node: Node, entities: Entities) -> JSONValue:
    shown: list[JSONValue] = [as_node(node, entity) for entity in entities[node.id]]
    return shown if node.is_many else shown[0]


def _envelope(definition: EventDefinition, organization: str) -> JSONObject:
    digest = hashlib.sha256(definition.name.encode()).digest()
    source = BY_OPERATION if definition.trigger else BY_AUTOMATION if definition.automation_trigger else "api"
    return {
        "_org_id": organization,
        "_event_time": MOMENT,
        "_event_id": _ulid(digest),
        "_event_name": definition.name,
        "_event_version": definition.version,
        "_event_source": "entity" if definition.trigger else source,
        "_ack_id": str(UUID(bytes=digest[:16], version=4)),
        TRIGGER_SOURCE_TYPE: source,
        TRIGGER_SOURCE: str(UUID(bytes=digest[16:], version=4)),
        "_has_pending_changesets": False,
    }


def _ulid(digest: bytes) -> str:
    return "01" + "".join(CROCKFORD[byte % len(CROCKFORD)] for byte in digest[: ULID_CHARACTERS - 2])


def _operation(definition: EventDefinition, entities: Entities) -> JSONObject:
    if definition.trigger is None:
        return {}
    seeds = [entities[node.id][0]["_id"] for node in definition.graph.roots]
    operation: JSONObject = {"operation": definition.trigger.operations[0], "activity_type": "EntityOperation"}
    return operation | {"trigger_entity": seeds[0]} if seeds else operation


def _field(
    definition: EventDefinition, field: EventField, payload: JSONObject, book: SchemaBook, organization: str
) -> JSONValue:
    """The field's value, or UNDEFINED when it is left out."""
    found: JSONValue = UNDEFINED
    own = samples()["fields"].get(definition.name, {}) if not definition.is_custom else {}
    path = path_of(field.source)
    if field.kind is FieldKind.ENTITY:
        node = Node(field.name, field.schema, "one")
        return as_node(node, sample_entity(book.schema_of(node.schemas[0]), organization))
    if field.name in own:
        found = _cut(_filled(own[field.name], payload), field.form)
    elif path:
        found = _at(payload, path)
    elif field.kind is FieldKind.ATTACHMENTS:
        found = _attachments(definition, field, payload)
    is_missing = found is UNDEFINED and (field.required or not (path or field.name in own))
    return _by_form(field) if is_missing else found


def _by_form(field: EventField) -> JSONValue:
    example = example_of_form(field.form, field.name)
    return [example] if field.kind is FieldKind.ATTACHMENTS else example


def _attachments(definition: EventDefinition, field: EventField, payload: JSONObject) -> JSONValue:
    """One attachment per sample file of the event, with what the field's form names."""
    members: Mapping[str, Document] = field.form.get("properties", {})  # type: ignore[assignment]  # a form's are forms
    files: list[Any] = []  # Any: sample files
    for node in definition.graph.nodes:
        if node.schema == "file":
            shown: Any = payload[node.id]
            files += shown if node.is_many else [shown]
    attachments: list[JSONValue] = [
        {name: file[name] for name in members if name in file} | {"entity_id": file["_id"], "version_index": 0}
        for file in files
    ]
    return attachments or UNDEFINED


def _filled(template: Any, payload: JSONObject) -> Any:  # Any: all of JSON
    """The template with values of the payload in place of references such as ``=meter.meter_number``, of which the
    first that is there counts; what refers to nothing is left out."""
    if isinstance(template, str) and template.startswith(REFERENCE):
        ways = (_at(payload, way.split(".")) for way in template.removeprefix(REFERENCE).split(OR))
        return next((found for found in ways if found is not UNDEFINED), UNDEFINED)
    if isinstance(template, dict) and IF in template:
        return UNDEFINED if _at(payload, template[IF].split(".")) is UNDEFINED else template[THEN]
    if isinstance(template, dict):
        members = {name: _filled(one, payload) for name, one in template.items()}
        return {name: one for name, one in members.items() if one is not UNDEFINED}
    if isinstance(template, list):
        found = [one for one in (_filled(one, payload) for one in template) if one is not UNDEFINED]
        return found or UNDEFINED
    return template


def _cut(value: Any, form: Document) -> Any:  # Any: all of JSON
    """A list without the members that the form does not name: it was taken from a node that has more."""
    names = form.get("items", {}).get("properties") if isinstance(value, list) else None
    return [{name: one[name] for name in names if name in one} for one in value] if names else value


def _at(payload: JSONObject, path: list[str]) -> Any:  # Any: all of JSON
    """The value at a path of names and positions, or UNDEFINED. A name goes through lists as JSONata does."""
    found: Any = payload
    for part in path:
        found = _step(found, part)
        if found is UNDEFINED:
            break
    return found


def _step(found: Any, part: str) -> Any:  # Any: all of JSON
    if isinstance(found, dict):
        return found.get(part, UNDEFINED)
    if not isinstance(found, list):
        return UNDEFINED
    if part.isdigit():
        return found[int(part)] if int(part) < len(found) else UNDEFINED
    several = [one for one in (_step(each, part) for each in found) if one is not UNDEFINED]
    return several if len(several) > 1 else several[0] if several else UNDEFINED
