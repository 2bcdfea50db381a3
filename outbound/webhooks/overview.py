"""overview: webhooks with what their receivers did of late: how they stand, what was delivered, what failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import OuterRef, Q, QuerySet, Subquery

from hub.accounts.models import Organization
from outbound.models import Delivery, DeliveryState, Endpoint, Webhook
from outbound.webhooks.status import Status as Completeness
from outbound.webhooks.status import status_of

RECENT: Final = timedelta(hours=24)
MOST_COUNTED: Final = 20_000
"""Of the deliveries of a day the newest so many are looked at; numbers beyond are at least so large."""


class Standing(StrEnum):
    """How a webhook stands, the most telling word first."""

    INCOMPLETE = "incomplete"
    DISABLED = "disabled"
    PAUSED = "paused"
    FAILING = "failing"
    """Its circuit is open."""
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Overviewed:
    """One webhook. endpoint: None for a receiver that never failed; is_cut: the numbers are at least so large."""

    webhook: Webhook
    endpoint: Endpoint | None
    delivered: int
    failed: int
    last_at: datetime | None
    is_cut: bool

    @property
    def standing(self) -> Standing:
        """In one word."""
        return standing_of(self.webhook, self.endpoint)


def standing_of(webhook: Webhook, endpoint: Endpoint | None) -> Standing:
    """endpoint: None for a receiver that never failed."""
    completeness = status_of(webhook)
    if completeness is Completeness.INCOMPLETE:
        return Standing.INCOMPLETE
    if completeness is Completeness.INACTIVE:
        return Standing.DISABLED
    if webhook.paused_at is not None:
        return Standing.PAUSED
    is_open = endpoint is not None and endpoint.circuit == Endpoint.Circuit.OPEN
    return Standing.FAILING if is_open else Standing.ACTIVE


def found_webhooks(organization: Organization, words: str = "") -> QuerySet[Webhook]:
    """By name; words: part of the name, the event or the address."""
    rows = Webhook.objects.of(organization).order_by("name", "pk")
    if not words:
        return rows
    return rows.filter(
        Q(name__icontains=words) | Q(event_name__icontains=words) | Q(configuration__url__icontains=words)
    )


def overview(organization: Organization, webhooks: QuerySet[Webhook], at: datetime) -> list[Overviewed]:
    """Three queries, whatever the number of webhooks."""
    newest = Delivery.objects.filter(webhook_id=OuterRef("pk"), organization_id=organization.pk)
    last = Subquery(newest.order_by("-created_at", "-id").values("created_at")[:1])
    rows = list(webhooks.annotate(last_at=last))
    ids = [row.pk for row in rows]
    endpoints = {row.pk: row for row in Endpoint.objects.of(organization).filter(pk__in=ids)}
    counts = _counts(organization, ids, at)
    is_cut = counts.total() >= MOST_COUNTED
    return [
        Overviewed(
            webhook=row,
            endpoint=endpoints.get(row.pk),
            delivered=counts[row.pk, DeliveryState.SUCCEEDED.value],
            failed=counts[row.pk, DeliveryState.FAILED.value],
            last_at=row.last_at,
            is_cut=is_cut,
        )
        for row in rows
    ]


def _counts(organization: Organization, ids: Collection[str], at: datetime) -> Counter[tuple[str, str]]:
    """Webhook and state → deliveries of the last day; tests do not count."""
    recent = Delivery.objects.of(organization).filter(created_at__gte=at - RECENT, is_test=False)
    newest = recent.order_by("-created_at", "-id").values_list("webhook_id", "state")[:MOST_COUNTED]
    wanted = frozenset(ids)
    return Counter(pair for pair in newest if pair[0] in wanted)
