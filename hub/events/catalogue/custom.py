"""custom_event: the definition of an organization's own event, with the rules that built-in ones keep anyway; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

from hub.entities.schemas.book import SchemaBook
from hub.events.catalogue.catalogue import find_built_in
from hub.events.catalogue.custom_graph import check_graph, fits_root, is_known, name_problem
from hub.events.catalogue.definition import FIRST_VERSION, EventDefinition
from hub.events.catalogue.findings import Findings
from hub.events.catalogue.parts import EventField, FieldKind
from hub.events.catalogue.validation import problem_of
from hub.events.catalogue.versions import versions_of
from hub.json_types import ROOT, JSONObject, JSONPath
from hub.names import is_name

EVENT_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]{2,79}")
TITLE_CHARACTERS: Final = 160
DESCRIPTION_CHARACTERS: Final = 2_000
MOST_TAGS: Final = 20
TAG_CHARACTERS: Final = 64
HUB_TAG: Final = "builtin"
MOST_FIELDS: Final = 100
FORM_CHARACTERS: Final = 10_000
"""Longest JSON Schema of one field, written as JSON."""
JSONATA_CHARACTERS: Final = 20_000
MOST_TRIGGER_ENTRIES: Final = 50
"""Longest list of schemas, attributes, purposes or values in a trigger."""
MOST_CRITERIA: Final = 50
REFERENCES: Final = frozenset({"$ref", "$dynamicRef", "$recursiveRef", "$id", "$schema", "$anchor", "$dynamicAnchor"})
"""Keywords that make a form depend on where it stands."""


def custom_event(raw: JSONObject, book: SchemaBook) -> EventDefinition:
    """The draft of an organization's own event, from the wire shape of outbound.md 3.1.

    Origin, status and version are the hub's to say: custom, draft, 1.0. Raises InvalidDefinition with every finding.
    Whether its expressions compile is for the caller to find out, see expressions_of; and whether another event of
    the organization has the name.
    """
    shapes, rules = Findings(), Findings()
    given: JSONObject = {"event_origin": "custom", "event_status": "draft", "event_version": FIRST_VERSION}
    definition = EventDefinition.read(raw | given, ROOT, shapes)
    _check_texts(definition, rules)
    check_graph(definition.graph, book, JSONPath("entity_graph"), rules)
    _check_fields(definition, book, rules)
    _check_mapping(definition, rules)
    _check_trigger(definition, book, rules)
    _check_firing(definition, rules)
    known = {detail.path for detail in shapes.errors}
    shapes.errors += [detail for detail in rules.errors if detail.path not in known]
    shapes.raise_if_any()
    return definition


def expressions_of(definition: EventDefinition) -> Iterator[tuple[JSONPath, str]]:
    """Every expression of the definition with its place, to be compiled before it is stored."""
    for field in definition.fields:
        if field.source is not None:
            yield JSONPath("schema_fields").key(field.name).key("graph_source"), field.source
    if definition.mapping and definition.mapping.jsonata is not None:
        yield JSONPath("mapping").key("jsonata"), definition.mapping.jsonata


def _check_texts(definition: EventDefinition, findings: Findings) -> None:
    if not EVENT_NAME.fullmatch(definition.name):
        rule = "must begin with a capital letter and have 3 to 80 letters and digits"
        findings.error("event_name", rule)
    elif find_built_in(definition.name):
        findings.error("event_name", "is the name of an event that the hub brings")
    if not is_name(definition.title) or len(definition.title) > TITLE_CHARACTERS:
        findings.error("event_title", f"must have 1 to {TITLE_CHARACTERS} characters and be no blank")
    if len(definition.description) > DESCRIPTION_CHARACTERS:
        findings.error("event_description", f"may have at most {DESCRIPTION_CHARACTERS} characters")
    if len(definition.tags) > MOST_TAGS or any(len(tag) > TAG_CHARACTERS for tag in definition.tags):
        findings.error("event_tags", f"may have at most {MOST_TAGS} tags of {TAG_CHARACTERS} characters each")
    if HUB_TAG in definition.tags:
        findings.error("event_tags", f"may not have {HUB_TAG}, which marks the events that the hub brings")


def _check_fields(definition: EventDefinition, book: SchemaBook, findings: Findings) -> None:
    at = JSONPath("schema_fields")
    if len(definition.fields) > MOST_FIELDS:
        findings.error(at, f"may have at most {MOST_FIELDS} fields")
    for field in definition.fields:
        is_node = definition.graph.find(field.name) is not None
        problem = name_problem(field.name) or ("is the id of a node" if is_node else None)
        if problem:
            findings.error(at.key(field.name), problem)
        _check_form(field, book, at.key(field.name), findings)


def _check_form(field: EventField, book: SchemaBook, at: JSONPath, findings: Findings) -> None:
    if field.kind is FieldKind.ENTITY:
        if not is_known(field.schema, book):
            findings.error(at.key("entity_schema"), f"there is no schema {field.schema}")
        return
    place = at.key("items" if field.kind is FieldKind.ATTACHMENTS else "json_schema")
    if problem := _form_problem(field.form):
        findings.error(place, problem)


def _form_problem(form: JSONObject) -> str | None:
    """Why a form cannot be the JSON Schema of a field; None when it can."""
    try:
        size = len(orjson.dumps(form))
    except orjson.JSONEncodeError:
        return "is nested too deeply, or holds a number or a character that JSON cannot carry"
    if size > FORM_CHARACTERS:
        return f"may have at most {FORM_CHARACTERS} characters"
    if _refers(form):
        return "must stand alone, without $ref and other keywords that lead elsewhere"
    return problem_of(form)


def _refers(form: Any) -> bool:  # Any: all of JSON
    """Whether a form, or one inside of it, leads elsewhere. A property that is called like the keyword counts too."""
    if isinstance(form, dict):
        return bool(REFERENCES & form.keys()) or any(map(_refers, form.values()))
    return isinstance(form, list) and any(map(_refers, form))


def _check_mapping(definition: EventDefinition, findings: Findings) -> None:
    """Callers bring nothing to an organization's own event, so that every field needs a source."""
    for place, text in expressions_of(definition):
        if len(text) > JSONATA_CHARACTERS:
            findings.error(place, f"may have at most {JSONATA_CHARACTERS} characters")
    mode = definition.mapping.mode if definition.mapping else "guided"
    if mode == "jsonata":
        if definition.mapping and not definition.mapping.jsonata:
            findings.error("mapping.jsonata", "is required in the mode jsonata")
        return
    if definition.mapping and definition.mapping.jsonata:
        findings.error("mapping.jsonata", "is not used in the mode guided")
    for field in definition.fields:
        if field.source is None:
            at = JSONPath("schema_fields").key(field.name).key("graph_source")
            findings.error(at, "is required: nothing else gives the field a value")


