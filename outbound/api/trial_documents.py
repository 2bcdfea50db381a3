"""described_trial: what the OpenAPI document says about the trials of a webhook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter

from integrations.api.documents import READS, Described, documented
from integrations.api.shapes import BOOLEAN, IDENTIFIER, MOMENT, TEXT, Schema, described, list_of
from outbound.api.delivery_documents import A_DELIVERY, AN_ID, DELIVERY, DELIVERY_ID, STATUS
from outbound.api.recipe_documents import nullable
from outbound.api.webhook_examples import WEBHOOK_PROBLEMS
from outbound.trials.steps import StepName, StepStatus

STEP = described(
    {
        "name": TEXT | {"enum": [str(name) for name in StepName]},
        "status": TEXT | {"enum": [str(status) for status in StepStatus]},
        "duration_ms": {"type": "number", "minimum": 0},
        "message": TEXT,
        "code": TEXT | {"description": "Of the failure."},
    },
    ["name", "status", "duration_ms", "message"],
)
CONNECTION = described(
    {
        "success": BOOLEAN | {"description": "Whether no step failed."},
        "status_code": nullable({"type": "integer"}),
        "steps": list_of(STEP),
    },
    ["success", "status_code", "steps"],
)
A_CONNECTION = {
    "success": True,
    "status_code": 204,
    "steps": [
        {"name": "address", "status": "ok", "duration_ms": 0.1, "message": "The hub may call the address."},
        {"name": "dns", "status": "ok", "duration_ms": 12.4, "message": "The name leads to an address."},
        {"name": "connect", "status": "ok", "duration_ms": 20.8, "message": "Connected to 93.184.215.14."},
        {"name": "tls", "status": "ok", "duration_ms": 41.3, "message": "The connection is encrypted."},
        {"name": "authentication", "status": "ok", "duration_ms": 88.0, "message": "The token server gave a token."},
        {"name": "http", "status": "ok", "duration_ms": 31.7, "message": "The receiver answered 204."},
    ],
}


TOKEN = described(
    {
        "success": BOOLEAN,
        "message": TEXT,
        "expires_in": {"type": "integer", "description": "Seconds, as the token server says."},
        "token_type": TEXT,
    },
    ["success", "message"],
)
FIRED = described(
    {
        "event_id": DELIVERY_ID | {"description": "Of the delivery."},
        "status": STATUS | {"description": "in_progress only without sync=true."},
        "status_code": TEXT | {"description": "Of the receiver's answer; a text."},
        "message": TEXT,
        "body": TEXT,
        "code": TEXT,
        "start_date": MOMENT,
        "end_date": MOMENT,
    },
    ["event_id", "status", "start_date"],
)
A_RESULT = {
    "event_id": AN_ID,
    "status": "succeeded",
    "status_code": "200",
    "message": "",
    "body": "",
    "code": "WEBHOOK_DELIVERED",
    "start_date": "2026-01-15T08:00:00.000Z",
    "end_date": "2026-01-15T08:00:00.412Z",
}
ANYTHING: Schema = {"type": "object", "additionalProperties": True}
TRIGGER: Schema = described(
    {"metadata": ANYTHING | {"description": "Completed by the hub; organization_id, if sent, is your own."}},
    additionalProperties=True,
)
A_TRIGGER = {"metadata": {"organization_id": "1", "action": "reorder"}, "entity": {"_id": "M-1", "_schema": "article"}}
TEST_ORDER = described(
    {
        "event_id": TEXT | {"description": "The _event_id of an event of the past; left out: a sample is sent."},
        "use_case_id": IDENTIFIER,
        "mapping_id": IDENTIFIER | {"description": "Sends as this mapping of the use case does."},
    }
)
EXAMPLE = described(
    {
        "metadata": ANYTHING,
        "entity": ANYTHING,
        "relations": list_of(ANYTHING),
        "event": ANYTHING | {"description": "What a webhook for a core event gets in their place."},
    },
    ["metadata", "entity", "relations"],
)
AN_EXAMPLE = {
    "metadata": {"organization_id": "1", "webhook_id": "wh_q8Jm2XzT0aVbN4Lk", "webhook_name": "ERP"},
    "entity": {"_schema": "contact", "customer_number": "C-1"},
    "relations": [],
}
SYNC = OpenApiParameter("sync", str, enum=["true", "false"], description="true: wait for the answer, at most 30 s.")


def _told(answer: Any, example: Any, errors: tuple[int, ...], **more: Any) -> Described:  # Any: as in Described
    return Described(answer, example, errors, tag="Webhooks", problems=WEBHOOK_PROBLEMS, **more)


OPERATIONS: dict[str, Described] = {
    "testWebhookConnection": _told(CONNECTION, A_CONNECTION, READS),
    "testWebhookOAuth": _told(
        TOKEN,
        {"success": True, "message": "The token server gave a token.", "expires_in": 3600, "token_type": "Bearer"},
        (400, *READS),
    ),
    "sendWebhookTest": _told(
        DELIVERY,
        A_DELIVERY | {"status": "in_progress", "is_test": True},
        (400, *READS, 409),
        request=TEST_ORDER,
        request_example={},
        status=202,
    ),
    "triggerWebhook": _told(
        FIRED, A_RESULT, (400, *READS, 409), request=TRIGGER, request_example=A_TRIGGER, parameters=(SYNC,)
    ),
    "getWebhookExample": _told(EXAMPLE, AN_EXAMPLE, (400, *READS), request=ANYTHING, request_example={}),
}


def described_trial(operation_id: str) -> Callable[[Any], Any]:  # Any: a view method, whatever its arguments
    """Decorates the method of a view with what OPERATIONS tells about it."""
    return documented(operation_id, OPERATIONS[operation_id])
