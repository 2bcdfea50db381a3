"""described_inlet: what the OpenAPI document says about inlets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from inbound.api.documents import TEXT, Schema, described
from inbound.inlets import FORM

TAG: Final = "Events"
PAYLOAD: Schema = {"type": "object", "additionalProperties": True, "minProperties": 1}
EVENT = (
    OpenApiParameter("_deduplication_id", str, description="A repeat within 24 hours is stored as a duplicate."),
    OpenApiParameter("_correlation_id", str, description="Of the business operation that the event is a part of."),
    OpenApiParameter("_event_type", str, enum=["CREATE", "UPDATE", "DELETE"]),
    OpenApiParameter("_group_id", str, description="Events of one group are applied in the order they came in."),
    OpenApiParameter("_timestamp", str, description="When it happened; the moment of the call where it is left out."),
)
ANSWER = described(
    {
        "event_id": TEXT,
        "status": {
            "type": "string",
            "enum": ["success", "error", "skipped", "ignored"],
            "description": "success: stored and queued; skipped: a duplicate; ignored: no enabled use case takes it.",
        },
        "message": TEXT,
    },
    ["event_id", "status"],
)
SUMMARIES: Final = {
    "callInlet": "Send an event by its query string",
    "postToInlet": "Send an event as JSON or as a form",
}
DESCRIPTIONS: Final = {
    "callInlet": "The parameters of the query become the payload of an event.",
    "postToInlet": "The JSON object or the form becomes the payload of an event. A form without Content-Length is a "
    "411: in chunks it may be cut where nobody sees it.",
}
REQUESTS: Final[dict[str, Any]] = {  # Any: as extend_schema takes it
    "callInlet": None,
    "postToInlet": {"application/json": PAYLOAD, FORM: PAYLOAD},
}


def described_inlet(operation_id: str) -> Callable[[Any], Any]:  # Any: a view method, whatever its arguments
    """Decorates the method of the view."""
    return extend_schema(
        operation_id=operation_id,
        summary=SUMMARIES[operation_id],
        description=DESCRIPTIONS[operation_id],
        tags=[TAG],
        request=REQUESTS[operation_id],
        parameters=list(EVENT),
        responses={(202, "application/json"): OpenApiResponse(ANSWER, description="Stored.")},
    )
