"""What the description of the API says of statistics and time series (api.md 15.3 and 15.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from drf_spectacular.utils import extend_schema

from monitoring.api.shapes import COUNT, IDENTIFIER, MOMENT, MOMENT_OR_NULL, RATE, WINDOW, Schema, strict, words
from monitoring.intervals import INTERVALS

Described = Callable[[Callable[..., Any]], Callable[..., Any]]  # Any: the method of a view

BREAKDOWN: Final[Schema] = {"type": "array", "items": {"type": "object", "additionalProperties": True}}
INBOUND_COUNTS: Final = dict.fromkeys(("total_events", "success_count", "error_count", "skipped_count"), COUNT)
OUTBOUND_COUNTS: Final = dict.fromkeys(("total_events", "success_count", "error_count"), COUNT)
FACTS: Final[Schema] = {"success_rate": RATE, "last_error_at": MOMENT_OR_NULL, "breakdown": BREAKDOWN}
INBOUND: Final = strict(INBOUND_COUNTS | {"warning_count": COUNT, "total_correlations": COUNT} | FACTS, *INBOUND_COUNTS)
OUTBOUND: Final = strict(OUTBOUND_COUNTS | {"pending_count": COUNT} | FACTS, *OUTBOUND_COUNTS)
INBOUND_GROUPS: Final = ("use_case_id", "sync_type", "status", "error_category", "object_type", "event_name", "date")
OUTBOUND_GROUPS: Final = ("event_name", "status", "webhook_config_id", "date")
STATISTICS_QUERY: Final[Schema] = {
    "type": "object",
    "properties": {
        **WINDOW,
        "inbound_group_by": {"type": "array", "items": words(*INBOUND_GROUPS)},
        "outbound_group_by": {"type": "array", "items": words(*OUTBOUND_GROUPS)},
    },
}
SERIES_QUERY: Final[Schema] = strict(
    {**WINDOW, "interval": words(*INTERVALS), "direction": words("inbound", "outbound", "both")},
    "from_date",
    "interval",
)
IN_SLOT: Final = strict(
    dict.fromkeys(("success_count", "error_count", "warning_count", "skipped_count", "total_count"), COUNT)
)
OUT_SLOT: Final = strict(dict.fromkeys(("success_count", "error_count", "pending_count", "total_count"), COUNT))
SLOT: Final = strict(
    {
        "timestamp": MOMENT,
        "inbound": {"oneOf": [IN_SLOT, {"type": "null"}]},
        "outbound": {"oneOf": [OUT_SLOT, {"type": "null"}]},
    }
)
SERIES: Final = strict(
    {
        "interval": words(*INTERVALS),
        "from_date": MOMENT,
        "to_date": MOMENT,
        "buckets": {"type": "array", "items": SLOT, "minItems": 1},
    }
)


def described_statistics(operation_id: str, *, names_integration: bool = False) -> Described:
    """Of operations 25 and G2."""
    query = STATISTICS_QUERY
    if names_integration:
        query = strict(query["properties"] | {"integration_id": IDENTIFIER}, "integration_id")
    return extend_schema(
        operation_id=operation_id,
        tags=["Monitoring"],
        request={"application/json": query},
        responses={(200, "application/json"): strict({"inbound": INBOUND, "outbound": OUTBOUND})},
    )


def described_series(operation_id: str) -> Described:
    """Of operation 26."""
    return extend_schema(
        operation_id=operation_id,
        tags=["Monitoring"],
        request={"application/json": SERIES_QUERY},
        responses={(200, "application/json"): SERIES},
    )
