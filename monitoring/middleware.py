"""AccessLogs: takes down API requests after they were answered."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from hub import clock
from hub.accounts.principals import Principal
from hub.api.authentication import has_credential, identify
from hub.errors import HubError
from hub.problems import is_api_path
from monitoring.access_logs import note
from monitoring.models import AccessLog


class AccessLogs:
    """One AccessLog row per request on an API path; pages leave none, nor does a stranger who guesses at paths."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer unchanged; the row is written later, by a thread."""
        if not is_api_path(request.path):
            return self.get_response(request)
        began_s = clock.monotonic()
        response = self.get_response(request)
        latency_ms = round((clock.monotonic() - began_s) * 1000)
        principal: Principal | None = getattr(request, "principal", None)
        if principal is None and _leads_nowhere(request, response):
            principal = _sender_of(request)
            if principal is None:
                return response
        note(_row(request, response, principal, latency_ms=latency_ms))
        return response


def _leads_nowhere(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether no operation has this path, so that nobody has asked yet who sends the request."""
    return response.status_code == HTTPStatus.NOT_FOUND and request.resolver_match is None


def _sender_of(request: HttpRequest) -> Principal | None:
    """Whose credential it carries; a wrong one counts as a failed attempt, as everywhere."""
    if not has_credential(request.META):
        return None
    try:
        return identify(request.META, clock.now())
    except HubError:
        return None


def _row(request: HttpRequest, response: HttpResponse, principal: Principal | None, *, latency_ms: int) -> AccessLog:
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
