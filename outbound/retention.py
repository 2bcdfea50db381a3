"""apply: deliveries go 30 days after they ended, with all that belongs to them, in small batches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from hub import clock
from hub.ids import first_id_at
from monitoring.retention import MOST_BATCHES, ROWS_PER_TRANSACTION
from outbound.delivery_counts import forget_old
from outbound.models import (
    Acknowledgement,
    Delivery,
    DeliveryAttempt,
    DeliveryBody,
    DeliveryInput,
    TakenAction,
)
from outbound.models.deliveries import UNFINISHED

KEPT: Final = timedelta(days=30)
"""Of deliveries, and of acknowledgements: so long an ERP that repeats itself is told that it did."""


def apply() -> int:
    """Delete what ended longer ago; how many deliveries went. What still waits stays, however old."""
    at = clock.now()
    limit = at - KEPT
    gone = 0
    for _ in range(MOST_BATCHES):
        batch = _delete_some(limit)
        gone += batch
        if batch < ROWS_PER_TRANSACTION:
            break
    forget_old(at)
    return gone


@transaction.atomic
def _delete_some(limit: datetime) -> int:
    """By their ids, which tell when they were made: a search that never goes through the whole table."""
    old = Delivery.objects.filter(id__lt=first_id_at(limit), finished_at__lt=limit).exclude(state__in=UNFINISHED)
    rows = list(old.order_by("id").values_list("id", "ack_id")[:ROWS_PER_TRANSACTION])
    keys = [key for key, _ in rows]
    for model in (DeliveryAttempt, DeliveryBody, DeliveryInput, TakenAction) if keys else ():
        model._default_manager.filter(delivery_id__in=keys).delete()
    Delivery.objects.filter(id__in=keys).delete()
    _delete_acknowledgements([ack_id for _, ack_id in rows if ack_id is not None])
    return len(rows)


def _delete_acknowledgements(ack_ids: Sequence[UUID]) -> None:
    """Those of which no delivery is left."""
    still_there = Exists(Delivery.objects.filter(ack_id=OuterRef("ack_id")))
    Acknowledgement.objects.filter(~still_there, ack_id__in=ack_ids).delete()
