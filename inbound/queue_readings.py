"""readings: how many events were accepted, how many wait, and for how long the first of them has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from django.db import connection

from hub.ids import millis_of
from hub.observing.readings import MOST_COUNTED, Reading, age_s
from inbound.models import QueuedEvent, SequenceCounter

_QUEUE: Final = {"queue": "inbound"}
_LAST_SEQUENCE: Final = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM inbound_event_sequence"


def readings(at: datetime) -> Iterator[Reading]:
    """Three queries: the sequence, a bounded count of the thin queue, and its first row."""
    yield Reading("hub_events_accepted", _accepted())
    yield Reading("hub_queue_rows", QueuedEvent.objects.order_by()[:MOST_COUNTED].count(), _QUEUE)
    head = QueuedEvent.objects.order_by("sequence").values_list("event_id", flat=True).first()
    received_at = datetime.fromtimestamp(millis_of(head) / 1000, UTC) if head else None
    yield Reading("hub_queue_oldest_age_seconds", age_s(received_at, at), _QUEUE)


def _accepted() -> int:
    if connection.vendor != "postgresql":
        return sum(SequenceCounter.objects.values_list("value", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_LAST_SEQUENCE)
        return int(cursor.fetchone()[0])
