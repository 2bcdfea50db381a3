"""How long events, bodies, outcomes and deduplication keys are kept."""

from __future__ import annotations

from datetime import timedelta

from hub import clock
from inbound.models import DeduplicationKey, InboundBody, InboundEvent, InboundOutcome
from monitoring.retention import MOST_BATCHES, ROWS_PER_TRANSACTION

EVENTS_KEPT = timedelta(days=90)
DEDUPLICATION_KEPT = timedelta(hours=24)


def apply() -> int:
    """Delete what is older than its time; how many rows went."""
    at = clock.now()
    gone = 0
    for _ in range(MOST_BATCHES):
        finished = InboundOutcome.objects.filter(finished_at__lt=at - EVENTS_KEPT).order_by("event_id")
        keys = list(finished.values_list("pk", flat=True)[:ROWS_PER_TRANSACTION])
        if not keys:
            break
        gone += InboundBody.objects.filter(pk__in=keys).delete()[0]
        gone += InboundEvent.objects.filter(pk__in=keys).delete()[0]
        gone += InboundOutcome.objects.filter(pk__in=keys).delete()[0]
    keys_gone = DeduplicationKey.objects.filter(accepted_at__lt=at - DEDUPLICATION_KEPT)
    return gone + keys_gone._raw_delete(keys_gone.db)
