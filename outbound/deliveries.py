"""Deliveries as they are looked for and looked at: pages of them, one with its attempts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from hub import clock
from hub.accounts.models import Organization
from hub.errors import NotFound
from hub.retention.purged import Purged, find_purged
from outbound.bodies import find_bodies
from outbound.delivering.pacing import webhooks_at_their_limit
from outbound.models import Delivery, DeliveryAttempt, DeliveryBody, DeliveryInput, DeliveryState, Endpoint, Webhook
from outbound.models.deliveries import UNFINISHED

STATES_OF: Mapping[str, tuple[DeliveryState, ...]] = {
    "in_progress": UNFINISHED,
    "pending": UNFINISHED,
    "succeeded": (DeliveryState.SUCCEEDED,),
    "failed": (DeliveryState.FAILED,),
    "skipped": (DeliveryState.SKIPPED,),
}
"""What clients call where a delivery stands → the states it has here; pending is the older word."""


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which page. before: created_at and id of the last delivery of the page before."""

    webhook_id: str = ""
    event_names: Sequence[str] | None = None
    use_case_ids: Sequence[UUID] | None = None
    delivery_id: UUID | None = None
    states: Sequence[DeliveryState] = ()
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[datetime, UUID] | None = None


def deliveries_page(*, organization: Organization, wanted: DeliveryFilter, limit: int) -> list[Delivery]:
    """At most limit deliveries, the newest first; one query by keyset."""
    rows = Delivery.objects.of(organization)
    if wanted.webhook_id:
        rows = rows.filter(webhook_id=wanted.webhook_id)
    if wanted.event_names is not None:
        rows = rows.filter(event_name__in=wanted.event_names)
    if wanted.use_case_ids is not None:
        rows = rows.filter(use_case_id__in=wanted.use_case_ids)
    if wanted.delivery_id is not None:
        rows = rows.filter(id=wanted.delivery_id)
    if wanted.states:
        rows = rows.filter(state__in=wanted.states)
    return list(_within(rows, wanted).order_by("-created_at", "-id")[:limit])


def _within(rows: QuerySet[Delivery], wanted: DeliveryFilter) -> QuerySet[Delivery]:
    if wanted.since:
        rows = rows.filter(created_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(created_at__lte=wanted.until)
    if wanted.before:
        created_at, delivery_id = wanted.before
        rows = rows.filter(Q(created_at__lt=created_at) | Q(created_at=created_at, id__lt=delivery_id))
    return rows


@dataclass(frozen=True, slots=True)
class DeliveryDetail:
    """One delivery with what was sent and every attempt, oldest first. body None: none was made, or it was deleted, as
    purged tells where that is known; the bodies of answers went with it.

    original: what it was made of, where no core event stands behind it and it is kept.
    """

    delivery: Delivery
    body: DeliveryBody | None
    attempts: Sequence[DeliveryAttempt]
    original: DeliveryInput | None = None
    purged: Purged | None = None


def get_delivery(*, organization: Organization, delivery_id: UUID, webhook_id: str = "") -> DeliveryDetail:
    """Three queries, one more where no core event stands behind it, two more where no body lies there.

    Raises NotFound, also for a delivery of another webhook than the one that is named.
    """
    rows = Delivery.objects.of(organization).filter(id=delivery_id)
    found = (rows.filter(webhook_id=webhook_id) if webhook_id else rows).first()
    if found is None:
        raise NotFound("There is no such delivery.")
    attempts = DeliveryAttempt.objects.of(organization).filter(delivery_id=delivery_id).order_by("number", "at")
    original = DeliveryInput.objects.filter(pk=delivery_id).first() if found.core_event_id is None else None
    body = find_bodies([delivery_id]).get(delivery_id)
    purged = find_purged(delivery_id) if body is None else None
    return DeliveryDetail(found, body, list(attempts), original, purged)


def last_attempts(deliveries: Sequence[Delivery]) -> dict[UUID, DeliveryAttempt]:
    """Delivery → its newest attempt; one query."""
    rows = DeliveryAttempt.objects.filter(delivery_id__in=[one.id for one in deliveries]).order_by("number", "at")
    return {row.delivery_id: row for row in rows}


class Hold(StrEnum):
    """Why deliveries of a webhook wait without being tried."""

    PAUSED = "paused"
    FAILING = "failing"
    """Its circuit is open."""
    AT_LIMIT = "at_limit"
    """It has sent as much as it may for now; the only one that holds tests, too."""


def holds_of(organization: Organization) -> dict[str, Hold]:
    """Webhooks for which deliveries wait without being tried, each with what holds longest. Three queries."""
    paused = Webhook.objects.of(organization).filter(paused_at__isnull=False).values_list("pk", flat=True)
    circuits = Endpoint.objects.of(organization).filter(circuit=Endpoint.Circuit.OPEN).values_list("pk", flat=True)
    at_limit = dict.fromkeys(webhooks_at_their_limit(organization, clock.now()), Hold.AT_LIMIT)
    return at_limit | dict.fromkeys(circuits, Hold.FAILING) | dict.fromkeys(paused, Hold.PAUSED)


def held_webhooks(organization: Organization) -> frozenset[str]:
    """The webhooks of holds_of."""
    return frozenset(holds_of(organization))
