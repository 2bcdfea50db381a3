"""Observed: counts every request, writes its access line, traces it, and gives its ids to whatever it logs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse

from hub import clock
from hub.observing.context import telling
from hub.observing.http_counters import count_request
from hub.observing.traced import traced
from hub.problems import is_api_path
from hub.tracing.spans import Attribute, Kind, Span

logger: Final = logging.getLogger("hub.access")
_NOT_TOLD: Final = frozenset({"/livez", "/readyz", "/metrics"})
"""Asked every few seconds by machines that watch the hub."""


class Observed:
    """Stands after RequestIds, which makes the ids."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer unchanged. A streamed one is timed up to its first byte."""
        began_s = clock.monotonic()
        with telling(request_id=_own(request, "request_id"), correlation_id=_own(request, "correlation_id")):
            response = self._traced(request)
            duration_s = clock.monotonic() - began_s
            count_request(status=response.status_code, duration_s=duration_s)
            if logger.isEnabledFor(logging.INFO) and request.path not in _NOT_TOLD:
                _tell(request, response, duration_s)
        return response

    def _traced(self, request: HttpRequest) -> HttpResponse:
        """Where something is raised, a short path gives up and the long way tells of the same request."""
        if request.path in _NOT_TOLD:
            return self.get_response(request)
        with traced("request", Kind.SERVER, parent=request.META.get("HTTP_TRACEPARENT", "")) as work:
            try:
                response = self.get_response(request)
            except BaseException:
                work.discard()
                raise
            _describe(work, request, response)
        return response


def _describe(work: Span, request: HttpRequest, response: HttpResponse) -> None:
    method, route = (request.method or "")[:16], _route(request)
    attributes: dict[str, Attribute] = {
        "http.request.method": method,
        "http.route": route,
        "http.response.status_code": response.status_code,
    }
    principal = getattr(request, "principal", None)
    if principal is not None:
        attributes["hub.organization_id"] = str(principal.organization_id)
    work.rename(f"{method} /{route.removeprefix('/')}")
    work.note(attributes)
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        work.fail(str(response.status_code))


def _tell(request: HttpRequest, response: HttpResponse, duration_s: float) -> None:
    principal = getattr(request, "principal", None)
    fields = {
        "method": (request.method or "")[:16],
        "route": _route(request),
        "status": response.status_code,
        "duration_ms": round(duration_s * 1000, 1),
        "client_address": _own(request, "client_address"),
    }
    if principal is not None:
        fields["organization_id"] = principal.organization_id
    logger.info("request", extra=fields)


def _route(request: HttpRequest) -> str:
    """The pattern that matched: paths of pages may hold keys of one use. The short path matches none, and has none."""
    if request.resolver_match is not None:
        return request.resolver_match.route
    return request.path if is_api_path(request.path) else ""


def _own(request: HttpRequest, name: str) -> str:
    return str(getattr(request, name, ""))
