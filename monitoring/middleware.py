"""AccessLogs: takes down every API request after it was answered."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from hub import clock
from hub.accounts.principals import Principal
from hub.problems import is_api_path
from monitoring.access_logs import note
from monitoring.models import AccessLog


class AccessLogs:
    """One AccessLog row per request on an API path; pages leave none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer unchanged; the row is written later, by a thread."""
        if not is_api_path(request.path):
            return self.get_response(request)
        began_s = clock.monotonic()
        response = self.get_response(request)
        note(_row(request, response, latency_ms=round((clock.monotonic() - began_s) * 1000)))
        return response


def _row(request: HttpRequest, response: HttpResponse, *, latency_ms: int) -> AccessLog:
    principal: Principal | None = getattr(request, "principal", None)
    return AccessLog(
        organization_id=principal.organization_id if principal else getattr(request, "served_organization_id", None),
        token_id=(principal.token_id or "") if principal else "",
        user_id=principal.user_id if principal else None,
        at=clock.now(),
        request_id=getattr(request, "request_id", ""),
        client_request_id=getattr(request, "client_request_id", ""),
        method=(request.method or "")[:16],
        path=request.path,
        status=response.status_code,
        latency_ms=latency_ms,
        response_bytes=None if response.streaming else len(response.content),
        origin=request.META.get("HTTP_ORIGIN", ""),
        source_ip=getattr(request, "client_address", ""),
    )
