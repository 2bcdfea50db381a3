"""Slots: how many more requests receivers may get now, for workers and for whoever sends while somebody waits."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q

from hub import clock, processes
from hub.errors import HubError
from hub.http.messages import WEBHOOK
from outbound.delivering.capacity import SLOW_AFTER_S
from outbound.delivering.pacing import Paces
from outbound.delivering.receivers import AnyReceiver, Receiver
from outbound.delivering.shares import Slots, shares
from outbound.models import Delivery, DeliveryState
from outbound.sql.parts import Lease

GRACE: Final = timedelta(seconds=15)
"""A lease is this much longer than an attempt may take: the record of it may wait for the database."""
LEASE: Final = timedelta(seconds=WEBHOOK.total_s) + GRACE
LONGEST_USUAL: Final = LEASE + GRACE
"""What is leased for longer carries files: it takes as long as they are large, and no room from others."""
UPLOAD_LEASE: Final = timedelta(minutes=5)
"""Of a delivery that carries files: they are read first, from another system perhaps, and then there are steps."""
PATIENCE_S: Final = 2.0
"""How long a request that somebody waits for waits for a slot itself: it holds a thread of the web server."""
LOOK_EVERY_S: Final = 0.05
COME_BACK_AFTER_S: Final = 5
"""What Retry-After says where nobody knows when a slot becomes free."""

Result = TypeVar("Result")


class ReceiverAtItsLimit(HubError):
    """The receiver has as many requests as it may get. wait_s: until there is room again, where that is known."""

    code = "RECEIVER_AT_ITS_LIMIT"
    status = 429

    def __init__(self, message: str, wait_s: float = 0.0) -> None:
        super().__init__(message)
        self.wait_s = wait_s
        self.headers = {"Retry-After": str(math.ceil(wait_s) or COME_BACK_AFTER_S)}


def new_lease(at: datetime) -> Lease:
    """For one attempt of whatever it is given to."""
    return Lease(uuid4(), processes.own_name(), at + LEASE)


def free_slots(
    receivers: Mapping[str, AnyReceiver], probing: Collection[str], capacity: int, at: datetime
) -> dict[str, int]:
    """Receiver → requests that it may get now beside those in flight, up to capacity in all; one query.

    Those without any are left out. probing: receivers that get one request at a time.
    """
    in_flight, by_organization = _flying(at)
    slots = {
        webhook_id: Slots(
            most=1 if webhook_id in probing else receiver.max_in_flight,
            in_flight=in_flight.get(webhook_id, 0),
            organization_id=receiver.organization_id,
        )
        for webhook_id, receiver in receivers.items()
    }
    most = settings.HUB_DELIVERIES_PER_ORGANIZATION
    organizations = {receiver.organization_id for receiver in receivers.values()} if most else ()
    room = {pk: most - by_organization[pk] for pk in organizations}
    return shares(slots, capacity=capacity, room=room)


def _flying(at: datetime) -> tuple[dict[str, int], Counter[int]]:
    """Requests that are out: of each webhook, and of each organization those that are not slow; counted by the
    database, since it may be hundreds of rows for each round."""
    quick_until = at + LEASE - timedelta(seconds=SLOW_AFTER_S)
    is_quick = Q(leased_until=None) | Q(leased_until__gt=quick_until, leased_until__lte=at + LONGEST_USUAL)
    sending = Delivery.objects.filter(state=DeliveryState.SENDING).order_by().values("webhook_id", "organization_id")
    counted = sending.annotate(out=Count("*"), quick=Count("pk", filter=is_quick))
    in_flight: dict[str, int] = {}
    by_organization: Counter[int] = Counter()
    for webhook_id, organization_id, out, quick in counted.values_list("webhook_id", "organization_id", "out", "quick"):
        in_flight[webhook_id] = out
        by_organization[organization_id] += quick
    return in_flight, by_organization


def take_slot(receiver: Receiver, at: datetime) -> None:
    """One request to the receiver goes out at that moment, and counts against its pace.

    Within the transaction that stores its delivery as being sent: two callers never take the same slot. A worker that
    claims in the same instant may not see it yet. Raises ReceiverAtItsLimit, and nothing is taken.
    """
    _lock(receiver.webhook_id)
    place = {receiver.webhook_id: receiver}
    if not free_slots(place, (), 1, at):
        raise ReceiverAtItsLimit(
            f"{receiver.name} has as many requests in flight as it may have, {receiver.configuration.max_in_flight} at "
            f"once, or your organization has: try again in a few seconds."
        )
    paces = Paces([receiver], at)
    if not paces.bounded({receiver.webhook_id: 1}, {receiver.webhook_id: receiver.organization_id}):
        wait_s = paces.wait_of(receiver.webhook_id).total_seconds()
        raise ReceiverAtItsLimit(
            f"{receiver.name} may get {receiver.configuration.requests_per_minute} requests a minute and has had them: "
            f"try again in {math.ceil(wait_s)} s.",
            wait_s,
        )
    paces.take([receiver.webhook_id])


def patiently(begin: Callable[[], Result], pause: Callable[[float], None] = time.sleep) -> Result:
    """What begin answers, which takes a slot; it is asked again and again while the receiver is at its limit.

    Raises ReceiverAtItsLimit after PATIENCE_S, at once where there is no room before that.
    """
    ends_s = clock.monotonic() + PATIENCE_S
    while True:
        try:
            return begin()
        except ReceiverAtItsLimit as full:
            pause_s = max(full.wait_s, LOOK_EVERY_S)
            if clock.monotonic() + pause_s > ends_s:
                raise
        pause(pause_s)


def _lock(receiver_id: str) -> None:
    """Whoever takes a slot of the same receiver waits; on SQLite one transaction writes at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"slots of {receiver_id}"])
