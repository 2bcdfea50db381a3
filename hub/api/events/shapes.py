"""The JSON Schemas of requests and answers about core events, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

Shape = dict[str, Any]
"""A JSON Schema object. Any: it nests without end."""

TEXT: Shape = {"type": "string"}
FLAG: Shape = {"type": "boolean"}
MOMENT: Shape = {"type": "string", "format": "date-time"}
OPEN: Shape = {"type": "object", "additionalProperties": True}


def object_of(properties: Shape, *required: str, closed: bool = False) -> Shape:
    """An object; closed: other members are refused."""
    shape: Shape = {"type": "object", "properties": properties}
    if required:
        shape["required"] = list(required)
    return shape | {"additionalProperties": False} if closed else shape


def list_of(items: Shape, **more: Any) -> Shape:
    """A list of one shape. Any: keywords of JSON Schema."""
    return {"type": "array", "items": items, **more}


NAME: Shape = TEXT | {"pattern": "^[A-Z][A-Za-z0-9]{2,79}$"}
VERSION: Shape = TEXT | {"pattern": r"^[0-9]+\.[0-9]+$"}
EVENT_ID: Shape = TEXT | {"pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"}
CRITERION = object_of({"entity_schema": TEXT, "attribute": TEXT}, "entity_schema", "attribute")
FIELD = object_of(
    {
        "json_schema": OPEN | {"description": "Of a value."},
        "entity_schema": TEXT | {"description": "Of an entity."},
        "items": OPEN | {"description": "The JSON Schema of one attachment."},
        "required": FLAG | {"default": False},
        "graph_source": TEXT
        | {
            "maxLength": 20000,
            "description": "JSONata over the nodes that makes the field; without it whoever fires the event brings it.",
        },
    }
)
NODE = object_of(
    {
        "id": TEXT,
        "schema": TEXT,
        "cardinality": TEXT | {"enum": ["one", "many"]},
        "fields": list_of(TEXT, description="Names, globs and, with a `!`, exclusions; none: everything."),
    },
    "id",
    "schema",
)
GRAPH = object_of(
    {"nodes": list_of(NODE), "edges": list_of(object_of({"from": TEXT, "to": TEXT}, "from", "to"))}, "nodes"
)
PURPOSE = object_of({"id": TEXT, "display_name": TEXT}, "id", "display_name")
OPERATION = object_of(
    {
        "operation": list_of(TEXT | {"enum": ["createEntity", "updateEntity", "deleteEntity"]}, minItems=1),
        "schema": list_of(TEXT, minItems=1),
        "attribute": list_of(TEXT),
        "values": {"type": "object", "additionalProperties": list_of(TEXT)},
        "purpose": list_of(TEXT),
        "purpose_filters": list_of(PURPOSE),
    },
    "operation",
    "schema",
)
DEFINED: Shape = {
    "event_name": NAME,
    "event_title": TEXT | {"minLength": 1, "maxLength": 160},
    "event_description": TEXT | {"maxLength": 2000},
    "event_tags": list_of(TEXT, maxItems=20),
    "schema_fields": {"type": "object", "additionalProperties": FIELD},
    "entity_graph": GRAPH,
    "entity_operation": OPERATION,
    "automation_trigger": FLAG,
    "automation_trigger_only": FLAG,
    "automation_trigger_seed_node": TEXT,
    "api_trigger": FLAG,
    "mapping": object_of({"mode": TEXT | {"enum": ["guided", "jsonata"]}, "jsonata": TEXT}, "mode"),
    "lineage": object_of(
        {"base_event_name": TEXT, "base_event_version": VERSION}, "base_event_name", "base_event_version"
    ),
    "success_criteria": list_of(CRITERION, maxItems=50),
}
DEFINITION = object_of(DEFINED, "event_name", "event_title", "entity_graph")
EVENT = object_of(
    {
        **DEFINED,
        "event_version": VERSION,
        "event_status": TEXT | {"enum": ["active", "deprecated", "draft", "disabled"]},
        "event_origin": TEXT | {"enum": ["builtin", "custom"]},
        "enabled": FLAG,
        "auto_trigger": FLAG,
        "keeps_history": FLAG | {"description": "Whether it is stored even when nobody listens."},
        "attributes": {
            "type": ["array", "null"],
            "items": TEXT,
            "description": "Watched in the place of `entity_operation.attribute`; null: those.",
        },
    },
    *("event_name", "event_title", "event_version", "event_status", "event_origin", "enabled", "auto_trigger"),
)
EVENTS = object_of({"results": list_of(EVENT)}, "results")
CHANGES = object_of(
    {
        "enabled": FLAG,
        "auto_trigger": FLAG,
        "keeps_history": FLAG,
        "attributes": {"type": ["array", "null"], "items": TEXT | {"minLength": 1}, "maxItems": 50},
        "success_criteria": list_of(CRITERION, maxItems=50),
    },
    closed=True,
)
PUBLICATION = object_of(
    {
        "enabled": FLAG | {"default": True},
        "auto_trigger": FLAG | {"default": True},
        "base_auto_trigger_enabled": FLAG | {"description": "`auto_trigger` of the event that it was made from."},
    },
    closed=True,
)
FIRING = object_of(
    {
        "seed": object_of(
            {"entity_id": TEXT | {"format": "uuid"}, "node_id": TEXT}, "entity_id", "node_id", closed=True
        ),
        "fields": OPEN | {"description": "Those that nothing else makes; not for own events."},
        "skip_hydration": list_of(TEXT, description="Nodes that are left out, with what only they lead to."),
        "_trigger_source_type": TEXT | {"default": "api", "pattern": "^[a-z][a-z0-9_]{0,31}$"},
        "_trigger_source": TEXT | {"maxLength": 255, "description": "The caller by default."},
        "_automation_chain": list_of(TEXT | {"minLength": 1}, maxItems=100),
    },
    closed=True,
)
FIRED = object_of({"success": FLAG, "event_id": EVENT_ID}, "success", "event_id")
MISFIT = object_of({"path": TEXT, "message": TEXT}, "path", "message")
PREVIEW = object_of({"payload": OPEN, "errors": list_of(MISFIT)}, "payload", "errors")
CHANGE = object_of(
    {
        "field": TEXT,
        "op": TEXT | {"enum": ["added", "removed", "type-changed"]},
        "type_old": TEXT,
        "type_new": TEXT,
    },
    "field",
    "op",
)
ONE_VERSION = object_of(
    {
        "version": VERSION,
        "released_at": MOMENT | {"description": "Of an own event."},
        "change_summary": TEXT | {"maxLength": 280},
        "change_notes": TEXT,
        "changes": list_of(CHANGE),
    },
    *("version", "change_summary", "change_notes", "changes"),
)
VERSIONS = object_of(
    {"event_name": NAME, "latest": VERSION, "versions": list_of(ONE_VERSION)}, "event_name", "latest", "versions"
)
CURSOR = object_of({"event_time": MOMENT, "event_id": EVENT_ID}, "event_time", "event_id")
LOOK_BACK: Shape = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 25, "default": 10},
    "cursor": CURSOR | {"description": "next_cursor of the page before."},
    "timestamp": object_of({"from": MOMENT, "to": MOMENT}, closed=True),
    "event_id": EVENT_ID,
    "include_malformed": FLAG
    | {"description": "List those that nobody got, with `_problem`, too. Absent: only where `event_id` names one."},
}
HISTORY_QUERY = object_of(LOOK_BACK, closed=True)
LIGHT_HISTORY_QUERY = object_of(
    LOOK_BACK | {"fields": list_of(TEXT, maxItems=100, description="Names, globs and, with a `!`, exclusions.")},
    closed=True,
)
HISTORY = object_of(
    {"results": list_of(OPEN), "next_cursor": {"oneOf": [CURSOR, {"type": "null"}]}}, "results", "next_cursor"
)
