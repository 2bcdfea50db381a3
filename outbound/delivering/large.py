"""Large deliveries: those that carry files get more time, and a worker has only so many of them out at once."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from hub import processes
from outbound.attachments.carrying import Carried
from outbound.delivering.budgets import time_for
from outbound.delivering.receivers import AnyReceiver, Receiver
from outbound.delivering.slots import GRACE, LEASE, LONGEST_USUAL
from outbound.models import Delivery, DeliveryState
from outbound.sql.parts import Claimed
from outbound.uploads.receivers import PREFIX as UPLOAD_PREFIX

MOST_AT_ONCE: Final = 16
"""Of one worker, whose disk holds their files meanwhile."""


def bounded(free: Mapping[str, int], receivers: Mapping[str, AnyReceiver], at: datetime) -> dict[str, int]:
    """What receivers may get now, with what is left for those of files shared among them. One query where there are
    any. What they wait for keeps no others waiting."""
    with_files = [one for one in free if _sends_files(receivers[one])]
    if not with_files:
        return dict(free)
    sending = Delivery.objects.filter(state=DeliveryState.SENDING, leased_by=processes.own_name())
    large = sending.filter(leased_until__gt=at + LONGEST_USUAL).exclude(webhook_id__startswith=UPLOAD_PREFIX)
    room = MOST_AT_ONCE - large.count()
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
    requests: Mapping[UUID, Mapping[str, Any]],
    at: datetime,  # Any: JSON
) -> None:
    """Deliveries that carry much are leased for as long as they may take. requests: by the id of the delivery."""
    for one in claimed:
        carried = Carried.find(requests[one.id])
        time = time_for(carried.size_bytes) + GRACE if carried is not None else LEASE
        if time > LEASE:
            rows = Delivery.objects.filter(pk=one.sequence, state=DeliveryState.SENDING)
            rows.update(leased_until=at + time)
