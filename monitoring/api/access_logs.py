"""POST /v1/integrations/{integrationId}/monitoring/access-logs (operation 27)."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.pagination import keyset_cursor, parse_limit
from hub.api.query_fields import text_of, word_of, wrong
from hub.api.views import HubAPIView
from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONObject, JSONValue
from integrations.models import Integration
from integrations.queries import get_integration
from monitoring.access_log_pages import RequestPage, RequestSearch, search_requests
from monitoring.api.shapes import (
    COUNT,
    MOMENT,
    TEXT,
    WINDOW,
    Schema,
    cursor_shape,
    page_shape,
    position_of,
    window_of_body,
    words,
)
from monitoring.models import AccessLog

PAGE_SIZE, LARGEST_PAGE = 50, 100
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
SERVICE: Final = "integration-hub"
"""The one service whose requests are logged here."""
LOWEST_STATUS, HIGHEST_STATUS = 100, 599
CURSOR: Final = cursor_shape("timestamp", "id")
QUERY: Final[Schema] = {
    "type": "object",
    "properties": {
        "token_id": TEXT,
        "service": TEXT,
        "method": words(*METHODS),
        "path": TEXT | {"description": "A part of the path."},
        "status": {"type": "integer", "minimum": LOWEST_STATUS, "maximum": HIGHEST_STATUS},
        **WINDOW,
        "limit": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
        "cursor": CURSOR,
    },
}
ROW: Final[Schema] = {
    "type": "object",
    "properties": {
        "timestamp": MOMENT,
        "service": TEXT,
        "request_id": TEXT,
        "method": TEXT,
        "path": TEXT,
        "status": COUNT,
        "response_latency_ms": COUNT,
        "response_length": COUNT,
        "token_id": TEXT,
        "org_id": TEXT,
        "origin": TEXT,
        "source_ip": TEXT,
    },
}


class QueryAccessLogs(HubAPIView):
    """Calls that were made with the tokens that are linked to an integration."""

    requires: ClassVar = {"POST": Capability.MONITOR}

    @extend_schema(
        operation_id="queryAccessLogs",
        tags=["Monitoring"],
        request={"application/json": QUERY},
        responses={(200, "application/json"): page_shape(ROW, CURSOR)},
    )
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200 with at most 100 requests, the newest first; a page may be short while has_more is true."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        body = self.body_object() if request.data is not None else {}
        limit = parse_limit(body.get("limit"), default=PAGE_SIZE, most=LARGEST_PAGE)
        wanted = _search(integration, body)
        service = text_of(body, "service")
        if service not in ("", SERVICE):
            return Response(_page(RequestPage([], None)))
        return Response(_page(search_requests(organization=self.organization, wanted=wanted, limit=limit)))


def _search(integration: Integration, body: JSONObject) -> RequestSearch:
    since, until = window_of_body(body)
    return RequestSearch(
        token_ids=_tokens(integration, text_of(body, "token_id")),
        method=word_of(body, "method", METHODS),
        path=text_of(body, "path"),
        status=_status(body.get("status")),
        since=since,
        until=until,
        before=position_of(body.get("cursor"), "timestamp"),
    )


def _tokens(integration: Integration, token_id: str) -> tuple[str, ...]:
    linked = tuple(str(one) for one in integration.access_token_ids or ())
    if not token_id:
        return linked
    if token_id not in linked:
        raise Invalid(
            "The token is not linked to this integration.",
            code="TOKEN_NOT_LINKED",
            details=[ErrorDetail("token_id", "must be one of the integration's access_token_ids")],
        )
    return (token_id,)


def _status(raw: JSONValue) -> int | None:
    if raw is None:
        return None
    if not isinstance(raw, int) or isinstance(raw, bool) or not LOWEST_STATUS <= raw <= HIGHEST_STATUS:
        raise wrong("status", f"must be a whole number from {LOWEST_STATUS} to {HIGHEST_STATUS}")
    return raw


def _page(page: RequestPage) -> JSONObject:
    before = page.next_before
    return {
        "data": [_row(row) for row in page.rows],
        "next_cursor": keyset_cursor("timestamp", before[0], "id", str(before[1])) if before else None,
        "has_more": before is not None,
    }


def _row(row: AccessLog) -> JSONValue:
    document: dict[str, object] = {
        "timestamp": row.at,
        "service": SERVICE,
        "request_id": row.request_id,
        "method": row.method,
        "path": row.path,
        "status": row.status,
        "response_latency_ms": row.latency_ms,
        "response_length": row.response_bytes,
        "token_id": row.token_id,
        "org_id": str(row.organization_id) if row.organization_id is not None else None,
        "origin": row.origin,
        "source_ip": row.source_ip,
    }
    return {name: value for name, value in document.items() if value not in (None, "")}  # type: ignore[misc]  # moments
