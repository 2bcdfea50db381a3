"""find_bodies, has_body, kept_among and pack: what deliveries sent, wherever it lies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

import orjson
from django.db.models import Exists, OuterRef, Q

from hub.retention import packing
from hub.retention.models import PackedPayload
from outbound.models import Delivery, DeliveryBody
from outbound.models.deliveries import UNFINISHED


def find_bodies(delivery_ids: Collection[UUID]) -> dict[UUID, DeliveryBody]:
    """By delivery; one that was never made or that retention has removed is missing. Those that lie packed are rows
    that were never saved.

    In this order: what is packed between the two queries is found by the second.
    """
    found = {row.delivery_id: row for row in DeliveryBody.objects.filter(pk__in=delivery_ids)}
    missing = [one for one in delivery_ids if one not in found]
    packed = PackedPayload.objects.filter(pk__in=missing) if missing else ()
    return found | {row.row_id: _read(row) for row in packed}


def has_body() -> Q:
    """Of deliveries: what was sent is kept, packed or not."""
    return Q(Exists(DeliveryBody.objects.filter(pk=OuterRef("id")))) | Q(
        Exists(PackedPayload.objects.filter(pk=OuterRef("id")))
    )


def kept_among(delivery_ids: Collection[UUID]) -> list[UUID]:
    """Those of which it is, in ascending order."""
    plain = DeliveryBody.objects.filter(pk__in=delivery_ids).values_list("pk", flat=True)
    packed = PackedPayload.objects.filter(pk__in=delivery_ids).values_list("pk", flat=True)
    return sorted({*plain, *packed})


def pack() -> int:
    """One of SCHEDULES: how many bodies were packed. Those of deliveries on their way stay as they are."""
    return packing.pack(BODIES)


def _ended(delivery_ids: Sequence[UUID]) -> list[UUID]:
    ended = Delivery.objects.filter(id__in=delivery_ids).exclude(state__in=UNFINISHED)
    return list(ended.values_list("id", flat=True))


def _bytes_of(row: DeliveryBody) -> bytes:
    """The request in one line, the body behind it."""
    return orjson.dumps(row.request) + b"\n" + bytes(row.body)


def _read(row: PackedPayload) -> DeliveryBody:
    request, _, body = packing.unpack(row.body).partition(b"\n")
    return DeliveryBody(delivery_id=row.row_id, body=body, request=orjson.loads(request))


BODIES: Final = packing.Packing("pack_delivery_bodies", DeliveryBody, _ended, _bytes_of)
