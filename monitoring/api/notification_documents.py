"""Parameters and answers of the notification operations, as JSON Schemas."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import OpenApiParameter

from monitoring.alerts.deciding import Change
from monitoring.alerts.kinds import Kind
from monitoring.api.shapes import COUNT, IDENTIFIER, MOMENT, MOMENT_OR_NULL, TEXT, TEXT_OR_NULL, Schema, strict, words

IDENTIFIER_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "uuid"}
NUMBER_OR_NULL: Final[Schema] = {"type": ["number", "null"]}
SEVERITY: Final = words("error", "warning")
HISTORY_PARAMETERS: Final = [
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}),
    OpenApiParameter("cursor", TEXT, description="next_cursor of the page before, unchanged."),
]
NOTICE: Final = strict(
    {
        "id": TEXT,
        "created_at": MOMENT,
        "rule_id": IDENTIFIER,
        "rule_name": TEXT,
        "integration_id": IDENTIFIER_OR_NULL,
        "use_case_id": IDENTIFIER_OR_NULL,
        "change": words(*Change),
        "severity": SEVERITY,
        "subject": TEXT,
        "text": TEXT,
        "value": NUMBER_OR_NULL,
        "channel_id": IDENTIFIER_OR_NULL,
        "channel_name": TEXT,
        "status": words("pending", "sent", "suppressed", "failed"),
        "reason": TEXT,
        "attempts": COUNT,
        "sent_at": MOMENT_OR_NULL,
    }
)
HISTORY: Final = strict({"notifications": {"type": "array", "items": NOTICE}, "next_cursor": TEXT_OR_NULL})
STATE: Final = strict(
    {
        "subject": TEXT,
        "label": TEXT,
        "status": words("ok", "pending", "firing"),
        "since": MOMENT,
        "value": NUMBER_OR_NULL,
        "told_at": MOMENT_OR_NULL,
    }
)
RULE: Final = strict(
    {
        "rule_id": IDENTIFIER,
        "name": TEXT,
        "kind": words(*Kind),
        "parameters": {"type": "object", "additionalProperties": True},
        "severity": SEVERITY,
        "integration_id": IDENTIFIER_OR_NULL,
        "use_case_id": IDENTIFIER_OR_NULL,
        "status": words("ok", "pending", "firing", "unknown", "disabled"),
        "judged_at": MOMENT_OR_NULL
        | {
            "description": "When what the rule reads was last there. Five minutes later a rule that does not fire is"
            " `unknown`, and its states are those of then."
        },
        "muted_until": MOMENT_OR_NULL,
        "states": {"type": "array", "items": STATE},
    }
)
STATUS: Final = strict({"rules": {"type": "array", "items": RULE}})
TEST: Final = strict({"status": words("accepted"), "recipient": TEXT, "message": TEXT})
