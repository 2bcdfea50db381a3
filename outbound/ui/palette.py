"""What the palette finds here: webhooks by name or id, a delivery by its id, the deliveries of a correlation id."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse

from hub.accounts.grants import Capability, allows
from hub.accounts.models import Organization
from hub.accounts.principals import Principal
from hub.ids import find_id, to_text
from hub.web.palette.closeness import closeness
from hub.web.palette.matches import MOST_FOUND, Match
from outbound.models import DELIVERY_PREFIX, Delivery, Webhook


def webhooks(*, organization: Organization, principal: Principal, text: str) -> Sequence[Match]:
    """The name itself first, then those that begin so, by name."""
    if not allows(principal, Capability.WEBHOOK_VIEW):
        return []
    named = Webhook.objects.of(organization).filter(Q(name__icontains=text) | Q(pk=text))
    return [
        Match(one.name, reverse("outbound:webhook", args=(one.pk,)), "webhook", note=one.event_name)
        for one in named.order_by(closeness(text, "name"), "name", "id")[:MOST_FOUND]
    ]


def deliveries(*, organization: Organization, principal: Principal, text: str) -> Sequence[Match]:
    """Of a correlation id the newest ones."""
    if not allows(principal, Capability.MONITOR):
        return []
    found = Delivery.objects.of(organization)
    delivery_id = find_id(DELIVERY_PREFIX, text)
    found = found.filter(id=delivery_id) if delivery_id else found.filter(correlation_id=text)
    return [_match(one) for one in found.order_by("-created_at", "-id")[:MOST_FOUND]]


def _match(delivery: Delivery) -> Match:
    delivery_id = to_text(DELIVERY_PREFIX, delivery.id)
    url = reverse("outbound:delivery", args=(delivery_id,))
    return Match(delivery_id, url, "arrow-up-right", note=delivery.event_name)
