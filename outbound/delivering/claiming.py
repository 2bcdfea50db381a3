"""claim: due deliveries for the receivers that have slots free, with what is needed to send them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from hub import clock, processes
from hub.http.messages import WEBHOOK
from outbound.delivering.capacity import SLOW_AFTER_S
from outbound.delivering.receivers import Receiver, known_receivers
from outbound.delivering.shares import Slots, shares
from outbound.endings import end_waiting
from outbound.models import Delivery, DeliveryBody, DeliveryState
from outbound.sql import statements
from outbound.sql.parts import Claimed, Lease

GRACE: Final = timedelta(seconds=15)
"""A lease is this much longer than an attempt may take: the record of it may wait for the database."""
LEASE: Final = timedelta(seconds=WEBHOOK.total_s) + GRACE


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery that was claimed, ready to be sent."""

    delivery: Claimed
    lease: UUID
    receiver: Receiver
    body: bytes
    request: Mapping[str, Any]  # Any: JSON
    is_probe: bool


def claim(*, capacity: int) -> list[Parcel]:
    """Up to capacity due deliveries; none that a receiver's limits, its pause or its circuit holds back."""
    waiting = statements().waiting_receivers()
    if not waiting or capacity <= 0:
        return []
    at = clock.now()
    known = known_receivers(waiting, at)
    if known.gone:
        for webhook_id, ending in known.gone.items():
            end_waiting([webhook_id], ending.code, ending.message, at)
    free = _free(known.receivers, known.probing, capacity, at)
    if not free:
        return []
    lease = Lease(uuid4(), processes.own_name(), at + LEASE)
    with transaction.atomic():
        claimed = statements().claim(free=free, lease=lease, at=at)
    return _parcels(claimed, lease.id, known.receivers, known.probing)


def free_lost(at: datetime) -> int:
    """Deliveries whose worker is gone wait again, first of all: nobody knows whether they have arrived."""
    sending = Delivery.objects.filter(state=DeliveryState.SENDING)
    holders = set(sending.order_by().values_list("leased_by", flat=True).distinct())
    ended = [holder for holder in holders if processes.has_ended(holder)]
    lost = sending.filter(leased_by__in=ended) | sending.filter(leased_until__lt=at)
    return lost.update(state=DeliveryState.WAITING, lease=None, leased_by="", leased_until=None, next_attempt_at=at)


def _free(receivers: Mapping[str, Receiver], probing: Collection[str], capacity: int, at: datetime) -> dict[str, int]:
    sending = Delivery.objects.filter(state=DeliveryState.SENDING).order_by()
    flying = list(sending.values_list("webhook_id", "organization_id", "leased_until"))
    in_flight = Counter(webhook_id for webhook_id, _, _ in flying)
    slow_before = at + LEASE - timedelta(seconds=SLOW_AFTER_S)
    by_organization = Counter(pk for _, pk, until in flying if until is None or until > slow_before)
    slots = {
        webhook_id: Slots(
            most=1 if webhook_id in probing else receiver.configuration.max_in_flight,
            in_flight=in_flight[webhook_id],
            organization_id=receiver.organization_id,
        )
        for webhook_id, receiver in receivers.items()
    }
    most = settings.HUB_DELIVERIES_PER_ORGANIZATION
    organizations = {receiver.organization_id for receiver in receivers.values()} if most else ()
    room = {pk: most - by_organization[pk] for pk in organizations}
    return shares(slots, capacity=capacity, room=room)


def _parcels(
    claimed: Sequence[Claimed], lease: UUID, receivers: Mapping[str, Receiver], probing: Collection[str]
) -> list[Parcel]:
    bodies = {row.delivery_id: row for row in DeliveryBody.objects.filter(pk__in=[one.id for one in claimed])}
    return [
        Parcel(
            delivery=one,
            lease=lease,
            receiver=receivers[one.webhook_id],
            body=bytes(bodies[one.id].body),
            request=bodies[one.id].request,
            is_probe=one.webhook_id in probing,
        )
        for one in claimed
    ]
