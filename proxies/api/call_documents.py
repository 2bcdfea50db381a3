"""described_call: what the OpenAPI document says about the execution of managed calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from integrations.api.documents import JSON
from integrations.api.examples import INTEGRATION_ID, PROBLEMS
from integrations.api.shapes import IDENTIFIER, PROBLEM, TEXT, Schema, described

TAG: Final = "Managed calls"
EVENT_HEADER: Final = "X-Inbound-Event-Id"
REQUEST: Final[Schema] = described(
    {
        "integration_id": IDENTIFIER,
        "payload": {
            "type": "object",
            "additionalProperties": True,
            "default": {},
            "description": "What the placeholders and the request mapping of the call see.",
        },
        "correlation_id": TEXT | {"minLength": 1, "maxLength": 255, "description": "Generated where it is absent."},
    },
    ["integration_id"],
    additionalProperties=True,
)
ERROR: Final[Schema] = described(
    {
        "error": described(
            {
                "code": TEXT,
                "message": TEXT,
                "details": {
                    "type": "object",
                    "additionalProperties": True,
                    "description": "status and body of the other system's answer, or the code of a network failure.",
                },
            },
            ["code", "message"],
        )
    },
    ["error"],
    additionalProperties=True,
)
EITHER: Final[Schema] = {"anyOf": [ERROR, PROBLEM]}
ENVELOPE: Final = OpenApiParameter(
    "envelope",
    str,
    enum=["true", "false"],
    description="true: the result comes within {success, data, inbound_queued, inbound_event_id}.",
)
EVENT_ID: Final = OpenApiParameter(
    EVENT_HEADER,
    str,
    OpenApiParameter.HEADER,
    response=[200],
    description="The event that the result was queued as, where the call hands it on to an inbound use case.",
)
A_REQUEST: Final = {"integration_id": INTEGRATION_ID, "payload": {"customer_id": "C-1001"}}
A_RESULT: Final = {"name": "John Doe", "email": "john@example.com"}
A_REFUSAL: Final = {
    "error": {
        "code": "EXTERNAL_API_ERROR",
        "message": "The other system answered 404.",
        "details": {"status": 404, "body": {"msg": "no such customer"}},
    }
}
A_MISTAKE: Final = {"error": {"code": "MISSING_REQUIRED_PARAM", "message": "customer_id is missing. Send a value."}}


def described_call() -> Callable[[Any], Any]:  # Any: a view method, whatever its arguments
    """Decorates the method of the view."""
    return extend_schema(
        operation_id="managedCallExecute",
        summary="Execute a managed call",
        tags=[TAG],
        request={JSON: REQUEST},
        parameters=[ENVELOPE, EVENT_ID],
        responses={
            (200, JSON): OpenApiResponse({}, description="The mapped answer, any JSON."),
            (400, JSON): OpenApiResponse(EITHER, description="The call cannot be made like this."),
            (401, JSON): PROBLEM,
            (403, JSON): PROBLEM,
            (404, JSON): PROBLEM,
            (429, JSON): PROBLEM,
            (500, JSON): OpenApiResponse(EITHER, description="The configuration is incomplete."),
            (502, JSON): OpenApiResponse(ERROR, description="The other system refused, failed or stayed silent."),
        },
        examples=[
            OpenApiExample("Request", A_REQUEST, request_only=True),
            OpenApiExample("Answer", A_RESULT, response_only=True, status_codes=["200"]),
            OpenApiExample("MISSING_REQUIRED_PARAM", A_MISTAKE, response_only=True, status_codes=["400"]),
            OpenApiExample("EXTERNAL_API_ERROR", A_REFUSAL, response_only=True, status_codes=["502"]),
            *(_problem(status) for status in (401, 403, 404, 429)),
        ],
    )


def _problem(status: int) -> OpenApiExample:
    example = PROBLEMS[status]
    return OpenApiExample(example["code"], example, response_only=True, status_codes=[str(status)])
