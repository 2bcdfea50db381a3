"""troubled: the receivers that get nothing at the moment, since when, and what waits for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from hub.accounts.models import Organization
from outbound.models import Delivery, DeliveryState, Endpoint, Webhook
from outbound.uploads.receivers import UploadReceiver, is_upload, known_uploads

MOST_COUNTED: Final = 10_000
"""Held deliveries of all receivers together are counted no further."""


@dataclass(frozen=True, slots=True)
class Troubled:
    """One receiver that is paused, or whose circuit is open. endpoint None: it is only paused.

    upload: the use case whose files it takes by a recipe; None for a webhook.
    """

    webhook_id: str
    name: str
    paused_at: datetime | None
    endpoint: Endpoint | None
    held: int
    is_at_least: bool
    """There may be more than held says."""
    upload: UploadReceiver | None = None


def troubled(organization: Organization) -> list[Troubled]:
    """By name, webhooks before uploads; two queries where nothing is wrong, three where webhooks are, one more for
    uploads. What is disabled has nothing that waits, nor a probe."""
    endpoints = {row.pk: row for row in Endpoint.objects.of(organization).filter(circuit=Endpoint.Circuit.OPEN)}
    enabled = Webhook.objects.of(organization).filter(enabled=True)
    webhooks = enabled.filter(Q(paused_at__isnull=False) | Q(pk__in=endpoints))
    found = list(webhooks.order_by("name", "pk").values_list("pk", "name", "paused_at"))
    uploads = known_uploads([pk for pk in endpoints if is_upload(pk)]).receivers
    ids = [*(pk for pk, _name, _paused_at in found), *uploads]
    held = _held(organization, ids) if ids else Counter()
    is_cut = held.total() >= MOST_COUNTED
    return [
        *(Troubled(pk, name, paused_at, endpoints.get(pk), held[pk], is_cut) for pk, name, paused_at in found),
        *(
            Troubled(pk, one.name, None, endpoints[pk], held[pk], is_cut, one)
            for pk, one in sorted(uploads.items(), key=lambda item: (item[1].name, item[0]))
        ),
    ]


def _held(organization: Organization, webhook_ids: list[str]) -> Counter[str]:
    waiting = Delivery.objects.of(organization).filter(webhook_id__in=webhook_ids, state=DeliveryState.WAITING)
    return Counter(waiting.order_by().values_list("webhook_id", flat=True)[:MOST_COUNTED])
