"""claim: due deliveries for the receivers that have slots free, with what is needed to send them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.db import transaction
from django.db.models import F

from hub import clock, processes
from outbound.attachments.carrying import CARRIED
from outbound.delivering.large import MOST_AT_ONCE, bounded, lend_longer
from outbound.delivering.pacing import Paces
from outbound.delivering.receivers import AnyReceiver, Receiver, known_receivers, receivers_of_tests
from outbound.delivering.slots import UPLOAD_LEASE, free_slots, new_lease
from outbound.endings import end_waiting
from outbound.models import Delivery, DeliveryBody, DeliveryState
from outbound.sql import statements
from outbound.sql.parts import Claimed, Lease, claimed_of
from outbound.uploads.receivers import UploadReceiver, is_upload

MOST_TESTS: Final = 1_000
"""Tests that wait, of which a round looks for some that can go out."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery that was claimed, ready to be sent."""

    delivery: Claimed
    lease: UUID
    receiver: Receiver
    body: bytes
    request: Mapping[str, Any]  # Any: JSON
    is_probe: bool


@dataclass(frozen=True, slots=True)
class FileParcel:
    """One that carries files; body is the event, request says which recipe and which of its files."""

    delivery: Claimed
    lease: UUID
    receiver: UploadReceiver
    body: bytes
    request: Mapping[str, Any]  # Any: JSON
    is_probe: bool


AnyParcel: TypeAlias = Parcel | FileParcel


def claim(*, capacity: int, uploads: int = 0, files: int = MOST_AT_ONCE) -> list[AnyParcel]:
    """Up to capacity due deliveries; none that a receiver's limits, its pause or its circuit holds back.

    uploads: how many of them may be uploads, which take a thread each. files: how many others may carry files.
    Tests come first, and neither pause nor circuit holds them back: somebody sits there and waits.
    """
    waiting = statements().waiting_receivers()
    if not waiting or capacity <= 0:
        return []
    at = clock.now()
    tests = claim_tests(capacity=capacity, at=at, uploads=uploads, files=files)
    uploads -= sum(isinstance(one, FileParcel) for one in tests)
    files -= sum(isinstance(one, Parcel) and CARRIED in one.request for one in tests)
    known = known_receivers(waiting, at)
    for webhook_id, ending in known.gone.items():
        end_waiting(webhook_id, ending.code, ending.message, at=at, spares_tests=ending.spares_tests)
    free = free_slots(known.receivers, known.probing, capacity - len(tests), at)
    free = bounded(bounded_uploads(free, uploads), known.receivers, files)
    if not free:
        return tests
    lease, paces = new_lease(at), Paces([known.receivers[one] for one in free], at)
    with transaction.atomic():
        free = paces.bounded(free, {one: known.receivers[one].organization_id for one in free})
        claimed = statements().claim(free=free, lease=lease, at=at) if free else []
        lengthen(claimed, lease, at)
        paces.take(one.webhook_id for one in claimed)
    return tests + parcels(claimed, lease.id, known.receivers, known.probing)


def claim_tests(*, capacity: int, at: datetime, uploads: int, files: int) -> list[AnyParcel]:
    """Tests that wait, the oldest first, as far as the limits of their receivers leave room; a probe of an index where
    there are none."""
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING, is_test=True)
    places = list(waiting.order_by("sequence").values_list("sequence", "webhook_id")[:MOST_TESTS])
    if not places:
        return []
    receivers = receivers_of_tests({webhook_id for _, webhook_id in places}, at)
    free = bounded(bounded_uploads(free_slots(receivers, (), capacity, at), uploads), receivers, files)
    lease, paces = new_lease(at), Paces([receivers[one] for one in free], at)
    with transaction.atomic():
        free = paces.bounded(free, {one: receivers[one].organization_id for one in free})
        mine = waiting.filter(pk__in=_first(places, free))
        rows = list(mine.select_for_update(skip_locked=True, no_key=True).order_by("sequence"))
        waiting.filter(pk__in=[row.pk for row in rows]).update(
            state=DeliveryState.SENDING,
            lease=lease.id,
            leased_by=lease.holder,
            leased_until=lease.until,
            attempts=F("attempts") + 1,
        )
        claimed = [claimed_of(row, attempt=row.attempts + 1) for row in rows]
        lengthen(claimed, lease, at)
        paces.take(row.webhook_id for row in rows)
    return parcels(claimed, lease.id, receivers, ())


def bounded_uploads(free: Mapping[str, int], uploads: int) -> dict[str, int]:
    """free, with so many deliveries that carry files at most; receivers without any are left out."""
    left, bounded = max(uploads, 0), {}
    for webhook_id, number in free.items():
        given = min(number, left) if is_upload(webhook_id) else number
        left -= given if is_upload(webhook_id) else 0
        if given:
            bounded[webhook_id] = given
    return bounded


def lengthen(claimed: Iterable[Claimed], lease: Lease, at: datetime) -> None:
    """What carries files has more time; within the transaction that claims."""
    slow = [one.sequence for one in claimed if is_upload(one.webhook_id)]
    if slow:
        Delivery.objects.filter(pk__in=slow, lease=lease.id).update(leased_until=at + UPLOAD_LEASE)


def _first(places: Iterable[tuple[int, str]], free: Mapping[str, int]) -> list[int]:
    """The sequences of the first ones of each receiver, as many as it has free."""
    left = Counter(free)
    chosen = []
    for sequence, webhook_id in places:
        if left[webhook_id] > 0:
            left[webhook_id] -= 1
            chosen.append(sequence)
    return chosen


def free_lost(at: datetime) -> int:
    """Deliveries whose worker is gone wait again, first of all: nobody knows whether they have arrived."""
    sending = Delivery.objects.filter(state=DeliveryState.SENDING)
    holders = set(sending.order_by().values_list("leased_by", flat=True).distinct())
    ended = [holder for holder in holders if processes.has_ended(holder)]
    lost = sending.filter(leased_by__in=ended) | sending.filter(leased_until__lt=at)
    return lost.update(state=DeliveryState.WAITING, lease=None, leased_by="", leased_until=None, next_attempt_at=at)


def parcels(
    claimed: Sequence[Claimed], lease: UUID, receivers: Mapping[str, AnyReceiver], probing: Collection[str]
) -> list[AnyParcel]:
    """What was claimed, with what is to be sent; one query, and one for each that carries much."""
    rows = DeliveryBody.objects.filter(pk__in=[one.id for one in claimed])
    bodies = {pk: (bytes(body), request) for pk, body, request in rows.values_list("pk", "body", "request")}
    lend_longer(claimed, lease, {one: request for one, (_, request) in bodies.items()}, clock.now())
    return [_parcel(one, lease, receivers[one.webhook_id], bodies[one.id], probing) for one in claimed]


def _parcel(
    claimed: Claimed,
    lease: UUID,
    receiver: AnyReceiver,
    kept: tuple[bytes, Mapping[str, Any]],  # Any: JSON
    probing: Collection[str],
) -> AnyParcel:
    body, request = kept
    is_probe = claimed.webhook_id in probing
    if isinstance(receiver, UploadReceiver):
        return FileParcel(claimed, lease, receiver, body, request, is_probe)
    return Parcel(claimed, lease, receiver, body, request, is_probe)
