"""One request and one answer per shape of automations, as the OpenAPI document shows them."""

from __future__ import annotations

from integrations.api.examples import MOMENT, PROBLEMS, Example

AUTOMATION_ID = "0199f3a1-7c2e-7d10-9f4e-3b5a6c7d8e9f"
STEP_IDS = ("5b0a5a0e-3a0f-4c58-9d5b-3f1f5b1f7a01", "5b0a5a0e-3a0f-4c58-9d5b-3f1f5b1f7a02")
RUN_ID = "run_01KEZ0X2AAAAAAAAAAAAAAAAAA"
ENTITY_ID = "1d6f2f0e-8f0b-4b52-9a3f-2f7a1c9d5e44"
_STEPS: list[Example] = [
    {
        "type": "map_data",
        "name": "Open a ticket",
        "expression": '{"ticket_number": "MOVE-" & contract.contract_number, "subject": "Moving out"}',
        "entity": {"schema": "ticket", "unique_identifiers": ["ticket_number"]},
    },
    {"type": "trigger_webhook", "webhook_id": "wh_q8Jm2XzT0aVbN4Lk"},
]
NEW_AUTOMATION: Example = {
    "name": "Ticket for every move",
    "trigger": {"type": "core_event", "event_name": "ContractUpdated"},
    "condition": "contract.status = 'moving'",
    "steps": _STEPS,
    "change_description": "Clerks asked for it",
}
AUTOMATION: Example = {
    "id": AUTOMATION_ID,
    **NEW_AUTOMATION,
    "enabled": True,
    "steps": [{"id": one, **step} for one, step in zip(STEP_IDS, _STEPS, strict=True)],
    "version": 1,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
AUTOMATIONS: Example = {"automations": [AUTOMATION]}
FAILURE: Example = {"code": "WEBHOOK_DISABLED", "message": "The webhook Moves is disabled."}
RUN: Example = {
    "id": RUN_ID,
    "automation_id": AUTOMATION_ID,
    "automation_version": 1,
    "status": "failed",
    "event_name": "ContractUpdated",
    "event_id": "01KEZ0X1AAAAAAAAAAAAAAAAAA",
    "entity_id": ENTITY_ID,
    "correlation_id": "01KEZ0X1AAAAAAAAAAAAAAAAAA",
    "steps_done": 1,
    "attempts": 1,
    "next_attempt_at": None,
    "created_at": MOMENT,
    "finished_at": MOMENT,
    "error": FAILURE,
}
RETRIED: Example = {name: value for name, value in RUN.items() if name != "error"} | {
    "status": "waiting",
    "attempts": 0,
    "next_attempt_at": MOMENT,
    "finished_at": None,
}
_TICKET: Example = {"ticket_number": "MOVE-V-1", "subject": "Moving out"}
RUN_DETAIL: Example = RUN | {
    "steps": [
        {
            "number": 1,
            "step_id": STEP_IDS[0],
            "type": "map_data",
            "automation_version": 1,
            "status": "done",
            "at": MOMENT,
            "duration_ms": 12,
            "result": {"schema": "ticket", "entity_id": ENTITY_ID, "outcome": "created", "version": 1},
            "output": {**_TICKET, "_id": ENTITY_ID, "_schema": "ticket"},
        },
        {
            "number": 2,
            "step_id": STEP_IDS[1],
            "type": "trigger_webhook",
            "automation_version": 1,
            "status": "failed",
            "at": MOMENT,
            "duration_ms": 3,
            "result": {},
            "error": FAILURE,
        },
    ]
}
RUN_PAGE: Example = {"runs": [RUN], "next_cursor": None, "has_more": False}
RETRY: Example = {"from_start": False}
REHEARSE: Example = {"event_id": "01KEZ0X1AAAAAAAAAAAAAAAAAA"}
REHEARSAL: Example = {
    "origin": "event",
    "document": {"_event_name": "ContractUpdated", "contract": {"contract_number": "V-1", "status": "moving"}},
    "condition": {"holds": True},
    "steps": [
        {
            "step_id": STEP_IDS[0],
            "type": "map_data",
            "status": "ok",
            "outcome": "created",
            "would_do": {"schema": "ticket", "identifiers": {"ticket_number": "MOVE-V-1"}, "attributes": _TICKET},
            "output": _TICKET,
        },
        {"step_id": STEP_IDS[1], "type": "trigger_webhook", "status": "failed", "error": FAILURE},
    ],
}
AUTOMATION_PROBLEMS: dict[int, Example] = PROBLEMS | {
    400: {
        "code": "VALIDATION_ERROR",
        "message": "condition: does not compile: unexpected end of expression (line 1, column 12)",
        "details": [
            {"path": "condition", "message": "does not compile: unexpected end of expression (line 1, column 12)"}
        ],
    },
    403: {"code": "FORBIDDEN", "message": "This needs the permission AUTOMATION_MANAGE.", "details": []},
    404: {"code": "AUTOMATION_NOT_FOUND", "message": "There is no such automation.", "details": []},
    409: {"code": "LIMIT_REACHED", "message": "An organization may have at most 200 automations.", "details": []},
}
"""Status → the body of an answer with it."""
RETRY_PROBLEMS: dict[int, Example] = AUTOMATION_PROBLEMS | {
    409: {
        "code": "AUTOMATION_RUN_NOT_ENDED",
        "message": "The run is still on its way; it can be retried once it has ended.",
        "details": [],
    }
}
