"""status_of: how a stream is doing, for the outbound status of its integration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Min

from integrations.models import Integration
from outbound.models import QueuedMessage, Stream
from outbound.queue.stream import is_blocked

COUNTED: Final = 10_000
"""Messages that are counted; beyond it is known that there are more, not how many."""


@dataclass(frozen=True, slots=True)
class PollStatus:
    """How a stream is doing. Counts that are not exact say how many there are at least."""

    queue_depth: int
    is_depth_exact: bool
    oldest_unconsumed_age_seconds: int | None
    last_poll_at: datetime | None
    last_ack_at: datetime | None
    blocked: bool
    dlq_count: int
    is_dlq_count_exact: bool


def status_of(integration: Integration, at: datetime) -> PollStatus:
    """With at most four statements, however long the queue. The age is that of the oldest among the counted ones."""
    waiting = QueuedMessage.objects.queued(integration.pk, at)[: COUNTED + 1]
    counted = waiting.values("id", "enqueued_at").aggregate(depth=Count("id"), oldest=Min("enqueued_at"))
    dead = QueuedMessage.objects.dead(integration.pk, at)[: COUNTED + 1].count()
    stream = Stream.objects.filter(organization_id=integration.organization_id, pk=integration.pk).first()
    oldest = counted["oldest"]
    return PollStatus(
        queue_depth=min(counted["depth"], COUNTED),
        is_depth_exact=counted["depth"] <= COUNTED,
        oldest_unconsumed_age_seconds=None if oldest is None else max(0, int((at - oldest).total_seconds())),
        last_poll_at=stream.last_poll_at if stream else None,
        last_ack_at=stream.last_ack_at if stream else None,
        blocked=stream is not None and is_blocked(stream, at),
        dlq_count=min(dead, COUNTED),
        is_dlq_count_exact=dead <= COUNTED,
    )
