"""The tables of this app, by what they are about."""

from inbound.models.events import (
    DeduplicationKey,
    EventStatus,
    InboundBody,
    InboundEvent,
    InboundOutcome,
    SequenceCounter,
)
from inbound.models.lanes import Lane, LaneLeft, LaneMember
from inbound.models.prunes import HeldPrune, HeldPruneMember
from inbound.models.queue import ParkedKey, QueuedEvent

__all__ = [
    "DeduplicationKey",
    "EventStatus",
    "HeldPrune",
    "HeldPruneMember",
    "InboundBody",
    "InboundEvent",
    "InboundOutcome",
    "Lane",
    "LaneLeft",
    "LaneMember",
    "ParkedKey",
    "QueuedEvent",
    "SequenceCounter",
]
