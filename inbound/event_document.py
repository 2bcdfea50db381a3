"""One stored event as the API shows it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from hub.ids import to_text
from hub.retention.purged import Purged
from inbound.events import EVENT_PREFIX
from inbound.query import EventRow

UNTYPED = "UPDATE"
"""What an event is shown as that came without a type."""


def event_document(
    row: EventRow, body: bytes | None, slugs: Mapping[UUID, str], purged: Purged | None = None
) -> dict[str, object]:
    """Its fields, less the empty ones; the payload is text, whatever was sent, and empty where it is not kept any more.

    slugs: use case → its slug. purged: when the payload went, where that is known.
    """
    event = row.event
    slug = event.use_case_slug or (slugs.get(event.use_case_id, "") if event.use_case_id else "")
    document: dict[str, object] = {
        "event_id": to_text(EVENT_PREFIX, event.pk),
        "event_time": event.received_at,
        "event_type": event.event_type or UNTYPED,
        "object_type": event.event_name or slug,
        "event_name": event.event_name or slug,
        "use_case_id": event.use_case_id,
        "use_case_slug": slug,
        "timestamp": event.sent_at or event.received_at,
        "format": event.format,
        "payload": (body or b"").decode("utf-8", "replace"),
        "payload_purged_at": purged.at if purged else None,
        "correlation_id": event.correlation_id,
        "deduplication_id": event.deduplication_id,
        "status": row.status,
    }
    return {key: value for key, value in document.items() if value not in (None, "") or key == "payload"}
