"""pack: payloads of events that have ended are packed (hub/retention/packing.py)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from hub.retention import packing
from inbound.models import InboundBody, InboundOutcome


def pack() -> int:
    """One of SCHEDULES: how many payloads were packed. Those of events that have not ended stay as they are."""
    return packing.pack(BODIES)


def _ended(event_ids: Sequence[UUID]) -> list[UUID]:
    return list(InboundOutcome.objects.filter(pk__in=event_ids).values_list("pk", flat=True))


def _bytes_of(row: InboundBody) -> bytes:
    return bytes(row.body)


BODIES: Final = packing.Packing("pack_inbound_bodies", InboundBody, _ended, _bytes_of)
