"""Answers of poll and acknowledgement, the same for both doors."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from hub.events.publishing import EVENT_PREFIX
from hub.ids import to_text
from outbound.queue.acknowledging import TOKEN_PREFIX, Ack, AckStatus
from outbound.queue.polling import Lease
from outbound.queue.spans import MESSAGE_PREFIX

GROUP = "0"
"""The only one there is: a stream is one order."""


def polled(lease: Lease, organization_id: int) -> dict[str, object]:
    """The leased messages, each with the lease's token."""
    token, org_id = to_text(TOKEN_PREFIX, lease.token), str(organization_id)
    messages = [
        {
            "id": to_text(MESSAGE_PREFIX, message.id),
            "lease_token": token,
            "org_id": org_id,
            "use_case_id": message.use_case_id,
            "event_name": message.event_name,
            "event_id": to_text(EVENT_PREFIX, message.event_id),
            "group": GROUP,
            "payload": orjson.Fragment(message.payload or b"null"),
            **version_member(message.mapping_version),
            "enqueued_at": message.enqueued_at,
        }
        for message in lease.messages
    ]
    return {
        "messages": messages,
        "visibility_timeout_seconds": int(lease.visibility_timeout.total_seconds()),
        "has_more": lease.has_more,
    }


def version_member(mapping_version: str) -> dict[str, str]:
    """mapping_version, where there is one."""
    return {"mapping_version": mapping_version} if mapping_version else {}


def acknowledged(acks: Sequence[Ack], statuses: Sequence[AckStatus]) -> dict[str, object]:
    """A result per acknowledgement."""
    return {"results": [_result(ack.id, status) for ack, status in zip(acks, statuses, strict=True)]}


def _result(text: str, status: AckStatus) -> dict[str, str]:
    if status is AckStatus.ACCEPTED:
        return {"id": text, "status": status}
    return {"id": text, "status": "rejected", "reason": status}
