"""ROOM: payloads by how their events ended, the events themselves, prunes, lanes, and what is on its way."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from hub.retention.kinds import Batch, FixedAge, Kept, RetentionKind, Room, Walked
from hub.retention.models import PackedPayload, PurgedPayload
from hub.retention.purged import note_purged
from hub.retention.walking import delete, expire_oldest, free, oldest, walked
from hub.retention.wholes import Wholes, walk_wholes
from inbound.bodies import kept_among
from inbound.forgetting import expire_deduplication_keys, expire_members
from inbound.models import (
    DeduplicationKey,
    EventStatus,
    HeldPrune,
    HeldPruneMember,
    InboundBody,
    InboundEvent,
    InboundOutcome,
    Lane,
    LaneLeft,
    LaneMember,
    ParkedKey,
    QueuedEvent,
    SequenceCounter,
)

EVENTS: Final = "inbound_events"
PAYLOADS: Final = "inbound_payloads"
FAILED_PAYLOADS: Final = "inbound_payloads_failed"
FAILED: Final = (EventStatus.ERROR, EventStatus.WARNING)
"""Events that somebody may still want to replay."""
DONE: Final = (EventStatus.SUCCESS, EventStatus.SKIPPED, EventStatus.IGNORED)
_EMPTY_LANES: Final = Lane.objects.filter(~Exists(QueuedEvent.objects.filter(lane_id=OuterRef("pk"))))


def _walk_payloads(key: str, statuses: tuple[EventStatus, ...], batch: Batch) -> Walked:
    """Bodies alone, packed or not. One whose event has not ended yet is found by a later pass."""
    seen = oldest(InboundOutcome.objects.all(), batch, "organization_id", "status", "finished_at")
    due = [pk for pk, organization_id, status, at in seen if status in statuses and batch.is_due(organization_id, at)]
    keys = kept_among(free(InboundOutcome.objects.filter(pk__in=due))) if due else []
    note_purged(keys, key, batch)
    return walked(batch, seen, delete(InboundBody, keys) + delete(PackedPayload, keys))


def _walk_events(batch: Batch) -> Walked:
    """Events that have ended, with all they left. The outcome tells that they have."""
    seen = oldest(InboundOutcome.objects.all(), batch, "organization_id", "finished_at")
    due = [pk for pk, organization_id, at in seen if batch.is_due(organization_id, at)]
    keys = free(InboundOutcome.objects.filter(pk__in=due)) if due else []
    for model in (InboundBody, PackedPayload, InboundEvent, PurgedPayload):
        delete(model, keys)
    return walked(batch, seen, delete(InboundOutcome, keys))


CHOSEN: Final = (
    RetentionKind(
        key=PAYLOADS,
        label=_("Payloads of events that went well"),
        about=_("What was received, byte for byte. Without it an event can be neither read nor replayed."),
        default_days=90,
        least_days=1,
        most_days=400,
        models=(InboundBody, PackedPayload),
        walks=InboundOutcome,
        walk=partial(_walk_payloads, PAYLOADS, DONE),
        within=EVENTS,
        only=Q(status__in=DONE),
    ),
    RetentionKind(
        key=FAILED_PAYLOADS,
        label=_("Payloads of events with errors or warnings"),
        about=_("The same of events that may have to run again."),
        default_days=90,
        least_days=7,
        most_days=400,
        models=(),
        walks=InboundOutcome,
        walk=partial(_walk_payloads, FAILED_PAYLOADS, FAILED),
        within=EVENTS,
        only=Q(status__in=FAILED),
    ),
    RetentionKind(
        key=EVENTS,
        label=_("Inbound events"),
        about=_("When they came, from whom, and how they ended."),
        default_days=90,
        least_days=7,
        most_days=400,
        models=(InboundEvent, InboundOutcome, PurgedPayload),
        walks=InboundOutcome,
        walk=_walk_events,
    ),
    RetentionKind(
        key="held_prunes",
        label=_("Held prunes"),
        about=_("Those that were decided: by whom, and what they would have removed."),
        default_days=400,
        least_days=30,
        most_days=400,
        models=(HeldPrune, HeldPruneMember),
        walks=HeldPrune,
        walk=partial(walk_wholes, Wholes(HeldPrune, "decided_at", HeldPruneMember, "prune_id", "record_id")),
    ),
)
FIXED: Final = (
    FixedAge(
        label=_("Deduplication ids of events"),
        age=timedelta(hours=24),
        models=(DeduplicationKey,),
        expire=expire_deduplication_keys,
    ),
    FixedAge(
        label=_("Closed lanes, once their last event is gone"),
        age=timedelta(days=90),
        models=(Lane,),
        expire=partial(expire_oldest, _EMPTY_LANES, "closed_at"),
    ),
    FixedAge(
        label=_("Who was in lanes, once use case and lane are gone"),
        age=timedelta(0),
        models=(LaneMember,),
        expire=expire_members,
    ),
    FixedAge(
        label=_("Which lanes use cases have left"),
        # Long after the minute in which it matters.
        age=timedelta(hours=24),
        models=(LaneLeft,),
        expire=partial(expire_oldest, LaneLeft.objects.all(), "left_at"),
    ),
)
KEPT: Final = (
    Kept(
        label=_("Events on their way"),
        how_long=_("until they have ended"),
        models=(QueuedEvent, ParkedKey),
    ),
    Kept(label=_("Numbers that are given out"), how_long=_("a row for each sequence"), models=(SequenceCounter,)),
)
ROOM: Final = Room(_("Intake"), (*CHOSEN, *FIXED, *KEPT))
