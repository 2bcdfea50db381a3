"""ShortPath: hot routes without framework overhead; whatever is not plain goes the long way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.exception import response_for_exception
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error
from django.http import HttpRequest, HttpResponse

from hub import clock
from hub.accounts import tokens
from hub.accounts.principals import Principal
from hub.api.errors import as_json
from hub.api.throttling import COUNTED, Allowance, count_request
from hub.errors import HubError
from hub.json_encoding import encode
from hub.plugins import load

Environ = dict[str, Any]  # Any: what the server and WSGI put there
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
GetResponse = Callable[[HttpRequest], HttpResponse]

NO_HEADERS: Mapping[str, str] = {}
UNUSUAL = (
    "HTTP_CONTENT_ENCODING",
    "HTTP_TRANSFER_ENCODING",
    "HTTP_X_EPILOT_ORG_ID",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_IDEMPOTENCY_KEY",
)
"""Headers that ask for a closer look."""


class LongWay(Exception):
    """Something about the request is not plain; the full application answers it."""


ANSWERED_THERE = (LongWay, HubError, DisallowedHost, Error)
"""What the full application answers: nothing was tried to be stored or sent by then, and it knows how to say no."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route says: JSON text, and the headers that not every answer of it carries."""

    content: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class ShortPath(ABC):
    """A WSGI application before the application, for POST routes that answer with JSON.

    What matters of the full application's middleware stands before it as well (SHORT_PATH_MIDDLEWARE). Every subclass
    has a test that posts its requests to both doors and compares status, headers and bytes (engine rule 3.2).
    """

    answered_here: ClassVar[tuple[type[HubError], ...]] = ()
    """Failures that may come after a commit nobody heard of: a second run would do the same again."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.handle: GetResponse = self._answer
        for name in reversed(settings.SHORT_PATH_MIDDLEWARE):
            self.handle = load(name)(self.handle)

    @abstractmethod
    def most_bytes(self, path: str) -> int | None:
        """How large a body may be at the path; None where the path is somebody else's."""

    @abstractmethod
    def answer(self, request: HttpRequest, principal: Principal) -> Answer:
        """What the full application would answer. principal is remembered: what is done must prove that its
        config_version still counts.

        Raises LongWay, or what the full application would say no with, while nothing has been written or sent.
        """

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a plain request here, hand everything else on untouched."""
        most = self.most_bytes(environ["PATH_INFO"])
        if most is None or not _is_plain(environ, most):
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

    def _answer(self, request: HttpRequest) -> HttpResponse:
        request.get_host()
        try:
            return self._done(request)
        except self.answered_here as failure:
            headers = getattr(failure, "headers", NO_HEADERS)
            return _respond(request, encode(as_json(failure, request)), status=failure.status, headers=headers)
        except ANSWERED_THERE:
            raise
        except Exception as failure:
            return response_for_exception(request, failure)

    def _done(self, request: HttpRequest) -> HttpResponse:
        principal = _recall(request.META)
        request.principal = principal  # type: ignore[attr-defined]  # read by the access log
        request.META[COUNTED] = count_request(principal.organization_id, clock.now())
        answer = self.answer(request, principal)
        return _respond(request, answer.content, status=answer.status, headers=answer.headers)


def _is_plain(environ: Environ, most_bytes: int) -> bool:
    """A JSON POST of known, allowed length with one token in its headers and nothing that asks for a closer look."""
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ.get("CONTENT_TYPE") == "application/json"
        and length.isascii()
        and length.isdigit()
        and int(length) <= most_bytes
        and not environ.get("QUERY_STRING")
        and not any(name in environ for name in UNUSUAL)
    )


def _request(environ: Environ, body: bytes) -> HttpRequest:
    request = WSGIRequest(environ)
    request._body = body
    return request


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
    principal = tokens.recall(meta.get("HTTP_AUTHORIZATION"), meta.get("HTTP_X_API_KEY"), clock.now())
    if principal is None:
        raise LongWay
    return principal
