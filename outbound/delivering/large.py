"""Deliveries that carry files: a worker has only so many of them out at once, and much to carry gets more time."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from hub import database
from outbound.attachments.carrying import Carried
from outbound.delivering.budgets import time_for
from outbound.delivering.receivers import AnyReceiver, Receiver
from outbound.delivering.slots import GRACE, LEASE
from outbound.models import Delivery, DeliveryState
from outbound.sql.parts import Claimed

MOST_AT_ONCE: Final = 16
"""Of one worker, whose memory and disk hold their files meanwhile."""


def bounded(free: Mapping[str, int], receivers: Mapping[str, AnyReceiver], room: int) -> dict[str, int]:
    """What receivers may get now, with room shared among those of files. What they wait for keeps no others
    waiting."""
    with_files = [one for one in free if _sends_files(receivers[one])]
    allowed = dict(free)
    for position, one in enumerate(random.sample(with_files, len(with_files))):
        mine = min(allowed.pop(one), max(1, room // (len(with_files) - position)), room)
        if mine > 0:
            allowed[one] = mine
            room -= mine
    return allowed


def _sends_files(receiver: AnyReceiver) -> bool:
    """Uploads, which have a bound of their own, are none of these."""
    return isinstance(receiver, Receiver) and receiver.configuration.files is not None


def lend_longer(
    claimed: Sequence[Claimed],
    lease: UUID,
    requests: Mapping[UUID, Mapping[str, Any]],  # Any: JSON
    at: datetime,
) -> None:
    """Deliveries that carry much are leased for as long as they may take. requests: by the id of the delivery."""
    for one in claimed:
        carried = Carried.find(requests[one.id])
        if carried is not None and _time(carried) > LEASE:
            renew(one, lease, carried, at)


def renew(claimed: Claimed, lease: UUID, carried: Carried, at: datetime) -> bool:
    """Lease it anew for as long as an attempt may take that begins at that moment; False where somebody else has it
    by now, or it has ended."""
    mine = Delivery.objects.filter(pk=claimed.sequence, lease=lease, state=DeliveryState.SENDING)
    return bool(database.retrying(lambda: mine.update(leased_until=at + _time(carried))))


def _time(carried: Carried) -> timedelta:
    return max(LEASE, time_for(carried.size_bytes) + GRACE)
