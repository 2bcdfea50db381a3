"""POST /v1/monitoring/events: spans of inbound events, with the integration in the body (form G1, api.md 15.6)."""

from __future__ import annotations

from typing import ClassVar, Final

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.pagination import parse_limit
from hub.api.query_fields import uuid_of, wrong
from hub.api.views import HubAPIView
from hub.json_types import JSONObject
from integrations.queries import get_integration
from monitoring.api.inbound_event_documents import LARGEST_PAGE, PAGE, PAGE_SIZE, QUERY
from monitoring.api.inbound_events import page_of, span_filter
from monitoring.api.shapes import IDENTIFIER, MOMENT, Schema, strict, words
from monitoring.inbound_events import LEVEL_OF, list_spans

STATUSES: Final = words(*LEVEL_OF)
REQUEST: Final[Schema] = strict(
    QUERY["properties"]
    | {
        "integration_id": IDENTIFIER,
        "from": MOMENT,
        "to": MOMENT,
        "status": {"oneOf": [STATUSES, {"type": "array", "items": STATUSES}]},
    },
    "integration_id",
)


class QueryEventsOfGuide(HubAPIView):
    """What became of inbound events, operation by operation."""

    requires: ClassVar = {"POST": Capability.MONITOR}
    checks_each_integration = True

    @extend_schema(
        operation_id="queryMonitoringEvents",
        tags=["Monitoring"],
        request={"application/json": REQUEST},
        responses={(200, "application/json"): PAGE},
    )
    def post(self, request: Request) -> Response:
        """200 with at most 100 rows and the cursor of the next page, null on the last; 404 for no such integration."""
        body = self.body_object()
        integration_id = uuid_of(body, "integration_id")
        if integration_id is None:
            raise wrong("integration_id", "is required")
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        self.require(Capability.MONITOR, integration_id=integration.pk)
        limit = parse_limit(body.get("limit"), default=PAGE_SIZE, most=LARGEST_PAGE)
        wanted = span_filter(integration.pk, body, _statuses(body))
        rows = list_spans(organization_id=self.organization.pk, wanted=wanted, limit=limit + 1)
        return Response(page_of(rows, limit))


def _statuses(body: JSONObject) -> frozenset[str]:
    raw = body.get("status")
    named = raw if isinstance(raw, list) else [] if raw is None else [raw]
    if not all(isinstance(one, str) and one in LEVEL_OF for one in named):
        raise wrong("status", f"must be one of {', '.join(LEVEL_OF)}, or a list of them")
    return frozenset(str(one) for one in named)
