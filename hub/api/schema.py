"""What the operations of the OpenAPI document have in common: the bearer token, parameters, the shape of a failure."""

from __future__ import annotations

import re
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from hub.api.idempotency.answers import REPLAYED
from hub.api.idempotency.keys import HEADER

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
PATH_PARAMETERS = {
    "integration_id": "integrationId",
    "use_case_id": "useCaseId",
    "correlation_id": "correlationId",
    "synced_id": "entityId",
    "prune_id": "pruneId",
    "token_id": "tokenId",
    "schema": "slug",
    "entity_id": "id",
    "meter_id": "meterId",
    "counter_id": "counterId",
    "portal_id": "portalId",
    "webhook_id": "id",
    "automation_id": "automationId",
    "run_id": "runId",
    "event_id": "eventId",
    "event_name": "eventName",
    "core_event_id": "eventId",
    "app_id": "appId",
    "component_id": "componentId",
}
"""Name of a parameter in our routes → its name in the contract, which code generators make method arguments of."""
REPLAY: dict[str, Any] = {
    "description": "true on an answer that was given before, to the first request with this Idempotency-Key.",
    "schema": {"type": "string", "enum": ["true"]},
}
NOT_TWICE = (
    "IDEMPOTENCY_KEY_REUSED: the key came with another request in the last 24 hours. IDEMPOTENCY_KEY_IN_USE: the first "
    "request is being carried out, see Retry-After. IDEMPOTENCY_ANSWER_NOT_KEPT: it was carried out, and its answer "
    "cannot be given again. Any other code is the operation's own."
)
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


def published(document: dict[str, Any]) -> dict[str, Any]:
    """The document as clients get it: parameters named as in the contract, failures described. Any: JSON."""
    paths = document.get("paths", {})
    document["paths"] = {_with_contract_names(path): _with_parameters(item) for path, item in paths.items()}
    return _with_problems(document)


def _with_contract_names(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: f"{{{PATH_PARAMETERS.get(found[1], found[1])}}}", path)


def _with_parameters(item: dict[str, Any]) -> dict[str, Any]:
    for operation in _operations(item):
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                parameter["name"] = PATH_PARAMETERS.get(parameter["name"], parameter["name"])
    return item


def _operations(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [item[method] for method in METHODS if method in item]


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Every operation has the one shape for all answers of 400 and above."""
    document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    answer = {
        "description": "The request was refused.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    failure = answer | {"description": "The hub cannot answer now."}
    for item in document["paths"].values():
        for operation in _operations(item):
            operation["responses"].setdefault("4XX", answer)
            operation["responses"].setdefault("5XX", failure)
            if any(parameter["name"] == HEADER for parameter in operation.get("parameters", ())):
                _tell_of_replays(operation["responses"], answer)
    return document


def _tell_of_replays(responses: dict[str, Any], answer: dict[str, Any]) -> None:
    """What else an operation answers that once_per_key decorates; it is known by the header that it describes."""
    responses["409"] = responses.get("409", answer) | {"description": NOT_TWICE}
    for status, success in responses.items():
        if status.startswith("2"):
            success.setdefault("headers", {})[REPLAYED] = REPLAY
