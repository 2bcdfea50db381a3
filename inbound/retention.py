"""How long events, bodies, outcomes, deduplication keys and closed lanes are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef

from hub import clock, database
from inbound.models import (
    DeduplicationKey,
    InboundBody,
    InboundEvent,
    InboundOutcome,
    Lane,
    LaneLeft,
    LaneMember,
    QueuedEvent,
)
from integrations.models import UseCase
from monitoring.retention import MOST_BATCHES, ROWS_PER_TRANSACTION, delete_older, made_before

EVENTS_KEPT = timedelta(days=90)
DEDUPLICATION_KEPT = timedelta(hours=24)
CHANGES_KEPT = timedelta(days=1)
"""Of lanes, long after the minute in which they matter."""


def apply() -> int:
    """Delete what is older than its time; how many rows went."""
    at = clock.now()
    return _delete_events(at - EVENTS_KEPT) + _delete_deduplication_keys(at - DEDUPLICATION_KEPT) + _delete_lanes(at)


def _delete_events(limit: datetime) -> int:
    gone = 0
    for _ in range(MOST_BATCHES):
        finished = made_before(InboundOutcome, limit).filter(finished_at__lt=limit).order_by("event_id")
        keys = list(finished.values_list("pk", flat=True)[:ROWS_PER_TRANSACTION])
        # The outcome goes last: what a killed worker left behind is found again by it.
        for model in (InboundBody, InboundEvent, InboundOutcome) if keys else ():
            gone += model._default_manager.filter(pk__in=keys).delete()[0]
        if len(keys) < ROWS_PER_TRANSACTION:
            break
    return gone


def _delete_deduplication_keys(limit: datetime) -> int:
    mark = "%s" if connection.vendor == "postgresql" else "?"
    table, key = DeduplicationKey._meta.db_table, "integration_id, deduplication_id"
    oldest = f"SELECT {key} FROM {table} WHERE accepted_at < {mark} ORDER BY accepted_at LIMIT {ROWS_PER_TRANSACTION}"  # noqa: S608 -- constants
    gone = 0
    for _ in range(MOST_BATCHES):
        batch = database.execute(f"DELETE FROM {table} WHERE ({key}) IN ({oldest})", [limit])  # noqa: S608 -- constants
        gone += batch
        if batch < ROWS_PER_TRANSACTION:
            break
    return gone


def _delete_lanes(at: datetime) -> int:
    """Lanes that nobody is in any more, once their last event is gone, and who was in them."""
    is_waiting = Exists(QueuedEvent.objects.filter(lane_id=OuterRef("pk")))
    lives = Exists(UseCase.objects.filter(pk=OuterRef("use_case_id")))
    is_there = Exists(Lane.objects.filter(integration_id=OuterRef("integration_id"), name=OuterRef("name")))
    return (
        delete_older(Lane.objects.filter(~is_waiting), "closed_at", at - EVENTS_KEPT)
        + LaneMember.objects.filter(~lives, ~is_there).delete()[0]
        + delete_older(LaneLeft.objects.all(), "left_at", at - CHANGES_KEPT)
    )
