"""The schemas of /v1/metering/reading and /v2/metering/readings, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from hub.entities.readings.rules import DIRECTIONS, REASONS, SOURCES, STATUSES
from hub.entities.readings.writing import Matching, ReadingOutcome

Schema = dict[str, Any]
"""A JSON Schema object. Any: it nests without end."""

MOST_READINGS = 1_000
"""Readings of one request."""

TEXT: Schema = {"type": "string"}
UUID_TEXT: Schema = TEXT | {"format": "uuid"}
MOMENT: Schema = TEXT | {"format": "date-time"}
VALUE: Schema = {
    "oneOf": [{"type": "number"}, TEXT],
    "description": "A text where a JSON number cannot hold every digit.",
}
SAID: Schema = {
    "external_id": TEXT,
    "timestamp": TEXT | {"description": "A day, which is midnight UTC, or a date-time; kept as it was given."},
    "value": VALUE,
    "source": TEXT | {"enum": list(SOURCES)},
    "unit": {},
    "direction": TEXT | {"enum": list(DIRECTIONS)},
    "reason": TEXT | {"enum": ["", *REASONS]},
    "status": TEXT | {"enum": ["", *STATUSES]},
    "read_by": {},
    "remark": {},
    "note": {},
    "metadata": {"type": "object", "additionalProperties": TEXT},
}
READING: Schema = {
    "type": "object",
    "description": "What the reading says, attributes of its own included, beside what the hub knows.",
    "required": ["_id", "meter_id", "timestamp", "value", "source", "_created_at", "_updated_at"],
    "properties": {
        "_id": UUID_TEXT,
        "meter_id": UUID_TEXT,
        "counter_id": UUID_TEXT,
        "_created_at": MOMENT,
        "_updated_at": MOMENT,
        **SAID,
    },
    "additionalProperties": True,
}
PAGE: Schema = {
    "type": "object",
    "required": ["data", "next_cursor", "has_more"],
    "properties": {
        "data": {"type": "array", "items": READING},
        "next_cursor": {"oneOf": [TEXT, {"type": "null"}]},
        "has_more": {"type": "boolean"},
    },
}
POSTED: Schema = {
    "type": "object",
    "required": ["meter_id", "value", "source"],
    "properties": {"meter_id": UUID_TEXT, "counter_id": UUID_TEXT, **SAID},
    "additionalProperties": True,
}
REQUEST: Schema = {
    "type": "object",
    "required": ["readings"],
    "properties": {
        "readings": {"type": "array", "items": POSTED, "minItems": 1, "maxItems": MOST_READINGS},
        "reading_matching": TEXT
        | {
            "enum": [str(one) for one in Matching],
            "default": str(Matching.EXTERNAL_ID),
            "description": "`strict-date` finds the reading of a counter and direction on the same day in Germany.",
        },
    },
}
RESULT: Schema = {
    "type": "object",
    "required": ["outcome", "code"],
    "properties": {
        "outcome": TEXT | {"enum": [str(one) for one in ReadingOutcome]},
        "code": TEXT,
        "message": TEXT | {"description": "Why, when it failed."},
        "reading_id": UUID_TEXT,
    },
}
RESULTS: Schema = {
    "type": "object",
    "required": ["results"],
    "properties": {"results": {"type": "array", "items": RESULT, "description": "In the order of the request."}},
}

documented_list = extend_schema_view(
    get=extend_schema(
        operation_id="listMeterReadings",
        tags=["Metering"],
        parameters=[
            OpenApiParameter("from_date", OpenApiTypes.DATETIME, description="Earliest moment, included."),
            OpenApiParameter("to_date", OpenApiTypes.DATETIME, description="Latest moment, included."),
            OpenApiParameter("source", str, enum=list(SOURCES)),
            OpenApiParameter("limit", int, description="1 to 1,000; 50 by default."),
            OpenApiParameter("cursor", str, description="next_cursor of the page before."),
        ],
        responses={(200, "application/json"): PAGE},
    )
)
documented_post = extend_schema_view(
    post=extend_schema(
        operation_id="writeMeterReadings",
        tags=["Metering"],
        request={"application/json": REQUEST},
        responses={(200, "application/json"): RESULTS},
    )
)
