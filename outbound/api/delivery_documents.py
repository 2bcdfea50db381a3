"""described_delivery: what the OpenAPI document says about deliveries and their acknowledgement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from integrations.api.documents import READS, Described, documented
from integrations.api.shapes import BOOLEAN, IDENTIFIER, MOMENT, TEXT, Schema, described, list_of
from outbound.api.acknowledgement_bodies import STATES
from outbound.api.carried_documents import FILE
from outbound.api.recipe_documents import PART, UPLOAD_STEP, nullable
from outbound.api.status_documents import A_STATUS, USE_CASE_STATUS
from outbound.resending import MOST_AT_ONCE

DELIVERY_ID: Schema = TEXT | {"pattern": "^dlv_[0-9A-HJKMNP-TV-Z]{26}$"}
STATUS: Schema = TEXT | {"enum": ["in_progress", "succeeded", "failed", "skipped"]}
CURSOR = described({"created_at": MOMENT, "event_id": DELIVERY_ID}, ["created_at", "event_id"])
RESPONSE = described(
    {"status_code": {"type": "integer"}, "message": TEXT, "body": TEXT, "code": TEXT},
    description="The last answer of the receiver. Without a status the hub could not get one; code says why.",
)
ACKNOWLEDGEMENT = described(
    {
        "state": TEXT | {"enum": [*STATES.values()]},
        "due_at": nullable(MOMENT) | {"description": "When it expires; null before the first delivery and at its end."},
        "acknowledged_at": nullable(MOMENT),
        "message": TEXT | {"description": "What the ERP said, where it could not process the event."},
        "seconds": nullable({"type": "number", "minimum": 0})
        | {"description": "From the first delivery that succeeded to the acknowledgement."},
    },
    ["state", "due_at", "acknowledged_at", "message", "seconds"],
    description="An addition of the hub: what the ERP says of the event, the same for all its deliveries.",
)
DELIVERY_MEMBERS: Schema = {
    "event_id": DELIVERY_ID,
    "org_id": TEXT,
    "webhook_config_id": TEXT,
    "event_name": TEXT,
    "status": STATUS,
    "created_at": MOMENT,
    "url": nullable(TEXT),
    "http_response": nullable(RESPONSE),
    "metadata": {"type": "object", "additionalProperties": True},
    "retry_attempt": {"type": "integer", "minimum": 0},
    "message_id": TEXT | {"description": "The webhook-id by which the receiver tells repeats."},
    "catalog_event_id": nullable(TEXT),
    "use_case_id": nullable(IDENTIFIER),
    "mapping_id": nullable(IDENTIFIER),
    "ack_id": nullable(IDENTIFIER),
    "acknowledgement": nullable(ACKNOWLEDGEMENT),
    "next_attempt_at": nullable(MOMENT),
    "is_held": BOOLEAN | {"description": "It waits: the webhook is paused or at its limit, or its receiver is down."},
    "is_test": BOOLEAN,
    "can_reapply_transform": BOOLEAN,
    "replayed_from": DELIVERY_ID,
    "part": PART,
}
DELIVERY = described(DELIVERY_MEMBERS, ["event_id", "org_id", "event_name", "status", "created_at"])
HEADERS = list_of(described({"name": TEXT, "value": TEXT}))
ATTEMPT = described(
    {
        "number": {"type": "integer"},
        "at": MOMENT,
        "duration_ms": {"type": "integer"},
        "status_code": nullable({"type": "integer"}),
        "code": TEXT,
        "error": nullable(TEXT),
        "url": TEXT,
        "request_headers": HEADERS,
        "response_headers": HEADERS,
        "response_body": TEXT,
        "response_is_cut": BOOLEAN,
        "timings": {"type": "object", "additionalProperties": True},
        "steps": list_of(UPLOAD_STEP),
        "note": TEXT | {"description": "Of an upload that a redirect ended, which counts as success."},
    }
)
DETAIL = described(
    DELIVERY_MEMBERS
    | {
        "payload": TEXT
        | {
            "description": "The body; where files go along in it, a few words in the place of each. Of a form, the"
            " object of the fields beside its files."
        },
        "payload_purged_at": MOMENT | {"description": "When payload was deleted, and the bodies of answers with it."},
        "files": list_of(FILE) | {"description": "The files that go along, whose bytes are kept nowhere here."},
        "http_method": TEXT,
        "original_payload": TEXT | {"description": "What it was made of, where no core event stands behind it."},
        "can_reapply_transform_reason": TEXT | {"enum": ["available", "no_original_source"]},
        "attempts": list_of(ATTEMPT),
    },
    ["event_id", "org_id", "event_name", "status", "created_at", "attempts"],
)
PAGE = described(
    {"data": list_of(DELIVERY), "next_cursor": nullable(CURSOR), "has_more": BOOLEAN},
    ["data", "next_cursor", "has_more"],
)
SEARCH = described(
    {
        "limit": {"type": "integer", "minimum": 1, "maximum": 25, "default": 25},
        "cursor": CURSOR,
        "timestamp": described({"from": MOMENT, "to": MOMENT}),
        "event_id": DELIVERY_ID,
        "status": STATUS,
    }
)
AGAIN_MEMBERS: Schema = {
    "reapply_transform": BOOLEAN
    | {
        "description": "Make the body again, by the mapping as it is. Left out: only where none of the deliveries has"
        " a body that could go out as it was."
    },
    "reason": TEXT | {"maxLength": 255},
}
AN_ID = "dlv_01KF0QZ3WQH5V0G2T8M9N6B4XC"
A_DELIVERY = {
    "event_id": AN_ID,
    "org_id": "1",
    "webhook_config_id": "wh_3pX0aV9kQm2Z",
    "event_name": "CustomerDetailsUpdated",
    "status": "succeeded",
    "created_at": "2026-01-15T08:00:00.000Z",
    "url": "https://erp.example.com/events",
    "http_response": {"status_code": 200, "code": "WEBHOOK_DELIVERED", "message": "", "body": ""},
    "retry_attempt": 0,
    "acknowledgement": {
        "state": "acknowledged",
        "due_at": None,
        "acknowledged_at": "2026-01-15T08:00:04.250Z",
        "message": "",
        "seconds": 3.5,
    },
}
ACK = described(
    {
        "ack_id": TEXT,
        "status": TEXT | {"enum": ["processed", "failed"], "description": "An addition of the hub."},
        "message": TEXT | {"description": "Why it failed."},
    },
    ["ack_id"],
)


def _told(answer: Any, example: Any, errors: tuple[int, ...], **more: Any) -> Described:  # Any: as in Described
    return Described(answer, example, errors, tag="Deliveries", **more)


OPERATIONS: dict[str, Described] = {
    "acknowledgeTracking": _told(
        described({"message": TEXT}, ["message"]),
        {"message": "The event is acknowledged."},
        (400, *READS),
        request=ACK,
        request_example={"ack_id": "0b9c1f5e-3d55-4a8e-9b55-7f6f2c9d4a10"},
    ),
    "getOutboundStatus": _told(
        described({"useCases": list_of(USE_CASE_STATUS)}, ["useCases"]), {"useCases": [A_STATUS]}, READS
    ),
    "listWebhookDeliveries": _told(
        PAGE,
        {"data": [A_DELIVERY], "next_cursor": None, "has_more": False},
        (400, *READS),
        request=SEARCH,
        request_example={"limit": 25, "status": "failed"},
    ),
    "getWebhookDelivery": _told(DETAIL, A_DELIVERY | {"attempts": []}, READS),
    "replayWebhookDelivery": _told(
        None,
        None,
        (400, *READS),
        request=described(AGAIN_MEMBERS),
        request_example={"reapply_transform": False, "reason": "The ERP was restored from a backup."},
        status=204,
    ),
    "replayWebhookDeliveries": _told(
        described({"replayed_event_ids": list_of(DELIVERY_ID)}, ["replayed_event_ids"]),
        {"replayed_event_ids": [AN_ID]},
        (400, *READS),
        request=described(
            {"eventIds": list_of(DELIVERY_ID) | {"minItems": 1, "maxItems": MOST_AT_ONCE}} | AGAIN_MEMBERS, ["eventIds"]
        ),
        request_example={"eventIds": [AN_ID]},
        status=202,
    ),
}


def described_delivery(operation_id: str) -> Callable[[Any], Any]:  # Any: a view method, whatever its arguments
    """Decorates the method of a view with what OPERATIONS tells about it."""
    return documented(operation_id, OPERATIONS[operation_id])
