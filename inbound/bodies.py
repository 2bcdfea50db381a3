"""read_bodies and kept_among: payload bytes wherever they lie, as received or packed."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from hub.retention.models import PackedPayload
from hub.retention.packing import unpack
from inbound.models import InboundBody


def read_bodies(event_ids: Collection[UUID]) -> dict[UUID, bytes]:
    """Payload bytes by event id, as they were received; one that retention has removed is missing.

    In this order: what is packed between the two queries is found by the second.
    """
    plain = InboundBody.objects.filter(pk__in=event_ids).values_list("event_id", "body")
    found = {event_id: bytes(body) for event_id, body in plain}
    missing = [event_id for event_id in event_ids if event_id not in found]
    packed = PackedPayload.objects.filter(pk__in=missing).values_list("row_id", "body") if missing else ()
    return found | {event_id: unpack(body) for event_id, body in packed}


def kept_among(event_ids: Collection[UUID]) -> list[UUID]:
    """Those whose payload is still there, in ascending order."""
    plain = InboundBody.objects.filter(pk__in=event_ids).values_list("pk", flat=True)
    packed = PackedPayload.objects.filter(pk__in=event_ids).values_list("pk", flat=True)
    return sorted({*plain, *packed})
