"""telling_delivery: log lines written while a delivery is prepared or sent say which one it is."""

from __future__ import annotations

from contextlib import AbstractContextManager

from hub.ids import to_text
from hub.observing.context import telling
from outbound.models import Delivery
from outbound.models.deliveries import DELIVERY_PREFIX
from outbound.sql.parts import Claimed


def telling_delivery(delivery: Delivery | Claimed) -> AbstractContextManager[None]:
    """A task that is begun within it tells the ids for as long as it runs."""
    return telling(
        delivery_id=to_text(DELIVERY_PREFIX, delivery.id),
        correlation_id=delivery.correlation_id,
        organization_id=delivery.organization_id,
        integration_id=delivery.integration_id,
    )