def _check_trigger(definition: EventDefinition, book: SchemaBook, findings: Findings) -> None:
    trigger, at = definition.trigger, JSONPath("entity_operation")
    if trigger is None:
        return
    for place, schema in enumerate(trigger.schemas):
        if book.find(schema) is None:
            findings.error(at.key("schema").index(place), f"there is no schema {schema}")
        elif definition.graph.nodes and not fits_root(schema, definition.graph):
            findings.error(at.key("schema").index(place), "must be the schema of the root of the graph")
    lists = {
        "schema": trigger.schemas,
        "attribute": trigger.attributes,
        "purpose": trigger.purposes,
        "purpose_filters": trigger.purpose_filters,
        "values": tuple(value for _, values in trigger.values for value in values),
    }
    for name, entries in lists.items():
        if len(entries) > MOST_TRIGGER_ENTRIES:
            findings.error(at.key(name), f"may have at most {MOST_TRIGGER_ENTRIES} entries")


def _check_firing(definition: EventDefinition, findings: Findings) -> None:
    seed_at = "automation_trigger_seed_node"
    if definition.seed_node and definition.graph.find(definition.seed_node) is None:
        findings.error(seed_at, f"there is no node {definition.seed_node}")
    if definition.automation_trigger_only and not definition.seed_node:
        findings.error(seed_at, "is required when only automations may fire the event")
    if definition.automation_trigger_only and definition.trigger:
        findings.error("entity_operation", "cannot fire an event that only automations may fire")
    if len(definition.success_criteria) > MOST_CRITERIA:
        findings.error("success_criteria", f"may have at most {MOST_CRITERIA} entries")
    schemas = {schema for node in definition.graph.nodes for schema in (node.schema, *node.schemas)}
    for place, criterion in enumerate(definition.success_criteria):
        if criterion.schema not in schemas:
            at = JSONPath("success_criteria").index(place).key("entity_schema")
            findings.error(at, "must be the schema of a node of the graph")
    _check_lineage(definition, findings)


def _check_lineage(definition: EventDefinition, findings: Findings) -> None:
    if definition.lineage is None:
        return
    base = find_built_in(definition.lineage.event_name)
    if base is None:
        findings.error("lineage.base_event_name", "must be an event that the hub brings")
    elif definition.lineage.event_version not in {one.version for one in versions_of(base)}:
        findings.error("lineage.base_event_version", f"{base.name} has no such version")
