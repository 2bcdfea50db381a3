"""described_monitoring: what the OpenAPI document says about the monitoring of deliveries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from integrations.api.documents import READS, Described, documented
from integrations.api.shapes import BOOLEAN, MOMENT, TEXT, Schema, described, list_of
from outbound.api.delivery_documents import ACKNOWLEDGEMENT, AN_ID, CURSOR, DELIVERY_ID, RESPONSE
from outbound.api.recipe_documents import nullable

STATUS: Schema = TEXT | {"enum": ["succeeded", "failed", "pending"]}
ANYTHING: Schema = {"type": "object", "additionalProperties": True}
ROW = described(
    {
        "org_id": TEXT,
        "event_id": DELIVERY_ID,
        "event_name": TEXT,
        "status": STATUS,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "url": nullable(TEXT),
        "http_response": nullable(RESPONSE),
        "webhook_config_id": TEXT,
        "metadata": ANYTHING,
        "execution_context": ANYTHING,
        "payload": nullable(ANYTHING),
        "acknowledgement": nullable(ACKNOWLEDGEMENT),
    },
    ["org_id", "event_id", "event_name", "status", "created_at"],
)
PAGE = described(
    {"data": list_of(ROW), "next_cursor": nullable(CURSOR), "has_more": BOOLEAN},
    ["data", "next_cursor", "has_more"],
)
QUERY = described(
    {
        "event_name": TEXT,
        "status": STATUS,
        "webhook_config_id": TEXT,
        "from_date": MOMENT,
        "to_date": MOMENT,
        "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
        "cursor": CURSOR,
    }
)
OPERATIONS = {
    "queryOutboundMonitoringEvents": Described(
        PAGE,
        {
            "data": [
                {
                    "org_id": "1",
                    "event_id": AN_ID,
                    "event_name": "CustomerDetailsUpdated",
                    "status": "succeeded",
                    "created_at": "2026-01-15T08:00:00.000Z",
                }
            ],
            "next_cursor": None,
            "has_more": False,
        },
        (400, *READS),
        request=QUERY,
        request_example={"status": "failed", "limit": 50},
        tag="Monitoring",
    )
}


def described_monitoring(operation_id: str) -> Callable[[Any], Any]:  # Any: a view method, whatever its arguments
    """Decorates the method of a view with what OPERATIONS tells about it."""
    return documented(operation_id, OPERATIONS[operation_id])
