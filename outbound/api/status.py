"""…/outbound-status: whether the outbound use cases of an integration can deliver (operation 28)."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.views import HubAPIView
from integrations.queries import get_integration
from outbound.api.delivery_documents import described_delivery
from outbound.status import OutboundStatus, outbound_status


class GetOutboundStatus(HubAPIView):
    """All outbound use cases of one integration."""

    requires: ClassVar = {"GET": (Capability.READ, Capability.MONITOR)}

    @described_delivery("getOutboundStatus")
    def get(self, request: Request, integration_id: UUID) -> Response:
        """One entry per outbound use case, oldest first."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        return Response({"useCases": [_document(one) for one in outbound_status(integration, self.organization)]})


def _document(one: OutboundStatus) -> dict[str, object]:
    return {
        "useCaseId": one.use_case.pk,
        "name": one.use_case.name,
        "useCaseEnabled": one.use_case.enabled,
        "eventCatalogEvent": one.event_name,
        "eventEnabled": one.event_enabled,
        "webhooks": [webhook.as_json() for webhook in one.webhooks],
        "status": one.status,
        "conflicts": [conflict.as_json() for conflict in one.conflicts],
    }
