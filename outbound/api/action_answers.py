"""What became of an action that an automation waited for, as the API shows it (outbound.md section 12)."""

from __future__ import annotations

from typing import Any

import orjson

from hub.ids import to_text
from outbound.actions.taking import Taken
from outbound.models import DELIVERY_PREFIX

Document = dict[str, object]


def taken_document(taken: Taken) -> Document:
    """What was answered stands in status_code, as a text, and in body where it is a JSON object."""
    delivery, last = taken.delivery, taken.last
    shown: Document = {
        "status": "failed" if taken.has_failed else "succeeded",
        "code": delivery.code or (last.code if last else ""),
        "message": delivery.message,
        "start_date": delivery.created_at,
        "end_date": delivery.finished_at,
        "event_id": to_text(DELIVERY_PREFIX, delivery.id),
    }
    if last is not None and last.status_code is not None:
        shown["status_code"] = str(last.status_code)
        body = _object(last.response_body)
        if body is not None:
            shown["body"] = body
    return shown


def _object(text: str) -> dict[str, Any] | None:  # Any: whatever the receiver says
    try:
        parsed = orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return None
    return parsed if isinstance(parsed, dict) else None
