"""described_trial: what the OpenAPI document says about the trials of a webhook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from integrations.api.documents import READS, Described, documented
from integrations.api.shapes import BOOLEAN, TEXT, described, list_of
from outbound.api.delivery_documents import nullable
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


def _told(answer: Any, example: Any, errors: tuple[int, ...], **more: Any) -> Described:  # Any: as in Described
    return Described(answer, example, errors, tag="Webhooks", problems=WEBHOOK_PROBLEMS, **more)


OPERATIONS: dict[str, Described] = {
    "testWebhookConnection": _told(CONNECTION, A_CONNECTION, READS),
}


def described_trial(operation_id: str) -> Callable[[Any], Any]:  # Any: a view method, whatever its arguments
    """Decorates the method of a view with what OPERATIONS tells about it."""
    return documented(operation_id, OPERATIONS[operation_id])
