"""expire: what was kept for its whole time goes, in small batches; what nobody confirmed is told."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from django.db import connection, transaction

from hub import clock, database
from outbound.models import MessageState, QueuedMessage
from outbound.queue.spans import Told, tell_end

ROWS_PER_TRANSACTION: Final = 1000
MOST_BATCHES: Final = 100
"""Batches of one run; what is left goes in the next, so that nothing holds the worker for long."""


def expire() -> int:
    """Delete expired messages and dead letters; how many went.

    The former are told as MSG_EXPIRED_UNPOLLED. Of the latter MSG_DEAD_LETTERED has told that nobody confirmed them.
    """
    at = clock.now()
    gone = 0
    for _ in range(MOST_BATCHES):
        batch = database.retrying(partial(_expire_some, at))
        gone += batch
        if batch < ROWS_PER_TRANSACTION:
            break
    return gone


@transaction.atomic
def _expire_some(at: datetime) -> int:
    """One batch. The stream is not locked: a poll does not see what has expired. A row that somebody else has locked is
    skipped, so that nobody who acknowledges or redrives it at this moment waits or is waited for."""
    expired = QueuedMessage.objects.filter(expires_at__lte=at).order_by("expires_at").without_payload()
    if connection.vendor == "postgresql":
        expired = expired.select_for_update(skip_locked=True)
    batch = list(expired[:ROWS_PER_TRANSACTION])
    QueuedMessage.objects.filter(pk__in=[message.pk for message in batch]).delete()
    lost = [
        Told.of(message, delivery_attempts=message.attempts)
        for message in batch
        if message.state == MessageState.QUEUED
    ]
    tell_end("MSG_EXPIRED_UNPOLLED", lost, at)
    return len(batch)
