"""The row of a stream: locked first and alone by everything but enqueueing (engine rule 4.5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from integrations.changes.integration import LEAST_VISIBILITY_SECONDS, MOST_VISIBILITY_SECONDS
from integrations.models import Integration
from outbound.models import MessageState, QueuedMessage, Stream

VISIBILITY_SECONDS: Final = 300
"""How long a lease lasts unless the integration's settings say otherwise."""


def visibility_timeout(integration: Integration) -> timedelta:
    """settings.outbound.visibility_timeout_seconds, held within its bounds; VISIBILITY_SECONDS without it."""
    outbound = (integration.settings or {}).get("outbound")
    seconds = outbound.get("visibility_timeout_seconds") if isinstance(outbound, dict) else None
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        seconds = VISIBILITY_SECONDS
    return timedelta(seconds=max(LEAST_VISIBILITY_SECONDS, min(MOST_VISIBILITY_SECONDS, seconds)))


def lock_stream(integration: Integration) -> Stream:
    """The integration's row, made if it is missing, locked until the transaction ends."""
    rows = Stream.objects.select_for_update(no_key=True).filter(pk=integration.pk)
    stream = rows.first()
    if stream is None:
        made = Stream(integration_id=integration.pk, organization_id=integration.organization_id)
        Stream.objects.bulk_create([made], ignore_conflicts=True)
        stream = rows.get()
    return stream


def end_lease(stream: Stream) -> None:
    """Forget a lease that has lapsed and count it for each message that is still in it; save() writes the former."""
    if stream.leased:
        lapsed = QueuedMessage.objects.filter(pk__in=stream.leased_ids(), state=MessageState.QUEUED)
        lapsed.update(attempts=F("attempts") + 1)
        stream.keep_leased(())


def is_blocked(stream: Stream, at: datetime) -> bool:
    """Whether a message halts the stream; one that has expired does not any more."""
    if stream.blocked_id is None:
        return False
    return QueuedMessage.objects.queued(stream.integration_id, at).filter(pk=stream.blocked_id).exists()
