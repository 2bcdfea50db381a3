"""Deliveries as the API shows them (outbound.md section 10, api.md 15.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from hub.ids import to_text
from hub.json_encoding import encode
from hub.json_types import JSONObject
from outbound.api.acknowledgement_bodies import acknowledgement_document
from outbound.attachments.carrying import Carried, shown_body
from outbound.deliveries import DeliveryDetail
from outbound.models import DELIVERY_PREFIX, Acknowledgement, Delivery, DeliveryAttempt, DeliveryBody, DeliveryState
from outbound.models.deliveries import UNFINISHED
from outbound.uploads.redirects import note_of

Document = dict[str, object]
MESSAGE_PREFIX = "msg_"
_SHOWN = {
    DeliveryState.SUCCEEDED: "succeeded",
    DeliveryState.FAILED: "failed",
    DeliveryState.SKIPPED: "skipped",
}


def status_of(delivery: Delivery, *, unfinished: str = "in_progress") -> str:
    """What clients call where it stands; the older contract says pending for what is on its way."""
    return unfinished if delivery.state in UNFINISHED else _SHOWN[DeliveryState(delivery.state)]


def delivery_document(
    delivery: Delivery,
    last: DeliveryAttempt | None,
    *,
    is_held: bool,
    acknowledgement: Acknowledgement | None = None,
) -> Document:
    """A line of a list. acknowledgement: that of its event, where somebody has to give one."""
    shown: Document = {
        "event_id": to_text(DELIVERY_PREFIX, delivery.id),
        "org_id": str(delivery.organization_id),
        "webhook_config_id": delivery.webhook_id,
        "event_name": delivery.event_name,
        "status": status_of(delivery),
        "created_at": delivery.created_at,
        "url": last.url if last else None,
        "http_response": response_document(delivery, last),
        "metadata": _metadata(delivery),
        "retry_attempt": max(delivery.attempts - 1, 0),
        "message_id": to_text(MESSAGE_PREFIX, delivery.message_id),
        "catalog_event_id": to_text("", delivery.core_event_id) if delivery.core_event_id else None,
        "use_case_id": delivery.use_case_id,
        "mapping_id": delivery.mapping_id,
        "ack_id": delivery.ack_id,
        "acknowledgement": acknowledgement_document(acknowledgement),
        "next_attempt_at": delivery.next_attempt_at,
        "is_held": is_held and delivery.state == DeliveryState.WAITING,
        "is_test": delivery.is_test,
        "can_reapply_transform": delivery.core_event_id is not None,
    }
    if delivery.replayed_from is not None:
        shown["replayed_from"] = to_text(DELIVERY_PREFIX, delivery.replayed_from)
    if delivery.part:
        shown["part"] = delivery.part
    return shown


def detail_document(detail: DeliveryDetail, *, is_held: bool, acknowledgement: Acknowledgement | None) -> Document:
    """One delivery with its body and its attempts."""
    last = detail.attempts[-1] if detail.attempts else None
    shown = delivery_document(detail.delivery, last, is_held=is_held, acknowledgement=acknowledgement)
    if detail.body is not None:
        shown["payload"] = shown_body(bytes(detail.body.body), detail.body.request).decode("utf-8", "replace")
        shown |= _files(detail.body)
        shown |= {"http_method": method} if (method := detail.body.request.get("method")) else {}
    if detail.purged is not None:
        shown["payload_purged_at"] = detail.purged.at
    if detail.original is not None:
        shown["original_payload"] = encode(detail.original.payload).decode()
        shown["can_reapply_transform"] = True
        if "metadata" in detail.original.payload:
            shown["metadata"] = detail.original.payload["metadata"]
    shown["can_reapply_transform_reason"] = "available" if shown["can_reapply_transform"] else "no_original_source"
    shown["attempts"] = [attempt_document(one) for one in detail.attempts]
    return shown


def _files(body: DeliveryBody) -> Document:
    """What is known of the files that go along; nothing where none do."""
    carried = Carried.find(body.request)
    return {"files": [one.as_json() for one in carried.files]} if carried is not None else {}


def attempt_document(attempt: DeliveryAttempt) -> Document:
    """One request and its answer."""
    return {
        "number": attempt.number,
        "at": attempt.at,
        "duration_ms": attempt.duration_ms,
        "status_code": attempt.status_code,
        "code": attempt.code,
        "error": attempt.error or None,
        "url": attempt.url,
        "request_headers": _headers(attempt.request_headers),
        "response_headers": _headers(attempt.response_headers),
        "response_body": attempt.response_body,
        "response_is_cut": attempt.is_cut,
        "timings": attempt.timings,
        **({"steps": attempt.steps} if attempt.steps else {}),
        **({"note": note} if (note := note_of(attempt)) else {}),
    }


def monitored_document(
    delivery: Delivery,
    last: DeliveryAttempt | None,
    *,
    body: bytes | None,
    acknowledgement: Acknowledgement | None,
) -> Document:
    """A row of the first monitoring contract, which calls what is on its way pending."""
    return {
        "org_id": str(delivery.organization_id),
        "event_id": to_text(DELIVERY_PREFIX, delivery.id),
        "event_name": delivery.event_name,
        "status": status_of(delivery, unfinished="pending"),
        "created_at": delivery.created_at,
        "updated_at": delivery.finished_at or (last.at if last else delivery.created_at),
        "url": last.url if last else None,
        "http_response": response_document(delivery, last),
        "webhook_config_id": delivery.webhook_id,
        "metadata": _metadata(delivery),
        "execution_context": {"use_case_id": str(delivery.use_case_id), "attempts": delivery.attempts},
        "payload": _object(body),
        "acknowledgement": acknowledgement_document(acknowledgement),
    }


def response_document(delivery: Delivery, last: DeliveryAttempt | None) -> Document | None:
    """The last answer, or why there is none; None before the first attempt of a delivery that is on its way."""
    if last is None and not delivery.code:
        return None
    shown: Document = {"code": delivery.code or (last.code if last else ""), "message": delivery.message}
    if last is not None:
        shown |= {"body": last.response_body}
        if last.status_code is not None:
            shown["status_code"] = last.status_code
    return shown


def _metadata(delivery: Delivery) -> Document:
    return {
        "organization_id": str(delivery.organization_id),
        "webhook_id": delivery.webhook_id,
        "correlation_id": delivery.correlation_id,
        "creation_timestamp": delivery.created_at,
    }


def _headers(pairs: Sequence[Sequence[str]]) -> list[Mapping[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _object(body: bytes | None) -> Any:  # Any: JSON
    if body is None:
        return None
    parsed: JSONObject = orjson.loads(body)
    return parsed
