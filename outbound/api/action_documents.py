"""described_action: what the OpenAPI document says about actions of automations that somebody waits for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from integrations.api.documents import Described, documented
from integrations.api.shapes import TEXT, described

MOMENT = TEXT | {"format": "date-time"}
RESULT = described(
    {
        "status": TEXT | {"enum": ["succeeded", "failed"]},
        "status_code": TEXT | {"description": "Of the answer, as a text; absent where nothing came back."},
        "code": TEXT | {"description": "FILTERED where the conditions of the webhook left it out."},
        "message": TEXT,
        "body": {"type": "object", "additionalProperties": True, "description": "Of an answer that is a JSON object."},
        "start_date": MOMENT,
        "end_date": MOMENT,
        "event_id": TEXT | {"description": "Of the delivery, which keeps everything else."},
    },
    ["status", "code", "message", "start_date", "end_date", "event_id"],
)
A_RESULT = {
    "status": "succeeded",
    "status_code": "200",
    "code": "WEBHOOK_DELIVERED",
    "message": "",
    "body": {"accepted": True},
    "start_date": "2026-01-15T08:00:00.000Z",
    "end_date": "2026-01-15T08:00:00.412Z",
    "event_id": "dlv_01KEZT5T00FSW0V8NC3VZ5KJ2M",
}
A_TRIGGER = {
    "execution_id": "run-4711",
    "org_id": "1",
    "webhook_id": "wh_3pX0aV9kQm2Z",
    "flow_id": "flow-12",
    "created_at": "2026-01-15T08:00:00Z",
    "action_id": "action-3",
    "flow_action_id": "flow-12-3",
    "flow_name": "Inform the ERP",
    "activity_id": "01a20e4a-aad7-4ea1-a4e4-b2be9472073d",
    "entity_id": "01a20e4a-aad7-4ea1-a4e4-b2be9472073b",
}
TRIGGER = described(
    {name: MOMENT if name == "created_at" else TEXT | {"minLength": 1, "maxLength": 255} for name in A_TRIGGER},
    list(A_TRIGGER),
)
ACTIONS = (400, 401, 403, 409, 429)


def _told(request: Any, example: Any, errors: tuple[int, ...], tag: str) -> Described:  # Any: as in Described
    return Described(RESULT, A_RESULT, errors, request=request, request_example=example, tag=tag)


OPERATIONS: dict[str, Described] = {
    "triggerErp": _told(TRIGGER, A_TRIGGER, ACTIONS, "Automation actions"),
}


def described_action(operation_id: str) -> Callable[[Any], Any]:  # Any: a view method, whatever its arguments
    """Decorates the method of a view with what OPERATIONS tells about it."""
    return documented(operation_id, OPERATIONS[operation_id])
