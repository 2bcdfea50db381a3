"""…/monitoring/outbound-events: deliveries of an integration, as the first monitoring contract has them (op. 24)."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.api.pagination import parse_limit
from hub.api.query_fields import moment_of, text_of, word_of
from hub.api.views import HubAPIView
from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONObject
from integrations.models import Integration, UseCase, UseCaseType
from integrations.queries import get_integration
from outbound.api.acknowledgement_bodies import of_delivery
from outbound.api.delivery_bodies import monitored_document
from outbound.api.delivery_cursors import cursor_of, parse_cursor
from outbound.api.monitoring_documents import described_monitoring
from outbound.attachments.carrying import shown_body
from outbound.bodies import find_bodies
from outbound.deliveries import STATES_OF, DeliveryFilter, deliveries_page, last_attempts
from outbound.delivery_list import acknowledgements_of
from outbound.models import Delivery, DeliveryState
from outbound.models.deliveries import UNFINISHED

PAGE_SIZE = 50
LARGEST_PAGE = 100
STATUSES = ("succeeded", "failed", "pending")
SHOWN = (*UNFINISHED, DeliveryState.SUCCEEDED, DeliveryState.FAILED)
"""What a filter leaves out was never meant for the ERP."""


class QueryOutboundEvents(HubAPIView):
    """What was delivered for the outbound use cases of an integration."""

    requires: ClassVar = {"POST": Capability.MONITOR}

    @described_monitoring("queryOutboundMonitoringEvents")
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200 with at most 100 deliveries, the newest first, and the cursor of the next page, null on the last."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        body = self.body_object() if request.data is not None else {}
        limit = parse_limit(body.get("limit"), default=PAGE_SIZE, most=LARGEST_PAGE)
        rows = deliveries_page(organization=self.organization, wanted=_filter(integration, body), limit=limit + 1)
        shown, has_more = rows[:limit], len(rows) > limit
        return Response(
            {
                "data": _documents(self.organization, shown),
                "next_cursor": cursor_of(shown[-1]) if has_more else None,
                "has_more": has_more,
            }
        )


def _documents(organization: Organization, rows: list[Delivery]) -> list[dict[str, object]]:
    """Four queries at most, however many rows."""
    last = last_attempts(rows)
    kept = find_bodies([one.id for one in rows])
    bodies = {one: shown_body(bytes(row.body), row.request) for one, row in kept.items()}
    tracked = acknowledgements_of(organization, rows)
    return [
        monitored_document(one, last.get(one.id), body=bodies.get(one.id), acknowledgement=of_delivery(one, tracked))
        for one in rows
    ]


def _filter(integration: Integration, body: JSONObject) -> DeliveryFilter:
    since, until = moment_of(body, "from_date", "from"), moment_of(body, "to_date", "to")
    if since and until and since > until:
        raise Invalid(
            "from_date lies after to_date.",
            code="INVALID_DATE_RANGE",
            details=[ErrorDetail("from_date", "must not lie after to_date")],
        )
    name, status = text_of(body, "event_name"), word_of(body, "status", STATUSES)
    use_cases = UseCase.objects.filter(
        organization_id=integration.organization_id, integration_id=integration.pk, type=UseCaseType.OUTBOUND
    )
    return DeliveryFilter(
        webhook_id=text_of(body, "webhook_config_id"),
        event_names=[name] if name else None,
        use_case_ids=list(use_cases.values_list("pk", flat=True)),
        states=STATES_OF[status] if status else SHOWN,
        since=since,
        until=until,
        before=parse_cursor(body),
    )
