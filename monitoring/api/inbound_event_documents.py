"""What the description of the API says of spans of inbound events (api.md 15.1)."""

from __future__ import annotations

from monitoring.api.shapes import IDENTIFIER, MOMENT, TEXT, Schema, words
from monitoring.codes import Category
from monitoring.inbound_events import LEVEL_OF

EVENT_TYPES = ("CREATE", "UPDATE", "DELETE", "TRIGGER")
SYNC_TYPES = ("entity", "meter_reading", "webhook", "api_deprecation")
CATEGORIES = tuple(str(category) for category in Category if category)
PAGE_SIZE, LARGEST_PAGE = 50, 100

CURSOR: Schema = {
    "type": "object",
    "properties": {"completed_at": MOMENT, "event_id": TEXT, "id": IDENTIFIER},
    "required": ["completed_at", "event_id"],
}
QUERY: Schema = {
    "type": "object",
    "properties": {
        "use_case_id": IDENTIFIER,
        "event_type": words(*EVENT_TYPES),
        "sync_type": words(*SYNC_TYPES),
        "status": words(*LEVEL_OF),
        "error_category": words(*CATEGORIES),
        "correlation_id": TEXT,
        "object_type": TEXT,
        "event_name": TEXT,
        "event_id": TEXT,
        "error_code": TEXT,
        "from_date": MOMENT,
        "to_date": MOMENT,
        "limit": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
        "cursor": CURSOR,
    },
}
AT_LEAST_ONE: Schema = {"type": "integer", "minimum": 1}
WARNING: Schema = {
    "type": "object",
    "properties": {"entity_schema": TEXT, "field": TEXT, "message": TEXT, "count": AT_LEAST_ONE},
    "required": ["entity_schema", "field", "message", "count"],
}
ERROR_DETAIL: Schema = {
    "type": "object",
    "description": "Where an expression failed, as far as that is known; line and column count inside it.",
    "properties": {"path": TEXT, "line": AT_LEAST_ONE, "column": AT_LEAST_ONE, "field": TEXT, "input": TEXT},
}
ROW: Schema = {
    "type": "object",
    "properties": {
        "org_id": TEXT,
        "event_id": TEXT,
        "object_type": TEXT,
        "sync_type": words(*SYNC_TYPES),
        "status": words(*LEVEL_OF),
        "event_type": words(*EVENT_TYPES),
        "received_at": MOMENT,
        "completed_at": MOMENT,
        "correlation_id": {"type": ["string", "null"]},
        "integration_id": {"type": ["string", "null"]},
        "use_case_id": {"type": ["string", "null"]},
        "error_code": {"type": ["string", "null"]},
        "error_message": {"type": ["string", "null"]},
        "error_category": {"type": ["string", "null"]},
        "processing_duration_ms": {"type": ["integer", "null"]},
        "warning_count": AT_LEAST_ONE
        | {"description": "How many warnings the row stands for; only on rows of warnings."},
        "warnings": {"type": "array", "items": WARNING, "description": "The first of them that differ."},
        "error_detail": ERROR_DETAIL,
    },
    "required": ["org_id", "event_id", "object_type", "sync_type", "status", "received_at", "completed_at"],
}
PAGE: Schema = {
    "type": "object",
    "properties": {
        "data": {"type": "array", "items": ROW},
        "next_cursor": {"oneOf": [CURSOR, {"type": "null"}]},
        "has_more": {"type": "boolean"},
    },
    "required": ["data", "next_cursor", "has_more"],
}
