"""A span as the second monitoring API shows it (api.md appendix A.2)."""

from __future__ import annotations

from typing import Final

from hub.json_encoding import precise_timestamp
from hub.json_types import JSONObject, JSONValue
from monitoring.api.shapes import IDENTIFIER, MOMENT, TEXT, TEXT_OR_NULL, Schema, public_event_id, strict, words
from monitoring.codes import Level
from monitoring.models import MonitoringEvent
from monitoring.record import EXTERNAL
from monitoring.use_case_types import TYPE_OF, TYPES

LEVELS: Final = tuple(level.value for level in Level)
ROW: Final[Schema] = strict(
    {
        "id": IDENTIFIER,
        "org_id": TEXT,
        "integration_id": IDENTIFIER,
        "event_id": TEXT,
        "use_case_type": words("", *TYPES),
        "level": words(*LEVELS),
        "created_at": MOMENT,
        "correlation_id": TEXT,
        "use_case_id": TEXT_OR_NULL,
        "code": TEXT,
        "message": TEXT,
        "object_type": TEXT,
        "duration_ms": {"type": ["integer", "null"]},
        "entity_id": TEXT_OR_NULL,
        "detail": {"type": ["object", "null"], "additionalProperties": True},
    },
    "id",
    "org_id",
    "integration_id",
    "event_id",
    "use_case_type",
    "level",
    "created_at",
)


def span_row(span: MonitoringEvent) -> JSONObject:
    """One row. created_at is when the step ended, to the microsecond, since lists continue by it.

    A span that a middleware pushed for a use case that there is not is grouped under the slug it named (A.5).
    """
    return {
        "id": str(span.pk),
        "org_id": str(span.organization_id),
        "integration_id": str(span.integration_id),
        "event_id": public_event_id(span.event_id),
        "use_case_type": TYPE_OF.get(span.sync_type, ""),
        "level": span.level,
        "created_at": precise_timestamp(span.completed_at),
        "correlation_id": span.correlation_id,
        "use_case_id": _use_case(span),
        "code": span.code,
        "message": span.message,
        "object_type": span.object_type,
        "duration_ms": span.duration_ms,
        "entity_id": str(span.entity_id) if span.entity_id else None,
        "detail": _detail(span.detail),
    }


def _use_case(span: MonitoringEvent) -> str | None:
    if span.use_case_id:
        return str(span.use_case_id)
    return span.object_type or None if span.sync_type == EXTERNAL else None


def _detail(detail: JSONValue) -> JSONValue:
    return detail if isinstance(detail, dict) or detail is None else {"value": detail}
