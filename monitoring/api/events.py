"""…/v2/integrations/{integrationId}/monitoring/events, one stream for all types of use cases; and all of one event."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.pagination import keyset_cursor, parse_limit
from hub.api.query_fields import LONGEST_TEXT, text_of, word_of, wrong
from hub.api.views import HubAPIView
from hub.json_types import JSONObject
from integrations.queries import get_integration
from monitoring.api.shapes import (
    NOBODY,
    TEXT,
    WINDOW,
    Schema,
    cursor_shape,
    event_id_of,
    page_shape,
    position_of,
    strict,
    window_of_body,
    words,
)
from monitoring.api.span_rows import LEVELS, ROW, span_row
from monitoring.codes import ALIASES
from monitoring.models import MonitoringEvent
from monitoring.original_event import find_original
from monitoring.span_pages import GENERAL, UNKNOWN, SpanSearch, search_spans, spans_of_event
from monitoring.use_case_types import TYPES, kinds_of

PAGE_SIZE, LARGEST_PAGE = 50, 100
SKIPPED: Final = "skipped"
"""A level of the older API, which is accepted and which no row has."""
CURSOR: Final = cursor_shape("created_at", "id")
QUERY: Final[Schema] = {
    "type": "object",
    "properties": {
        "use_case_id": TEXT | {"description": 'A UUID; "" for rows of none, "__unknown__" for those of deleted ones.'},
        "use_case_type": words(*TYPES),
        "level": words(*LEVELS, SKIPPED),
        "code": TEXT,
        "event_id": TEXT,
        "correlation_id": TEXT,
        **WINDOW,
        "limit": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
        "cursor": CURSOR,
    },
}
ASSOCIATED: Final = strict(
    {
        "monitoring_events": {"type": "array", "items": ROW},
        "inbound_event": {"type": ["object", "null"], "additionalProperties": True},
    }
)


class QueryEventsV2(HubAPIView):
    """What happened in an integration, step by step, whatever the type of use case."""

    requires: ClassVar = {"POST": Capability.MONITOR}

    @extend_schema(
        operation_id="queryMonitoringEventsV2",
        tags=["Monitoring"],
        request={"application/json": QUERY},
        responses={(200, "application/json"): page_shape(ROW, CURSOR)},
    )
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200 with at most 100 rows, the newest first, and the cursor of the next page, null on the last."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        body = self.body_object() if request.data is not None else {}
        limit = parse_limit(body.get("limit"), default=PAGE_SIZE, most=LARGEST_PAGE)
        wanted = _search(integration.pk, body)
        if wanted.level == SKIPPED:
            return Response(_page([], limit))
        return Response(_page(search_spans(organization=self.organization, wanted=wanted, limit=limit + 1), limit))


class AssociatedEvents(HubAPIView):
    """Every row of one event, and the event itself."""

    requires: ClassVar = {"GET": Capability.MONITOR}

    @extend_schema(
        operation_id="getAssociatedMonitoringEvents",
        tags=["Monitoring"],
        responses={(200, "application/json"): ASSOCIATED},
    )
    def get(self, request: Request, integration_id: UUID, event_id: str) -> Response:
        """200, oldest first; an event that nobody knows has no rows."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        known = event_id_of(event_id)
        organization = self.organization
        rows = spans_of_event(organization=organization, integration_id=integration.pk, event_id=known or NOBODY)
        original = find_original(organization=organization, integration_id=integration.pk, event_id=known)
        return Response({"monitoring_events": [span_row(row) for row in rows], "inbound_event": original})


def _search(integration_id: UUID, body: JSONObject) -> SpanSearch:
    since, until = window_of_body(body)
    use_case_type = word_of(body, "use_case_type", TYPES)
    code = text_of(body, "code")
    return SpanSearch(
        integration_id=integration_id,
        use_case=use_case_of(body),
        sync_types=kinds_of(use_case_type) if use_case_type else (),
        level=word_of(body, "level", (*LEVELS, SKIPPED)),
        code=ALIASES.get(code, code),
        event_id=event_id_of(text_of(body, "event_id")),
        correlation_id=text_of(body, "correlation_id"),
        since=since,
        until=until,
        before=position_of(body.get("cursor"), "created_at"),
    )


def use_case_of(body: JSONObject) -> UUID | str | None:
    """The use case that rows are narrowed to, or GENERAL or UNKNOWN; None for all. Raises Invalid."""
    raw = body.get("use_case_id")
    if raw is None or raw in (GENERAL, UNKNOWN):
        return raw
    try:
        return UUID(raw) if isinstance(raw, str) and len(raw) <= LONGEST_TEXT else _refused()
    except ValueError:
        return _refused()


def _refused() -> UUID:
    raise wrong("use_case_id", f'must be a UUID, "" for rows of no use case, or "{UNKNOWN}" for those of deleted ones')


def _page(rows: list[MonitoringEvent], limit: int) -> JSONObject:
    shown, has_more = rows[:limit], len(rows) > limit
    last = shown[-1] if has_more else None
    return {
        "data": [span_row(row) for row in shown],
        "next_cursor": keyset_cursor("created_at", last.completed_at, "id", str(last.pk)) if last else None,
        "has_more": has_more,
    }
