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
from hub.api.query_fields import text_of, uuid_of, word_of
from hub.api.views import HubAPIView
from hub.ids import find_id
from hub.json_types import JSONObject, JSONPath, JSONValue
from integrations.queries import get_integration
from monitoring.api.inbound_event_documents import (
    CATEGORIES,
    EVENT_TYPES,
    LARGEST_PAGE,
    PAGE,
    PAGE_SIZE,
    QUERY,
    SYNC_TYPES,
)
from monitoring.api.shapes import EVENT_PREFIX, event_id_of, public_event_id, window_of_body
from monitoring.codes import ALIASES
from monitoring.findings import Finding, Place, findings_of, place_of, warning_count
from monitoring.inbound_events import LEVEL_OF, STATUS_OF, SpanFilter, list_spans
from monitoring.models import MonitoringEvent


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
        status = word_of(body, "status", tuple(LEVEL_OF))
        wanted = span_filter(integration.pk, body, frozenset({status} if status else ()))
        rows = list_spans(organization_id=self.organization.pk, wanted=wanted, limit=limit + 1)
        return Response(page_of(rows, limit))


def span_filter(integration_id: UUID, body: JSONObject, statuses: frozenset[str]) -> SpanFilter:
    """What a body narrows the rows to, its status aside. Raises Invalid."""
    since, until = window_of_body(body)
    code = text_of(body, "error_code")
    return SpanFilter(
        integration_id=integration_id,
        use_case_id=uuid_of(body, "use_case_id"),
        event_id=event_id_of(text_of(body, "event_id")),
        event_type=word_of(body, "event_type", EVENT_TYPES),
        sync_type=word_of(body, "sync_type", SYNC_TYPES),
        statuses=statuses,
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


def page_of(rows: list[MonitoringEvent], limit: int) -> JSONObject:
    """The first limit of rows, and the cursor of the next page where there are more."""
    shown, has_more = rows[:limit], len(rows) > limit
    return {
        "data": [_row(row) for row in shown],
        "next_cursor": _cursor_of(shown[-1]) if has_more else None,
        "has_more": has_more,
    }


def _cursor_of(row: MonitoringEvent) -> JSONObject:
    cursor = keyset_cursor("completed_at", row.completed_at, "event_id", public_event_id(row.event_id))
    return cursor | {"id": str(row.pk)}


def _row(row: MonitoringEvent) -> JSONObject:
    told = row.level != "success"
    document: dict[str, Any] = {
        "org_id": str(row.organization_id),
        "event_id": public_event_id(row.event_id),
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
