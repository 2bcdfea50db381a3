"""GET /v2/integrations/{integrationId}/monitoring/traces/{correlationId} (api.md appendix A.6)."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.views import HubAPIView
from integrations.queries import get_integration
from monitoring.api.shapes import COUNT, MOMENT_OR_NULL, TEXT, strict, words
from monitoring.api.span_rows import LEVELS, ROW, span_row
from monitoring.original_event import find_original
from monitoring.traces.correlated import trace_of

ANSWER: Final = strict(
    {
        "correlation_id": TEXT,
        "status": words(*LEVELS),
        "started_at": MOMENT_OR_NULL,
        "ended_at": MOMENT_OR_NULL,
        "span_count": COUNT,
        "truncated": {"type": "boolean"},
        "spans": {"type": "array", "items": ROW},
        "inbound_event": {"type": ["object", "null"], "additionalProperties": True},
    }
)


class Traces(HubAPIView):
    """One business process through the integration, as far as its correlation id was carried along."""

    requires: ClassVar = {"GET": (Capability.READ, Capability.MONITOR)}

    @extend_schema(
        operation_id="getMonitoringTrace", tags=["Monitoring"], responses={(200, "application/json"): ANSWER}
    )
    def get(self, request: Request, integration_id: UUID, correlation_id: str) -> Response:
        """200, also for an id that nobody used: then there are no spans. Of many the earliest are returned."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        organization = self.organization
        trace = trace_of(organization=organization, integration_id=integration.pk, correlation_id=correlation_id)
        original = find_original(organization=organization, integration_id=integration.pk, event_id=trace.event_id)
        return Response(
            {
                "correlation_id": correlation_id,
                "status": trace.status,
                "started_at": trace.started_at,
                "ended_at": trace.ended_at,
                "span_count": len(trace.spans),
                "truncated": trace.is_cut,
                "spans": [span_row(span) for span in trace.spans],
                "inbound_event": original,
            }
        )
