"""read_departing: what has yet to reach each integration, deliveries and messages; monitoring shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from integrations.models import Integration
from monitoring.departing import Departing
from outbound.models import Delivery, MessageState, QueuedMessage
from outbound.models.deliveries import UNFINISHED

MOST_COUNTED: Final = 10_000
"""Of either kind in the whole organization; beyond it is known that there are more, not where."""


def read_departing(*, organization: Organization, at: datetime) -> Mapping[UUID, Departing]:
    """By integration, with two queries. Tests do not count, nor do messages that have expired."""
    deliveries = Delivery.objects.of(organization).filter(
        state__in=UNFINISHED, is_test=False, integration_id__isnull=False
    )
    integrations = Integration.objects.of(organization).values("pk")
    messages = QueuedMessage.objects.filter(
        integration_id__in=integrations, state=MessageState.QUEUED, expires_at__gt=at
    )
    found = [
        list(rows.order_by().values_list("integration_id", flat=True)[:MOST_COUNTED]) for rows in (deliveries, messages)
    ]
    is_cut = any(len(one) == MOST_COUNTED for one in found)
    counts = Counter(key for one in found for key in one if key)
    return {key: Departing(number, is_cut) for key, number in counts.items()}
