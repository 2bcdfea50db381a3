"""POST /v2/integrations/{integrationId}/monitoring/external-events (api.md appendix A.5)."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock, strict_json
from hub.accounts.grants import Capability
from hub.api.idempotency import once_per_key
from hub.api.parsers import StrictJSONParser
from hub.api.query_fields import wrong
from hub.api.views import HubAPIView
from hub.json_types import JSONObject, JSONValue
from integrations.queries import get_integration
from monitoring.api.shapes import COUNT, MOMENT, TEXT, Schema, strict, words
from monitoring.api.span_rows import LEVELS
from monitoring.external import take_external

MOST_SPANS: Final = 100
SPAN: Final = strict(
    {
        "correlation_id": TEXT,
        "level": words(*LEVELS),
        "use_case_slug": TEXT,
        "occurred_at": MOMENT,
        "message": TEXT,
        "detail": {"type": "object", "additionalProperties": True},
    },
    "correlation_id",
    "level",
    "use_case_slug",
    "occurred_at",
    "message",
)
REQUEST: Final[Schema] = strict({"events": {"type": "array", "items": SPAN, "minItems": 1, "maxItems": MOST_SPANS}})
RESULT: Final = strict({"index": COUNT, "status": words("accepted", "rejected"), "reason": TEXT}, "index", "status")
ANSWER: Final = strict(
    {"accepted": COUNT, "rejected": COUNT, "results": {"type": "array", "items": RESULT}}, "accepted", "rejected"
)


class EachSpanParser(StrictJSONParser):
    """Leaves it to each span to be fit to be kept; what stands beside them is judged as everywhere."""

    def decode(self, body: bytes) -> JSONValue:
        """See StrictJSONParser."""
        document = around = strict_json.decode(body)
        if isinstance(document, dict) and isinstance(document.get("events"), list):
            around = {**document, "events": None}
        if unfit := strict_json.find_unfit(around):
            raise strict_json.MalformedJSON(f"The body {unfit}.")
        return document


class ExternalEvents(HubAPIView):
    """Takes what a middleware did with a business process, so that its trace shows that too."""

    requires: ClassVar = {"POST": Capability.WRITE}
    parser_classes = (EachSpanParser,)

    @extend_schema(
        operation_id="pushExternalMonitoringEvents",
        tags=["Monitoring"],
        request={"application/json": REQUEST},
        responses={(202, "application/json"): ANSWER},
    )
    @once_per_key
    def post(self, request: Request, integration_id: UUID) -> Response:
        """202 with how many were kept; where one was refused, with the result of each."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        pushed = self.body_object().get("events")
        if not isinstance(pushed, list) or not 1 <= len(pushed) <= MOST_SPANS:
            raise wrong("events", f"must be a list of 1 to {MOST_SPANS} spans")
        refused = dict(take_external(integration=integration, pushed=pushed, at=clock.now()))
        answer: JSONObject = {"accepted": len(pushed) - len(refused), "rejected": len(refused)}
        if refused:
            answer["results"] = [_result(index, refused.get(index)) for index in range(len(pushed))]
        return Response(answer, status=202)


def _result(index: int, reason: str | None) -> JSONValue:
    return (
        {"index": index, "status": "rejected", "reason": reason} if reason else {"index": index, "status": "accepted"}
    )
