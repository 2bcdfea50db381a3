"""The schemas of /v1/entity, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

Schema = dict[str, Any]
"""A JSON Schema object. Any: it nests without end."""

TEXT: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
ENTITY: Schema = {
    "type": "object",
    "description": "The attributes of the schema, beside what the hub knows.",
    "required": ["_id", "_org", "_schema", "_title", "_tags", "_created_at", "_updated_at", "_version"],
    "properties": {
        "_id": TEXT | {"format": "uuid"},
        "_org": TEXT,
        "_schema": TEXT,
        "_title": TEXT,
        "_tags": {"type": "array", "items": {}},
        "_created_at": MOMENT,
        "_updated_at": MOMENT,
        "_version": {"type": "integer", "description": "Grows by one with every change."},
        "_deleted_at": MOMENT | {"description": "Only in the recycle bin."},
    },
    "additionalProperties": True,
}
ONE: Schema = {
    "type": "object",
    "required": ["entity", "relations"],
    "properties": {"entity": ENTITY, "relations": {"type": "array", "items": {"type": "object"}}},
}
AT = OpenApiParameter("at", OpenApiTypes.DATETIME, description="Show the entity as it was at this moment.")
QUERY = """Terms such as `customer_number:"C-100"`, `email.email:a@example.com`, `first_name:*` (has a value),
`age:[18 TO *]`, `city:Ki*`, or a bare word of the title or an identifier (within one schema); `AND`, `OR`, `NOT` and
parentheses; neighbours without an operator must both hold. A term with an attribute is compared exactly, letter case
included. Name one schema with `_schema:contact`, unless every alternative names an identifier, which is then looked
for in all schemas that use it as one."""
REQUEST: Schema = {
    "type": "object",
    "required": ["q"],
    "properties": {
        "q": TEXT | {"minLength": 1, "maxLength": 4000, "description": QUERY},
        "size": {"type": "integer", "minimum": 0, "maximum": 1000, "default": 10},
        "from": {"type": "integer", "minimum": 0, "maximum": 10000, "default": 0},
        "search_after": {"type": "array", "items": {}, "description": "sort_end of the page before."},
        "sort": {
            "oneOf": [TEXT, {"type": "array", "items": TEXT, "maxItems": 3}],
            "description": "`attribute:asc` or `attribute:desc`; the newest change first by default.",
        },
        "fields": {"type": "array", "items": TEXT, "maxItems": 200, "description": "Attributes to show."},
        "include_deleted": {"type": "boolean", "default": False},
    },
}
PAGE: Schema = {
    "type": "object",
    "required": ["hits", "results"],
    "properties": {
        "hits": {"type": "integer", "description": "All matches, counted up to 10,000."},
        "results": {"type": "array", "items": ENTITY},
        "sort_end": {"type": "array", "items": {}, "description": "search_after of the next page, if there is one."},
    },
}

documented_entity = extend_schema_view(
    get=extend_schema(
        operation_id="getEntity",
        tags=["Entities"],
        parameters=[AT],
        responses={(200, "application/json"): ONE},
    )
)
documented_search = extend_schema_view(
    post=extend_schema(
        operation_id="searchEntities",
        tags=["Entities"],
        request={"application/json": REQUEST},
        responses={(200, "application/json"): PAGE},
    )
)
