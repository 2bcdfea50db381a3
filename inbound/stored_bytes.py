"""count: bytes of payloads per use case and day, added up behind intake, which does nothing for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from hub import clock, database
from hub.ids import first_id_at
from hub.retention.models import StoredBytes
from hub.retention.walking import take_walk
from inbound.models import InboundEvent
from inbound.retention_kinds import PAYLOADS

WALK: Final = "count_inbound_bytes"
"""Key of the walk that remembers how far counting came; its age of 0 days is nobody's."""
LATE: Final = timedelta(minutes=1)
"""Events younger than this wait for the next run: an id may be made before one that is committed earlier."""
ROWS_AT_ONCE: Final = 5000
MOST_BATCHES: Final = 20
"""Of one run a minute: 1,600 events a second."""

Key = tuple[int, UUID, date]
"""Organization, use case or zeros, day of UTC."""


def count() -> int:
    """One of SCHEDULES: how many events were counted. Each counts once, however many processes run this."""
    at = clock.now()
    counted = 0
    for _ in range(MOST_BATCHES):
        batch = database.retrying(partial(_count_some, at - LATE))
        counted += batch
        if batch < ROWS_AT_ONCE:
            break
    return counted


@transaction.atomic
def _count_some(until: datetime) -> int:
    walk = take_walk(WALK, 0, until)
    if walk is None:
        return 0
    rows = _next(walk.after, until)
    if rows:
        _add(rows)
        walk.after = rows[-1][0]
        walk.save(update_fields=["after"])
    return len(rows)


def _next(after: UUID | None, until: datetime) -> list[tuple[Any, ...]]:  # Any: columns of the event
    events = InboundEvent.objects.filter(pk__lt=first_id_at(until))
    if after is not None:
        events = events.filter(pk__gt=after)
    fields = ("pk", "organization_id", "use_case_id", "received_at", "body_bytes")
    return list(events.order_by("pk").values_list(*fields)[:ROWS_AT_ONCE])


def _add(events: Iterable[tuple[Any, ...]]) -> None:  # Any: as above
    rows, sizes = Counter[Key](), Counter[Key]()
    for _, organization_id, use_case_id, received_at, body_bytes in events:
        key = (organization_id, use_case_id or UUID(int=0), received_at.date())
        rows[key] += 1
        sizes[key] += body_bytes
    for key in sorted(rows):
        organization_id, use_case_id, day = key
        number, made = StoredBytes.objects.get_or_create(
            organization_id=organization_id,
            source=PAYLOADS,
            use_case_id=use_case_id,
            day=day,
            defaults={"rows": rows[key], "bytes": sizes[key]},
        )
        if not made:
            StoredBytes.objects.filter(pk=number.pk).update(rows=F("rows") + rows[key], bytes=F("bytes") + sizes[key])
