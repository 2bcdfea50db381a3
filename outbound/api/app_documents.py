"""described_app: what the OpenAPI document says about apps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from integrations.api.documents import CREATES, LISTS, READS, Described, documented
from integrations.api.shapes import IDENTIFIER, TEXT, Schema, described, list_of
from outbound.api.action_documents import A_RESULT, MOMENT, RESULT
from outbound.api.recipe_documents import nullable
from outbound.registered_apps.components import MOST_COMPONENTS, TYPES

OPEN: Schema = {"type": "object", "additionalProperties": True}
APP_ID = "2f4c9d0b-3d8e-4c53-9a80-6b4e7b7f1a01"
COMPONENT_ID = "b7a8f0d4-8a5c-4e1f-9c8d-1f2e3d4c5b6a"
CONFIGURATION = OPEN | {
    "description": "Of an automation_action: url, and sends_token for a token that counts for ten minutes. Of the "
    "other types whatever the app needs, which is stored and shown."
}
COMPONENT_MEMBERS: dict[str, Schema] = {
    "component_id": IDENTIFIER,
    "type": TEXT | {"enum": list(TYPES)},
    "name": TEXT,
    "configuration": CONFIGURATION,
}
COMPONENT = described(
    COMPONENT_MEMBERS
    | {"integration_id": nullable(IDENTIFIER) | {"description": "Where events go that are addressed by it."}},
    [*COMPONENT_MEMBERS, "integration_id"],
)
GRANTS = list_of(OPEN) | {"description": "What the token of a call may do: lines as those of an access token."}
APP_MEMBERS: dict[str, Schema] = {
    "app_id": IDENTIFIER,
    "name": TEXT,
    "description": TEXT,
    "version": TEXT,
    "configuration": OPEN,
    "options": OPEN,
    "grants": GRANTS,
}
APP = described(
    APP_MEMBERS | {"components": list_of(COMPONENT), "created_at": MOMENT}, [*APP_MEMBERS, "components", "created_at"]
)
NEW_APP = described(
    APP_MEMBERS
    | {
        "grants": {"type": "array", "items": {"anyOf": [TEXT, OPEN]}},
        "components": list_of(described(COMPONENT_MEMBERS, ["type", "name"]))
        | {"minItems": 1, "maxItems": MOST_COMPONENTS},
    },
    ["name", "components"],
)
A_COMPONENT = {
    "component_id": COMPONENT_ID,
    "type": "automation_action",
    "name": "Book the order",
    "configuration": {"url": "https://app.example.com/book", "sends_token": True},
}
A_NEW_APP = {
    "app_id": APP_ID,
    "name": "Booking",
    "version": "1.4",
    "grants": ["entity:view"],
    "components": [A_COMPONENT],
}
AN_APP = A_NEW_APP | {
    "description": "",
    "configuration": {},
    "options": {},
    "grants": [{"action": "entity:view", "resource": "*", "effect": "allow"}],
    "components": [A_COMPONENT | {"integration_id": None}],
    "created_at": "2026-01-15T08:00:00.000Z",
}
CALL = described(
    {
        "execution_id": TEXT,
        "action_id": TEXT,
        "entity_id": IDENTIFIER,
        "execution_status": TEXT,
        "action_config": OPEN,
        "trigger_event": OPEN,
    },
    ["execution_id", "action_id", "entity_id"],
)
A_CALL = {
    "execution_id": "run-4711",
    "action_id": "action-3",
    "entity_id": "01a20e4a-aad7-4ea1-a4e4-b2be9472073b",
    "action_config": {"account": "4711"},
}
FORCE = OpenApiParameter("force", OpenApiTypes.BOOL, description="Ends the mappings of its components, too.")


def _told(answer: Any, example: Any, errors: tuple[int, ...], **more: Any) -> Described:  # Any: as in Described
    return Described(answer, example, errors, tag="Apps", **more)


OPERATIONS: dict[str, Described] = {
    "listApps": _told(described({"results": list_of(APP)}, ["results"]), {"results": [AN_APP]}, LISTS),
    "registerApp": _told(APP, AN_APP, (*CREATES, 409), request=NEW_APP, request_example=A_NEW_APP, status=201),
    "getApp": _told(APP, AN_APP, READS),
    "deleteApp": _told(
        described({"message": TEXT}, ["message"]),
        {"message": "The app is deleted."},
        (*READS, 409),
        parameters=(FORCE,),
    ),
    "callAppComponent": _told(RESULT, A_RESULT, (400, *READS, 409), request=CALL, request_example=A_CALL),
}


def described_app(operation_id: str) -> Callable[[Any], Any]:  # Any: a view method, whatever its arguments
    """Decorates the method of a view with what OPERATIONS tells about it."""
    return documented(operation_id, OPERATIONS[operation_id])
