"""move_late: what appears before something that was handed out already goes to the tail of its stream."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from hub.json_encoding import timestamp
from outbound.models import QueuedMessage, Stream
from outbound.queue.positions import is_late, moment_of, tail_of
from outbound.queue.spans import Told, tell
from outbound.queue.sql import statements

MOVED_AT_ONCE: Final = 1000
"""Messages that one poll moves at most; those that are left wait for the next, and nothing overtakes them."""


def move_late(stream: Stream, at: datetime) -> None:
    """Move late arrivals to the tail in the order in which they stand. The caller has locked the stream: nothing is
    handed out meanwhile, so what is late stays late, and what is not cannot become it."""
    waiting = QueuedMessage.objects.queued(stream.integration_id, at).without_payload()
    before = waiting.filter(attempts=0, position__lte=stream.handed_position)[:MOVED_AT_ONCE]
    late = [message for message in before if is_late(stream, message)]
    tail = tail_of(stream, at)
    statements().move_to_tail([message.pk for message in late], tail)
    told = [
        Told.of(
            message,
            event_name=message.event_name,
            original_sequence_time=timestamp(moment_of(message.position)),
            rekeyed_sequence_time=timestamp(moment_of(tail + number)),
        )
        for number, message in enumerate(late)
    ]
    tell("MSG_LATE_ARRIVAL", told, at)
