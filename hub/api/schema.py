"""What every operation of the OpenAPI document has in common: the bearer token and the shape of a failure."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["code", "message", "details", "correlation_id"],
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "details": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "correlation_id": {"type": "string"},
    },
}
METHODS = ("get", "put", "post", "delete", "options", "head", "patch")


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself when defined
    """Names the token for TokenOrSession; the session is for the hub's own pages."""

    target_class = "hub.api.authentication.TokenOrSession"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # Any: the library's own signature
        """A bearer token in the Authorization header."""
        return {"type": "http", "scheme": "bearer"}

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        """Nothing of its own: the settings ask for the bearer token on every operation."""
        return []


def add_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Give every operation the one shape for all answers of 400 and above."""
    document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    answer = {
        "description": "The request was refused.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in document.get("paths", {}).values():
        for operation in (path[method] for method in METHODS if method in path):
            operation["responses"].setdefault("4XX", answer)
    return document
