"""The schemas of /v1/access-tokens, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view

from hub.accounts.grants import ACTIONS

Schema = dict[str, Any]
"""A JSON Schema object. Any: it nests without end."""

TEXT: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 255}
INTEGRATION_IDS: Schema = {"type": "array", "maxItems": 100, "items": {"type": "string", "format": "uuid"}}
GRANT: Schema = {
    "type": "object",
    "required": ["action"],
    "properties": {
        "action": NAME | {"description": f"One of {', '.join(ACTIONS)}, or a pattern with *."},
        "resource": NAME | {"default": "*", "description": "An integration's id or an entity schema; * is everything."},
        "effect": {"type": "string", "enum": ["allow", "deny"], "default": "allow"},
    },
}
TOKEN_PROPERTIES: Schema = {
    "id": TEXT | {"pattern": "^api_"},
    "name": NAME,
    "grants": {"type": "array", "items": GRANT},
    "read_only": {"type": "boolean"},
    "integration_ids": INTEGRATION_IDS,
    "created_by": TEXT,
    "created_at": MOMENT,
    "expires_at": MOMENT,
    "last_used_at": MOMENT,
}
REQUIRED = ["id", "name", "grants", "read_only", "integration_ids", "created_at"]
TOKEN: Schema = {"type": "object", "required": REQUIRED, "properties": TOKEN_PROPERTIES}
NEW_TOKEN: Schema = {
    "type": "object",
    "required": [*REQUIRED, "token"],
    "properties": TOKEN_PROPERTIES | {"token": TEXT | {"description": "Shown in this answer and never again."}},
}
TOKEN_LIST: Schema = {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": TOKEN}}}
ORDER: Schema = {
    "type": "object",
    "required": ["name", "grants"],
    "properties": {
        "name": NAME,
        "grants": {"type": "array", "maxItems": 50, "items": {"oneOf": [NAME, GRANT]}},
        "integration_ids": INTEGRATION_IDS | {"description": "Bind the token to these; empty means all."},
        "read_only": {"type": "boolean", "default": False},
        "expires_in": {"oneOf": [TEXT, {"type": "integer"}], "description": "10h, 7d, 2 days, or seconds."},
        "expires_at": MOMENT,
    },
}
RENAMING: Schema = {"type": "object", "required": ["name"], "properties": {"name": NAME}}
MESSAGE: Schema = {"type": "object", "required": ["message"], "properties": {"message": TEXT}}


def operation(operation_id: str, answer: Schema, *, status: int = 200, request: Schema | None = None) -> Any:
    """One documented operation. Any: the library's decorator."""
    return extend_schema(
        operation_id=operation_id,
        tags=["Access tokens"],
        request={"application/json": request} if request else None,
        responses={(status, "application/json"): answer},
    )


documented_list = extend_schema_view(
    get=operation("listAccessTokens", TOKEN_LIST),
    post=operation("createAccessToken", NEW_TOKEN, status=201, request=ORDER),
)
documented_item = extend_schema_view(
    get=operation("getAccessToken", TOKEN),
    patch=operation("renameAccessToken", TOKEN, request=RENAMING),
    delete=operation("revokeAccessToken", MESSAGE),
)
