"""The schemas of this app's requests and answers, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
"""A JSON Schema object. Any: it nests without end."""

TEXT: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
IDENTIFIER: Schema = {"type": "string", "format": "uuid"}
EVENT_TYPE: Schema = {"type": "string", "enum": ["CREATE", "UPDATE", "DELETE"]}
FORMAT: Schema = {"type": "string", "enum": ["json", "xml"], "default": "json"}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 255}
SLUG: Schema = NAME | {"pattern": "^[a-z0-9][a-z0-9_-]*$"}
PAYLOAD: Schema = {
    "oneOf": [{"type": "string", "minLength": 2}, {"type": "object", "minProperties": 1}],
    "description": "A document as text, or, when the format is json, an object.",
}


def described(properties: Schema, required: list[str]) -> Schema:
    """An object schema."""
    return {"type": "object", "properties": properties, "required": required}


def intake_request(version: int) -> Schema:
    """The body of POST /v{version}/erp/updates/events."""
    events = {"type": "array", "maxItems": 100, "items": _event(version)}
    common = {"correlation_id": NAME, "group_id": TEXT | {"minLength": 1, "maxLength": 128}, "events": events}
    meta = {"type": "object", "properties": {"correlation_id": NAME}}
    if version == 1:
        own = {"app_id": IDENTIFIER, "component_id": IDENTIFIER, "meta": meta}
        return described(own | common, ["app_id", "component_id", "meta", "events"])
    return described({"integration_id": IDENTIFIER, "meta": meta} | common, ["integration_id", "events"])


def _event(version: int) -> Schema:
    properties = {
        "use_case_slug": SLUG,
        "event_name": NAME,
        "object_type": NAME,
        "event_type": EVENT_TYPE,
        "timestamp": MOMENT,
        "format": FORMAT,
        "payload": PAYLOAD,
        "deduplication_id": NAME | {"pattern": "^[a-zA-Z0-9_-]+$"},
        "correlation_id": NAME,
        "group_id": TEXT | {"minLength": 1, "maxLength": 128},
    }
    named = [{"required": [name]} for name in ("use_case_slug", "event_name", "object_type")]
    required = ["timestamp", "payload"] if version == 3 else ["event_type", "timestamp", "payload"]
    return described(properties, required) | {"anyOf": named}


INTAKE_ANSWER = described(
    {
        "results": {
            "type": "array",
            "items": described(
                {
                    "event_id": TEXT,
                    "status": {"type": "string", "enum": ["success", "error", "skipped", "ignored"]},
                    "message": TEXT,
                },
                ["event_id", "status"],
            ),
        }
    },
    ["results"],
)

EVENT_CURSOR = described({"event_time": MOMENT, "event_id": TEXT}, ["event_time", "event_id"])
EVENT_QUERY = described(
    {
        "event_id": TEXT,
        "event_type": EVENT_TYPE,
        "correlation_id": TEXT,
        "object_type": TEXT,
        "event_name": TEXT,
        "use_case_id": IDENTIFIER,
        "payload": described(
            {"path": NAME, "value": {"type": ["string", "number", "boolean"]}},
            ["path", "value"],
        )
        | {"description": "A value that stands at a place of the payload, such as BUT000.PARTNER."},
        "limit": {"type": "integer", "minimum": 1, "maximum": 25, "default": 25},
        "cursor": EVENT_CURSOR,
    },
    [],
)
STORED_EVENT = described(
    {
        "event_id": TEXT,
        "event_time": MOMENT,
        "event_type": EVENT_TYPE,
        "object_type": TEXT,
        "event_name": TEXT,
        "use_case_id": IDENTIFIER,
        "use_case_slug": TEXT,
        "timestamp": MOMENT,
        "format": FORMAT,
        "payload": {"type": "string", "description": "Empty where it is not kept any more."},
        "payload_purged_at": MOMENT | {"description": "When the payload was deleted, before the event itself."},
        "correlation_id": TEXT,
        "deduplication_id": TEXT,
        "status": TEXT,
    },
    ["event_id", "event_time", "event_type", "object_type", "timestamp", "format", "payload"],
)
EVENT_PAGE = described(
    {
        "data": {"type": "array", "items": STORED_EVENT},
        "next_cursor": {"oneOf": [EVENT_CURSOR, {"type": "null"}]},
        "has_more": {"type": "boolean"},
        "searched_back_to": MOMENT
        | {"description": "Only for a search by payload whose time was up: what lies before was not read yet."},
    },
    ["data", "next_cursor", "has_more"],
)
REPLAY_REQUEST = described(
    {"event_ids": {"type": "array", "minItems": 1, "maxItems": 100, "items": TEXT}}, ["event_ids"]
)
REPLAY_ANSWER = described(
    {
        "replayed": {"type": "integer"},
        "event_ids": {"type": "array", "items": TEXT},
        "results": {
            "type": "array",
            "items": described(
                {"event_id": TEXT, "status": TEXT, "replay_event_id": TEXT, "message": TEXT}, ["event_id", "status"]
            ),
        },
    },
    ["replayed", "event_ids", "results"],
)
