"""POST /v1/integrations/{integrationId}/monitoring/inbound-events (operation 23)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.pagination import InvalidCursor, keyset_cursor, parse_cursor_moment, parse_limit
from hub.api.query_fields import moment_of, text_of, uuid_of, word_of
from hub.api.views import HubAPIView
from hub.errors import ErrorDetail, Invalid
from hub.ids import find_id, to_text
from hub.json_types import JSONObject, JSONPath, JSONValue
from integrations.queries import get_integration
from monitoring.codes import ALIASES, Category
from monitoring.findings import Finding, Place, findings_of, place_of, warning_count
from monitoring.inbound_events import LEVEL_OF, STATUS_OF, SpanFilter, list_spans
from monitoring.models import MonitoringEvent

EVENT_PREFIX = "evt_"
EVENT_TYPES = ("CREATE", "UPDATE", "DELETE", "TRIGGER")
SYNC_TYPES = ("entity", "meter_reading", "webhook", "api_deprecation")
CATEGORIES = tuple(str(category) for category in Category if category)
PAGE_SIZE, LARGEST_PAGE = 50, 100
NOBODY = UUID(int=0)
"""Stands for an id that no event has."""

Schema = dict[str, Any]  # Any: a JSON Schema nests without end
TEXT: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
IDENTIFIER: Schema = {"type": "string", "format": "uuid"}


def _words(*words: str) -> Schema:
    return {"type": "string", "enum": list(words)}


CURSOR: Schema = {
    "type": "object",
    "properties": {"completed_at": MOMENT, "event_id": TEXT, "id": IDENTIFIER},
    "required": ["completed_at", "event_id"],
}
QUERY: Schema = {
    "type": "object",
    "properties": {
        "use_case_id": IDENTIFIER,
        "event_type": _words(*EVENT_TYPES),
        "sync_type": _words(*SYNC_TYPES),
        "status": _words(*LEVEL_OF),
        "error_category": _words(*CATEGORIES),
        "correlation_id": TEXT,
        "object_type": TEXT,
        "event_name": TEXT,
        "event_id": TEXT,
        "error_code": TEXT,
        "from_date": MOMENT,
        "to_date": MOMENT,
        "limit": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
        "cursor": CURSOR,
    },
}
COUNT: Schema = {"type": "integer", "minimum": 1}
WARNING: Schema = {
    "type": "object",
    "properties": {"entity_schema": TEXT, "field": TEXT, "message": TEXT, "count": COUNT},
    "required": ["entity_schema", "field", "message", "count"],
}
ERROR_DETAIL: Schema = {
    "type": "object",
    "description": "Where an expression failed, as far as that is known; line and column count inside it.",
    "properties": {"path": TEXT, "line": COUNT, "column": COUNT, "field": TEXT, "input": TEXT},
}
ROW: Schema = {
    "type": "object",
    "properties": {
        "org_id": TEXT,
        "event_id": TEXT,
        "object_type": TEXT,
        "sync_type": _words(*SYNC_TYPES),
        "status": _words(*LEVEL_OF),
        "event_type": _words(*EVENT_TYPES),
        "received_at": MOMENT,
        "completed_at": MOMENT,
        "correlation_id": {"type": ["string", "null"]},
        "integration_id": {"type": ["string", "null"]},
        "use_case_id": {"type": ["string", "null"]},
        "error_code": {"type": ["string", "null"]},
        "error_message": {"type": ["string", "null"]},
        "error_category": {"type": ["string", "null"]},
        "processing_duration_ms": {"type": ["integer", "null"]},
        "warning_count": COUNT | {"description": "How many warnings the row stands for; only on rows of warnings."},
        "warnings": {"type": "array", "items": WARNING, "description": "The first of them that differ."},
        "error_detail": ERROR_DETAIL,
    },
    "required": ["org_id", "event_id", "object_type", "sync_type", "status", "received_at", "completed_at"],
}
PAGE: Schema = {
    "type": "object",
    "properties": {
        "data": {"type": "array", "items": ROW},
        "next_cursor": {"oneOf": [CURSOR, {"type": "null"}]},
        "has_more": {"type": "boolean"},
    },
    "required": ["data", "next_cursor", "has_more"],
}


class QueryInboundEvents(HubAPIView):
    """What became of inbound events, operation by operation."""

    requires: ClassVar = {"POST": Capability.MONITOR}

    @extend_schema(
        operation_id="queryInboundMonitoringEvents",
        tags=["Monitoring"],
        request={"application/json": QUERY},
        responses={(200, "application/json"): PAGE},
    )
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200 with at most 100 rows and the cursor of the next page, null on the last."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        body = self.body_object() if request.data is not None else {}
        limit = parse_limit(body.get("limit"), default=PAGE_SIZE, most=LARGEST_PAGE)
        wanted = _filter(integration.pk, body)
        rows = list_spans(organization_id=self.organization.pk, wanted=wanted, limit=limit + 1)
        return Response(_page(rows, limit))


def _filter(integration_id: UUID, body: JSONObject) -> SpanFilter:
    event_id = text_of(body, "event_id")
    code = text_of(body, "error_code")
    status = word_of(body, "status", tuple(LEVEL_OF))
    since, until = moment_of(body, "from_date", "from"), moment_of(body, "to_date", "to")
    if since and until and since > until:
        raise Invalid(
            "from_date lies after to_date.",
            code="INVALID_DATE_RANGE",
            details=[ErrorDetail("from_date", "must not lie after to_date")],
        )
    return SpanFilter(
        integration_id=integration_id,
        use_case_id=uuid_of(body, "use_case_id"),
        event_id=(find_id(EVENT_PREFIX, event_id) or NOBODY) if event_id else None,
        event_type=word_of(body, "event_type", EVENT_TYPES),
        sync_type=word_of(body, "sync_type", SYNC_TYPES),
        statuses=frozenset({status} if status else ()),
        category=word_of(body, "error_category", CATEGORIES),
        correlation_id=text_of(body, "correlation_id"),
        object_type=text_of(body, "event_name") or text_of(body, "object_type"),
        code=ALIASES.get(code, code),
        since=since,
        until=until,
        before=_cursor(body.get("cursor")),
    )


def _cursor(raw: JSONValue) -> tuple[datetime, UUID, UUID | None] | None:
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise InvalidCursor
    moment = parse_cursor_moment(raw.get("completed_at"), JSONPath("cursor.completed_at"))
    event_id = raw.get("event_id")
    identifier = find_id(EVENT_PREFIX, event_id) if isinstance(event_id, str) else None
    if identifier is None:
        raise InvalidCursor("cursor.event_id")
    return moment, identifier, _span_id(raw.get("id"))


def _span_id(raw: JSONValue) -> UUID | None:
    if raw is None:
        return None
    try:
        return UUID(raw if isinstance(raw, str) else "")
    except ValueError as error:
        raise InvalidCursor("cursor.id") from error


def _page(rows: list[MonitoringEvent], limit: int) -> JSONObject:
    shown, has_more = rows[:limit], len(rows) > limit
    return {
        "data": [_row(row) for row in shown],
        "next_cursor": _cursor_of(shown[-1]) if has_more else None,
        "has_more": has_more,
    }


def _cursor_of(row: MonitoringEvent) -> JSONObject:
    cursor = keyset_cursor("completed_at", row.completed_at, "event_id", _event_id(row))
    return cursor | {"id": str(row.pk)}


def _event_id(row: MonitoringEvent) -> str:
    return to_text(EVENT_PREFIX, row.event_id) if row.event_id else ""


def _row(row: MonitoringEvent) -> JSONObject:
    told = row.level != "success"
    document: dict[str, Any] = {
        "org_id": str(row.organization_id),
        "event_id": _event_id(row),
        "object_type": row.object_type,
        "sync_type": row.sync_type,
        "status": STATUS_OF[row.level],  # type: ignore[index]  # the column holds the words of Level
        "received_at": row.received_at,
        "completed_at": row.completed_at,
        "correlation_id": row.correlation_id or None,
        "integration_id": row.integration_id,
        "use_case_id": row.use_case_id,
        "error_code": row.code if told else None,
        "error_message": row.message if told else None,
        "error_category": row.category or None if row.level == "error" else None,
        "processing_duration_ms": row.duration_ms,
    }
    if row.event_type:
        document["event_type"] = row.event_type
    return document | _told_beyond(row)


def _told_beyond(row: MonitoringEvent) -> dict[str, Any]:
    """What api.md does not know: every warning of the code, and where an expression failed. Any: JSON values."""
    found = findings_of(row.detail)
    if found:
        return {"warning_count": warning_count(row.detail), "warnings": [_warning(one) for one in found]}
    place = {name: value for name, value in _place(place_of(row.detail)).items() if value}
    return {"error_detail": place} if place and row.level == "error" else {}


def _warning(one: Finding) -> JSONObject:
    return {"entity_schema": one.schema, "field": one.field, "message": one.message, "count": one.count}


def _place(place: Place) -> JSONObject:
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "field": place.field,
        "input": place.given,
    }
