"""handle: turns every anticipated failure into the one JSON shape; what nobody anticipated stays an exception."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import Error
from django.http import Http404, HttpRequest
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from hub.database import is_transient
from hub.errors import ErrorDetail, HubError, Unavailable
from hub.problems import problem

CODES = {
    400: "VALIDATION_ERROR",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    411: "LENGTH_REQUIRED",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "RATE_LIMITED",
}
log = logging.getLogger(__name__)

CHALLENGE = "Bearer"
"""What WWW-Authenticate says with every 401."""


def handle(failure: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to a failure met while a view ran. None lets it pass: it is logged and answered as 500."""
    hub_error = _outage(failure) or _translate(failure)
    if hub_error is None:
        return None
    response = Response(as_json(hub_error, context.get("request")), status=hub_error.status)
    for name, value in failure_headers(failure, hub_error).items():
        response[name] = value
    response.exception = True
    return response


def as_json(failure: HubError, request: Request | HttpRequest | None) -> dict[str, Any]:
    """The body of the answer to an anticipated failure."""
    correlation_id = getattr(getattr(request, "_request", request), "correlation_id", "")
    return dict(
        problem(code=failure.code, message=failure.message, details=failure.details, correlation_id=correlation_id)
    )


def failure_headers(failure: Exception, hub_error: HubError) -> dict[str, str]:
    """WWW-Authenticate, Allow or Retry-After, where the status asks for one."""
    headers: dict[str, str] = dict(getattr(failure, "headers", None) or getattr(hub_error, "headers", {}))
    if hub_error.status == 401:
        headers["WWW-Authenticate"] = CHALLENGE
    return headers


def _outage(failure: Exception) -> HubError | None:
    if not isinstance(failure, Error) or not is_transient(failure):
        return None
    log.warning("the database is away: %s", failure)
    return Unavailable("The database cannot be reached. Try again soon.")


def _translate(failure: Exception) -> HubError | None:
    if isinstance(failure, HubError):
        return failure if failure.status != 500 else None
    if isinstance(failure, Http404):
        return _hub_error(404, "There is nothing here.")
    if isinstance(failure, PermissionDenied):
        return _hub_error(403, "You may not do this.")
    if isinstance(failure, RequestDataTooBig):
        return _hub_error(413, "The body is too large.")
    if isinstance(failure, SuspiciousOperation):
        return _hub_error(400, "The request is not acceptable.")
    if isinstance(failure, exceptions.ValidationError):
        return _hub_error(400, "The request breaks a rule.", _details("", failure.detail))
    if isinstance(failure, exceptions.APIException):
        return _hub_error(failure.status_code, str(failure.detail))
    return None


def _hub_error(status: int, message: str, details: Sequence[ErrorDetail] = ()) -> HubError:
    failure = HubError(message, code=CODES.get(status, "VALIDATION_ERROR"), details=details)
    failure.status = status
    return failure


def _details(path: str, findings: Any) -> list[ErrorDetail]:  # Any: the framework nests lists and dicts of texts
    if isinstance(findings, dict):
        return [detail for key, inner in findings.items() for detail in _details(_under(path, str(key)), inner)]
    if isinstance(findings, list):
        nested = any(isinstance(finding, dict) for finding in findings)
        return [
            detail
            for position, inner in enumerate(findings)
            for detail in _details(f"{path}[{position}]" if nested else path, inner)
        ]
    return [ErrorDetail(path, str(findings))]


def _under(path: str, key: str) -> str:
    if key == "non_field_errors":
        return path
    return f"{path}.{key}" if path else key
