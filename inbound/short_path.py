"""ShortPath: the present intake route without framework overhead; whatever is not plain goes the long way.

It wraps the same middleware for ids, access log and security headers and calls the same take_in; a test posts every
acceptance request to both doors and compares status, headers and bytes (engine rule 3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any, cast

import msgspec
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.exception import response_for_exception
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware

from hub import clock
from hub.accounts import tokens
from hub.accounts.principals import Principal
from hub.api.errors import as_json
from hub.api.throttling import COUNTED, Allowance, count_request
from hub.errors import HubError
from hub.web.middleware import GetResponse, RequestIds, SecurityHeaders
from inbound.intake import take_in
from inbound.receive.store import NotStored
from monitoring.middleware import AccessLogs

PATH = "/v3/erp/updates/events"

Environ = dict[str, Any]  # Any: what the server and WSGI put there
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

NO_HEADERS: Mapping[str, str] = {}

encode = msgspec.json.Encoder().encode


class LongWay(Exception):
    """Something about the request is not plain; the full application answers it."""


ANSWERED_THERE = (LongWay, HubError, DisallowedHost, Error)
"""What the full application answers: nothing was tried to be stored by then, and it knows how to say no.

accept lets no Error of the database through. Its NotStored, which may come after a commit nobody heard of, is
answered here: a second run would store the request again under other ids.
"""


class ShortPath:
    """A WSGI application before the application."""

    def __init__(self, application: Application) -> None:
        self.application = application
        secured = cast(GetResponse, SecurityMiddleware(_answer))
        self.handle = RequestIds(AccessLogs(SecurityHeaders(secured)))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a plain intake request here, hand everything else on untouched."""
        if environ["PATH_INFO"] != PATH or not _is_plain(environ):
            return self.application(environ, start_response)
        length = int(environ["CONTENT_LENGTH"])
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = BytesIO(body)
        if len(body) < length:
            return self.application(environ, start_response)
        try:
            response = self.handle(_request(environ, body))
        except ANSWERED_THERE:
            environ["wsgi.input"] = BytesIO(body)
            return self.application(environ, start_response)
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [response.content]


def _is_plain(environ: Environ) -> bool:
    """A JSON POST of known, allowed length with one token in its headers and nothing that asks for a closer look."""
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ.get("CONTENT_TYPE") == "application/json"
        and length.isascii()
        and length.isdigit()
        and int(length) <= settings.HUB_INTAKE_MAX_BYTES
        and not environ.get("QUERY_STRING")
        and not any(name in environ for name in _UNUSUAL)
    )


_UNUSUAL = ("HTTP_CONTENT_ENCODING", "HTTP_TRANSFER_ENCODING", "HTTP_X_EPILOT_ORG_ID", "HTTP_ACCEPT_LANGUAGE")


def _request(environ: Environ, body: bytes) -> HttpRequest:
    request = WSGIRequest(environ)
    request._body = body
    return request


def _answer(request: HttpRequest) -> HttpResponse:
    request.get_host()
    try:
        return _taken_in(request)
    except NotStored as failure:
        return _respond(request, encode(as_json(failure, request)), status=failure.status, headers=failure.headers)
    except ANSWERED_THERE:
        raise
    except Exception as failure:
        return response_for_exception(request, failure)


def _taken_in(request: HttpRequest) -> HttpResponse:
    principal = _recall(request.META)
    request.principal = principal  # type: ignore[attr-defined]  # read by the access log
    request.META[COUNTED] = count_request(principal.organization_id, clock.now())
    answer = take_in(body=request.body, version=3, identify=lambda is_fresh: _only(principal, is_fresh), at=clock.now())
    return _respond(request, encode(answer))


def _respond(
    request: HttpRequest, content: bytes, *, status: int = 200, headers: Mapping[str, str] = NO_HEADERS
) -> HttpResponse:
    """An answer with what every answer of the route carries."""
    allowance: Allowance | None = request.META[COUNTED]
    carried = {"Allow": "POST, OPTIONS", **(allowance.headers() if allowance else {})}
    length = {"Content-Length": str(len(content))}
    return HttpResponse(
        content, status=status, content_type="application/json", headers={**carried, **headers, **length}
    )


def _recall(meta: Environ) -> Principal:
    """The remembered caller; the storing statement proves that it still counts."""
    principal = tokens.recall(meta.get("HTTP_AUTHORIZATION"), meta.get("HTTP_X_API_KEY"), clock.now())
    if principal is None:
        raise LongWay
    return principal


def _only(principal: Principal, is_fresh: bool) -> Principal:
    """The remembered caller, once: a second look at the caller's rights is the long way's."""
    if is_fresh:
        raise LongWay
    return principal
