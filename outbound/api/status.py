"""…/outbound-status: whether the outbound use cases of an integration can deliver (operation 28)."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.api.views import HubAPIView
from integrations.queries import get_integration
from monitoring.time_ranges import RANGES
from outbound.ack_times import ack_times
from outbound.api.delivery_documents import described_delivery
from outbound.queue.status import PollStatus
from outbound.status import OutboundStatus, outbound_status


class GetOutboundStatus(HubAPIView):
    """All outbound use cases of one integration."""

    requires: ClassVar = {"GET": (Capability.READ, Capability.MONITOR)}

    @described_delivery("getOutboundStatus")
    def get(self, request: Request, integration_id: UUID) -> Response:
        """One entry per outbound use case, oldest first."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        found = outbound_status(integration, self.organization, clock.now())
        times = _times(self.organization) if found else {}
        return Response({"useCases": [_document(one) | times.get(one.use_case.pk, {}) for one in found]})


def _times(organization: Organization) -> dict[UUID, dict[str, object]]:
    """By use case, what its acknowledgements took in the last day and week; none for one without any. Four queries."""
    told: dict[UUID, dict[str, object]] = {}
    for name in ("24h", "7d"):
        found = ack_times(organization=organization, time_range=RANGES[name], at=clock.now())
        for key, one in found.items():
            told.setdefault(key, {})[name] = {
                "acknowledged": one.acknowledged,
                "timedOut": one.timed_out,
                "refused": one.refused,
                "medianMs": one.median_ms,
                "p95Ms": one.slowest_ms,
            }
    return {key: {"acknowledgements": ranges} for key, ranges in told.items()}


def _document(one: OutboundStatus) -> dict[str, object]:
    poll = {} if one.poll is None else {"poll": _poll(one.poll)}
    recipes = {"file_proxy": [recipe.as_json() for recipe in one.recipes]} if one.recipes else {}
    return {
        "useCaseId": one.use_case.pk,
        "name": one.use_case.name,
        "useCaseEnabled": one.use_case.enabled,
        "eventCatalogEvent": one.event_name,
        "eventEnabled": one.event_enabled,
        "webhooks": [webhook.as_json() for webhook in one.webhooks],
        "status": one.status,
        "conflicts": [conflict.as_json() for conflict in one.conflicts],
        **poll,
        **recipes,
    }


def _poll(stream: PollStatus) -> dict[str, object]:
    return {
        "queue_depth": stream.queue_depth,
        "oldest_unconsumed_age_seconds": stream.oldest_unconsumed_age_seconds,
        "last_poll_at": stream.last_poll_at,
        "last_ack_at": stream.last_ack_at,
        "blocked": stream.blocked,
        "dlq_count": stream.dlq_count,
    }
