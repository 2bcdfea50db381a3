"""What the palette finds here: an event by its id, and the events of a correlation id."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from hub.accounts.grants import Capability, allows
from hub.accounts.models import Organization
from hub.accounts.principals import Principal
from hub.ids import find_id, to_text
from hub.web.palette.matches import MOST_FOUND, Match
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent

ICON = "arrow-down-left"


def events(*, organization: Organization, principal: Principal, text: str) -> Sequence[Match]:
    """Of a correlation id the newest ones."""
    if not allows(principal, Capability.MONITOR):
        return []
    found = InboundEvent.objects.of(organization)
    event_id = find_id(EVENT_PREFIX, text)
    found = found.filter(pk=event_id) if event_id else found.filter(correlation_id=text)
    return [_match(one) for one in found.order_by("-received_at", "-id")[:MOST_FOUND]]


def _match(event: InboundEvent) -> Match:
    event_id = to_text(EVENT_PREFIX, event.pk)
    return Match(event_id, reverse("inbound:event", args=(event_id,)), ICON, note=event.use_case_slug)
