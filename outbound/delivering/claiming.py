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
from django.db.models import Count, F, Q

from hub import clock, processes
from hub.http.messages import WEBHOOK
from outbound.delivering.capacity import SLOW_AFTER_S
from outbound.delivering.pacing import Paces
from outbound.delivering.receivers import Receiver, known_receivers, receivers_of_tests
from outbound.delivering.shares import Slots, shares
from outbound.endings import end_waiting
from outbound.models import Delivery, DeliveryBody, DeliveryState
from outbound.sql import statements
from outbound.sql.parts import Claimed, Lease, claimed_of

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
    """Up to capacity due deliveries; none that a receiver's limits, its pause or its circuit holds back.

    Tests come first, and nothing holds them back: somebody sits there and waits.
    """
    waiting = statements().waiting_receivers()
    if not waiting or capacity <= 0:
        return []
    at = clock.now()
    tests = claim_tests(capacity=capacity, at=at)
    known = known_receivers(waiting, at)
    for webhook_id, ending in known.gone.items():
        end_waiting(webhook_id, ending.code, ending.message, at=at, spares_tests=ending.spares_tests)
    free = _free(known.receivers, known.probing, capacity - len(tests), at)
    if not free:
        return tests
    lease, paces = new_lease(at), Paces([known.receivers[one] for one in free], at)
    with transaction.atomic():
        free = paces.bounded(free, {one: known.receivers[one].organization_id for one in free})
        claimed = statements().claim(free=free, lease=lease, at=at) if free else []
        paces.take(one.webhook_id for one in claimed)
    return tests + parcels(claimed, lease.id, known.receivers, known.probing)


def claim_tests(*, capacity: int, at: datetime) -> list[Parcel]:
    """Tests that wait, the oldest first; a probe of an index where there are none."""
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING, is_test=True)
    if not waiting.exists():
        return []
    lease = new_lease(at)
    with transaction.atomic():
        rows = list(waiting.select_for_update(skip_locked=True, no_key=True).order_by("sequence")[:capacity])
        receivers = receivers_of_tests({row.webhook_id for row in rows}, at)
        mine = [row for row in rows if row.webhook_id in receivers]
        waiting.filter(pk__in=[row.pk for row in mine]).update(
            state=DeliveryState.SENDING,
            lease=lease.id,
            leased_by=lease.holder,
            leased_until=lease.until,
            attempts=F("attempts") + 1,
        )
    return parcels([claimed_of(row, attempt=row.attempts + 1) for row in mine], lease.id, receivers, ())


def new_lease(at: datetime) -> Lease:
    """For one attempt of whatever it is given to."""
    return Lease(uuid4(), processes.own_name(), at + LEASE)


def free_lost(at: datetime) -> int:
    """Deliveries whose worker is gone wait again, first of all: nobody knows whether they have arrived."""
    sending = Delivery.objects.filter(state=DeliveryState.SENDING)
    holders = set(sending.order_by().values_list("leased_by", flat=True).distinct())
    ended = [holder for holder in holders if processes.has_ended(holder)]
    lost = sending.filter(leased_by__in=ended) | sending.filter(leased_until__lt=at)
    return lost.update(state=DeliveryState.WAITING, lease=None, leased_by="", leased_until=None, next_attempt_at=at)


def _free(receivers: Mapping[str, Receiver], probing: Collection[str], capacity: int, at: datetime) -> dict[str, int]:
    in_flight, by_organization = _flying(at)
    slots = {
        webhook_id: Slots(
            most=1 if webhook_id in probing else receiver.configuration.max_in_flight,
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
    """Requests that are out: of each webhook, and of each organization those that are not slow; counted there, since
    it may be hundreds of rows for each round."""
    slow_before = at + LEASE - timedelta(seconds=SLOW_AFTER_S)
    is_quick = Q(leased_until=None) | Q(leased_until__gt=slow_before)
    sending = Delivery.objects.filter(state=DeliveryState.SENDING).order_by().values("webhook_id", "organization_id")
    counted = sending.annotate(out=Count("*"), quick=Count("pk", filter=is_quick))
    in_flight: dict[str, int] = {}
    by_organization: Counter[int] = Counter()
    for webhook_id, organization_id, out, quick in counted.values_list("webhook_id", "organization_id", "out", "quick"):
        in_flight[webhook_id] = out
        by_organization[organization_id] += quick
    return in_flight, by_organization


def parcels(
    claimed: Sequence[Claimed], lease: UUID, receivers: Mapping[str, Receiver], probing: Collection[str]
) -> list[Parcel]:
    """What was claimed, with what is to be sent; one query."""
    rows = DeliveryBody.objects.filter(pk__in=[one.id for one in claimed])
    bodies = {pk: (bytes(body), request) for pk, body, request in rows.values_list("pk", "body", "request")}
    return [
        Parcel(
            delivery=one,
            lease=lease,
            receiver=receivers[one.webhook_id],
            body=bodies[one.id][0],
            request=bodies[one.id][1],
            is_probe=one.webhook_id in probing,
        )
        for one in claimed
    ]
