"""The schemas of the poll queue, as the OpenAPI document shows them."""

from __future__ import annotations

from inbound.api.documents import IDENTIFIER, MOMENT, TEXT, Schema, described
from outbound.queue.acknowledging import AckStatus
from outbound.queue.dead_letters import RedriveStatus
from outbound.queue.poison import Reason

MOST: Schema = {"type": "integer", "minimum": 1, "maximum": 100}
MESSAGE_ID: Schema = TEXT | {"minLength": 1, "maxLength": 64, "example": "msg_01KF0T2M2R8Z3V0Q6H5J7N9P4S"}
LEASE_TOKEN: Schema = TEXT | {"minLength": 1, "maxLength": 64, "example": "lt_01KF0T2M2R8Z3V0Q6H5J7N9P4S"}
EVENT_ID: Schema = TEXT | {"pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$", "example": "01KF0T2M2R8Z3V0Q6H5J7N9P4S"}
PAYLOAD: Schema = {"type": "object", "description": "What the mapping made of the event; without a mapping the event."}
VERSION: Schema = TEXT | {"description": "Names the expression that made the payload; absent where none did."}


def _closed(properties: Schema, required: list[str] | None = None) -> Schema:
    return described(properties, required or []) | {"additionalProperties": False}


POLL: Schema = _closed({"limit": MOST | {"default": 10}})
_MESSAGE = described(
    {
        "id": MESSAGE_ID | {"description": "Stays the same over all leases of the message."},
        "lease_token": LEASE_TOKEN | {"description": "New with every lease; confirms the message."},
        "org_id": TEXT,
        "use_case_id": IDENTIFIER,
        "event_name": TEXT,
        "event_id": EVENT_ID | {"description": "_event_id of the event; with use_case_id tells repeats of it."},
        "group": {"type": "string", "const": "0"},
        "payload": PAYLOAD,
        "mapping_version": VERSION,
        "enqueued_at": MOMENT,
    },
    [
        "id", "lease_token", "org_id", "use_case_id", "event_name", "event_id", "group", "payload", "enqueued_at",
    ],
)  # fmt: skip
POLLED: Schema = described(
    {
        "messages": {
            "type": "array",
            "items": _MESSAGE,
            "description": "Empty when nothing waits, when a batch is in flight, or when the queue is blocked.",
        },
        "visibility_timeout_seconds": {"type": "integer", "description": "How long the lease lasts."},
        "has_more": {"type": "boolean", "description": "Whether more can be polled once this batch is confirmed."},
    },
    ["messages", "visibility_timeout_seconds", "has_more"],
)
ACKS: Schema = _closed(
    {
        "acks": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": _closed({"id": MESSAGE_ID, "lease_token": LEASE_TOKEN}, ["id", "lease_token"]),
        }
    },
    ["acks"],
)
ACKED: Schema = described(
    {
        "results": {
            "type": "array",
            "items": described(
                {
                    "id": TEXT,
                    "status": {"type": "string", "enum": ["accepted", "rejected"]},
                    "reason": {
                        "type": "string",
                        "enum": [status.value for status in AckStatus if status is not AckStatus.ACCEPTED],
                    },
                },
                ["id", "status"],
            ),
        }
    },
    ["results"],
)
_LETTER = described(
    {
        "id": MESSAGE_ID,
        "use_case_id": IDENTIFIER,
        "event_name": TEXT,
        "event_id": EVENT_ID,
        "enqueued_at": MOMENT,
        "dead_lettered_at": MOMENT,
        "delivery_attempts": {"type": "integer", "minimum": 0},
        "reason": {"type": "string", "enum": [reason.value for reason in Reason]},
        "mapping_error": TEXT,
        "mapping_version": VERSION,
        "expires_at": MOMENT,
        "payload": PAYLOAD | {"description": "What was delivered; where the mapping failed, the event itself."},
    },
    [
        "id", "use_case_id", "event_name", "event_id", "enqueued_at", "dead_lettered_at", "delivery_attempts",
        "reason", "expires_at", "payload",
    ],
)  # fmt: skip
LETTERS: Schema = described(
    {"items": {"type": "array", "items": _LETTER}, "next_token": TEXT | {"description": "Absent on the last page."}},
    ["items"],
)
REDRIVE: Schema = _closed(
    {
        "ids": {"type": "array", "minItems": 1, "maxItems": 100, "items": MESSAGE_ID},
        "reapply_mapping": {
            "type": "boolean",
            "default": False,
            "description": "Maps the events anew with the expression of now. What could not be mapped always is.",
        },
    },
    ["ids"],
)
REDRIVEN: Schema = described(
    {
        "results": {
            "type": "array",
            "items": described(
                {
                    "id": TEXT,
                    "status": {"type": "string", "enum": [status.value for status in RedriveStatus]},
                    "message_id": MESSAGE_ID | {"description": "The new id of what was redriven."},
                    "mapping_error": TEXT,
                },
                ["id", "status"],
            ),
        }
    },
    ["results"],
)
UNBLOCK: Schema = _closed({"reason": TEXT | {"maxLength": 500, "description": "Kept with the dead letter's trace."}})
UNBLOCKED: Schema = described({"unblocked": {"type": "boolean"}, "dead_lettered_id": MESSAGE_ID}, ["unblocked"])
