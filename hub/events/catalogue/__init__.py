"""The event catalogue: every core event, how its payload is made and what it looks like; no database."""

from hub.events.catalogue.catalogue import built_in, built_ins, find_built_in, watching
from hub.events.catalogue.custom import custom_event, expressions_of
from hub.events.catalogue.definition import EventDefinition
from hub.events.catalogue.findings import InvalidDefinition
from hub.events.catalogue.fitting import fitted
from hub.events.catalogue.json_schema import json_schema_of
from hub.events.catalogue.links import Link, links
from hub.events.catalogue.parts import Edge, EntityTrigger, EventField, FieldKind, Graph, Node
from hub.events.catalogue.sample import sample_of
from hub.events.catalogue.selection import as_node
from hub.events.catalogue.validation import misfits
from hub.events.catalogue.versions import UnknownVersion, Version, definition_at, downgrade_steps, versions_of

__all__ = [
    "Edge",
    "EntityTrigger",
    "EventDefinition",
    "EventField",
    "FieldKind",
    "Graph",
    "InvalidDefinition",
    "Link",
    "Node",
    "UnknownVersion",
    "Version",
    "as_node",
    "built_in",
    "built_ins",
    "custom_event",
    "definition_at",
    "downgrade_steps",
    "expressions_of",
    "find_built_in",
    "fitted",
    "json_schema_of",
    "links",
    "misfits",
    "sample_of",
    "versions_of",
    "watching",
]
