"""read_held: receivers that get nothing and need somebody; monitoring shows them on its first page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from hub.accounts.models import Organization
from monitoring.held_receivers import HeldReceiver, HeldReceivers
from outbound.webhooks.troubled import Troubled, troubled

PAUSED_FOR_LONG: Final = timedelta(days=1)
"""A pause is what somebody wanted; one of yesterday that still holds deliveries may have been forgotten."""


def read_held(*, organization: Organization, most: int, at: datetime) -> HeldReceivers:
    """Open circuits, then forgotten pauses, each with the most deliveries held first; as many queries as troubled."""
    found = [_told(one) for one in troubled(organization) if _needs_somebody(one, at)]
    found.sort(key=lambda one: (one.is_paused, -one.held))
    return HeldReceivers(tuple(found[:most]), len(found))


def _needs_somebody(one: Troubled, at: datetime) -> bool:
    if one.paused_at is None:
        return True
    return one.held > 0 and one.paused_at <= at - PAUSED_FOR_LONG


def _told(one: Troubled) -> HeldReceiver:
    failing_since = one.endpoint.failing_since if one.endpoint else None
    return HeldReceiver(
        webhook_id=one.webhook_id,
        name=one.name,
        since=one.paused_at or failing_since,
        held=one.held,
        is_at_least=one.is_at_least,
        is_paused=one.paused_at is not None,
    )
