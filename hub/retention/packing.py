"""pack: payloads that nobody has needed for a week are compressed, in small batches, and read as before."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.db.models.functions import Length

from hub import clock, database
from hub.retention.kinds import Batch
from hub.retention.models import PackedPayload
from hub.retention.walking import delete, free, oldest, take_walk, walked

PACKED_AFTER: Final = timedelta(days=7)
"""By then it has been looked at and sent or run again, if it ever is."""
ROWS_PER_TRANSACTION: Final = 200
"""Compressing takes 0.2 ms for 3 kB and 1 ms for 20 kB: a tenth of a second, in which the rows are locked."""
BYTES_PER_TRANSACTION: Final = 4 * 1024 * 1024
"""Of bodies that are in memory at once, unless one alone is larger: an event has 1 MiB at most, what is made of a core
event 5 MB."""
BUDGET_S: Final = 3.0
"""Of one run a minute."""
WORTH: Final = 0.9
"""What does not shrink to this share of itself stays as it is."""
LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class Packing:
    """A table of payloads, each in a column "body". walk: the key under which it is remembered how far packing came;
    ended: those of the keys whose payload may be packed; bytes_of: what is packed of a row, whose length counts."""

    walk: str
    model: type[Model]
    ended: Callable[[Sequence[UUID]], list[UUID]]
    bytes_of: Callable[[Any], bytes]  # Any: a row of the table


def pack(packing: Packing) -> int:
    """How many payloads were packed. Those that are still needed as they are stay so."""
    deadline = time.monotonic() + BUDGET_S
    packed = 0
    while time.monotonic() < deadline:
        done, is_last = database.retrying(partial(_pack_some, packing))
        packed += done
        if is_last:
            break
    return packed


def unpack(body: bytes | memoryview) -> bytes:
    """What was packed."""
    return zlib.decompress(bytes(body))


@transaction.atomic
def _pack_some(packing: Packing) -> tuple[int, bool]:
    at = clock.now()
    walk = take_walk(packing.walk, PACKED_AFTER.days, at)
    if walk is None:
        return 0, True
    batch = Batch(walk.after, at - PACKED_AFTER, ROWS_PER_TRANSACTION, lambda _: True, at, PACKED_AFTER.days)
    rows = packing.model._default_manager.all()
    found = oldest(rows.annotate(bytes=Length("body")), batch, "bytes")
    seen = _at_once(found)
    keys = free(rows.filter(pk__in=packing.ended([pk for pk, _ in seen])))
    smaller: dict[UUID, bytes] = {}
    for row in rows.filter(pk__in=keys).order_by("pk"):
        whole = packing.bytes_of(row)
        made = zlib.compress(whole, LEVEL)
        if len(made) <= WORTH * len(whole):
            smaller[row.pk] = made
    PackedPayload.objects.bulk_create([PackedPayload(row_id=pk, body=made) for pk, made in smaller.items()])
    delete(packing.model, smaller)
    walk.after = walked(batch, seen, len(smaller)).last
    walk.save(update_fields=["after"])
    return len(smaller), len(seen) == len(found) < ROWS_PER_TRANSACTION


def _at_once(found: Sequence[tuple[UUID, int]]) -> Sequence[tuple[UUID, int]]:
    """The first of them, with their sizes, that one transaction reads whole: one at least."""
    total = 0
    for place, (_, size) in enumerate(found):
        total += size
        if place and total > BYTES_PER_TRANSACTION:
            return found[:place]
    return found
