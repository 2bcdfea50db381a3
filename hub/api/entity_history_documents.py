"""The schemas of an entity's history, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

Schema = dict[str, Any]
"""A JSON Schema object. Any: it nests without end."""

TEXT: Schema = {"type": "string"}
UUID_TEXT: Schema = {"type": "string", "format": "uuid"}
PAIRS: Schema = {"type": "array", "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {}}}
NOT_KEPT = """Sides whose value was above 64 KB: of these the hub keeps the size and the SHA-256 of the JSON text with
sorted keys, in the place of the value."""
ONE_CHANGE: Schema = {
    "type": "object",
    "properties": {
        "old": {"description": "Missing when the attribute was not there, or is named in not_kept."},
        "new": {"description": "Missing when the attribute is gone, or is named in not_kept."},
        "removed": PAIRS | {"description": "Of a list: place before the change, member."},
        "added": PAIRS | {"description": "Of a list: place after the change, member."},
        "not_kept": {
            "type": "object",
            "description": NOT_KEPT,
            "additionalProperties": {
                "type": "object",
                "properties": {"sha256": TEXT, "bytes": {"type": "integer"}},
            },
        },
    },
}
TYPES = ["created", "updated", "parked", "applied", "confirmed", "dismissed", "deleted", "restored", "purged"]
TYPES_OF_CHANGESETS = """parked: a value waits in `_changesets` since; applied, confirmed by a value of the ERP,
dismissed: it waits no more. Such a change may have written other attributes, too."""
CHANGE: Schema = {
    "type": "object",
    "required": ["id", "type", "timestamp", "actor", "version", "changes"],
    "properties": {
        "id": UUID_TEXT,
        "type": {"type": "string", "enum": TYPES, "description": TYPES_OF_CHANGESETS},
        "timestamp": {"type": "string", "format": "date-time"},
        "actor": {
            "type": "object",
            "required": ["type"],
            "properties": {"type": TEXT | {"description": "use_case, token, user or system."}, "id": TEXT},
        },
        "event_id": TEXT | {"description": "The inbound event that caused it."},
        "use_case_id": UUID_TEXT,
        "use_case_version": {"type": ["integer", "null"]},
        "version": {"type": "integer", "description": "The version of the entity that the change made."},
        "undoes_version": {
            "type": "integer",
            "description": "The version whose change this one undoes; missing where it undoes none.",
        },
        "changes": {"type": "object", "additionalProperties": ONE_CHANGE},
    },
}
ACTIVITY: Schema = {
    "type": "object",
    "required": ["total", "results"],
    "properties": {
        "total": {"type": "integer", "description": "Changes between after and before, counted up to 10,000."},
        "results": {"type": "array", "items": CHANGE},
    },
}
PARAMETERS = [
    OpenApiParameter("after", OpenApiTypes.DATETIME, description="Only changes later than this moment."),
    OpenApiParameter("before", OpenApiTypes.DATETIME, description="Only changes earlier than this moment."),
    OpenApiParameter("before_version", OpenApiTypes.INT, description="Go on below the last version of a page."),
    OpenApiParameter("size", {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}),
]
ACTIVITY_TEXT = """What was done to an entity, newest change first. Of a purged entity one row is left, of type
`purged`: when and by whom."""
REVERT = """Undoes one change by a new one: old values come back, what the change gave is taken away, a creation is
undone into the recycle bin. 409 `LATER_CHANGES` lists the later changes that touched the same attributes; 409
`VALUE_NOT_KEPT` names old values of which only a hash is kept; 409 `ONLY_CHANGESETS` is about a change that wrote no
attribute. What is parked stays as it is."""

documented_activity = extend_schema_view(
    get=extend_schema(
        operation_id="getEntityActivity",
        description=ACTIVITY_TEXT,
        tags=["Entities"],
        parameters=PARAMETERS,
        responses={(200, "application/json"): ACTIVITY},
    )
)
documented_revert = extend_schema_view(
    post=extend_schema(
        operation_id="revertEntityChange",
        description=REVERT,
        tags=["Entities"],
        request={
            "application/json": {"type": "object", "required": ["change_id"], "properties": {"change_id": UUID_TEXT}}
        },
        responses={(200, "application/json"): CHANGE},
    )
)
