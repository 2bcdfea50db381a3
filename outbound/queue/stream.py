"""The row of a stream: locked first and alone by everything but enqueueing (engine rule 4.5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from integrations.changes.integration import LEAST_VISIBILITY_SECONDS, MOST_VISIBILITY_SECONDS
from integrations.models import Integration
from outbound.models import MessageState, QueuedMessage, Stream
from outbound.queue.sql import statements

VISIBILITY_SECONDS: Final = 300
"""How long a lease lasts unless the integration's settings say otherwise."""


def visibility_timeout(integration: Integration) -> timedelta:
    """settings.outbound.visibility_timeout_seconds, held within its bounds; VISIBILITY_SECONDS without it."""
    outbound = (integration.settings or {}).get("outbound")
    seconds = outbound.get("visibility_timeout_seconds") if isinstance(outbound, dict) else None
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        seconds = VISIBILITY_SECONDS
    return timedelta(seconds=max(LEAST_VISIBILITY_SECONDS, min(MOST_VISIBILITY_SECONDS, seconds)))


class ConfigurationMoved(Exception):
    """The organization's configuration is not as it was when the caller was checked; nothing has been written."""


def lock_stream(integration: Integration, as_of: int | None = None) -> Stream:
    """The integration's row, made if it is missing, locked until the transaction ends.

    Raises ConfigurationMoved where as_of is given and is not the organization's present config_version.
    """
    locked = statements().lock(integration.pk)
    if locked is None:
        made = Stream(integration_id=integration.pk, organization_id=integration.organization_id)
        Stream.objects.bulk_create([made], ignore_conflicts=True)
        locked = statements().lock(integration.pk)
    if locked is None or as_of not in {None, locked.config_version}:
        raise ConfigurationMoved
    return locked.stream


def keep_stream(stream: Stream) -> None:
    """Write what became of it: the last write of a transaction."""
    statements().keep(stream)


def end_lease(stream: Stream) -> None:
    """Forget a lease that has lapsed, counting it for each message still in it; keep_stream writes the former."""
    if stream.leased:
        lapsed = QueuedMessage.objects.filter(pk__in=stream.leased_ids(), state=MessageState.QUEUED)
        lapsed.update(attempts=F("attempts") + 1)
        stream.keep_leased(())


def is_blocked(stream: Stream, at: datetime) -> bool:
    """Whether a message halts the stream; one that has expired does not any more."""
    if stream.blocked_id is None:
        return False
    return QueuedMessage.objects.queued(stream.integration_id, at).filter(pk=stream.blocked_id).exists()
