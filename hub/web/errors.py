"""What the site answers when no view does: a page for people, the one JSON shape for machines."""

from __future__ import annotations

import orjson
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.html import escape

from hub.problems import is_api_path, problem

CODES = {
    400: "VALIDATION_ERROR",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    413: "PAYLOAD_TOO_LARGE",
    500: "INTERNAL_ERROR",
}
SENTENCES = {
    400: "The request is not acceptable.",
    403: "You may not do this.",
    404: "There is nothing here.",
    413: "The form is larger than the hub accepts. Send a long text as a file; nothing was saved.",
    500: "Something went wrong on our side. The request id helps to find out what.",
}

TOO_MANY_FIELDS = "More is chosen than one form can carry. Choose fewer, or act on all that match; nothing was done."


class NothingHere(Http404):
    """404 with a sentence for people; those of the framework are for developers."""


class NotAcceptable(BadRequest):
    """400 with a sentence for people, as NothingHere."""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a request that no view may see, a form of too many fields among them; 413 for one that is too large."""
    if isinstance(exception, TooManyFieldsSent):
        return _answer(request, 400, code="TOO_MANY_FIELDS", message=TOO_MANY_FIELDS)
    if isinstance(exception, NotAcceptable):
        return _answer(request, 400, message=str(exception))
    return _answer(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: raised by a page."""
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such path, or no such thing; a page may have said which."""
    told = str(exception) if isinstance(exception, NothingHere) else ""
    return _answer(request, 404, message=told)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: nobody anticipated this; the trace is in the log, never in the answer."""
    return _answer(request, 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form came without its cross-site protection."""
    return _answer(request, 403, code="CSRF_FAILED")


def _answer(request: HttpRequest, status: int, code: str = "", message: str = "") -> HttpResponse:
    if is_api_path(request.path):
        return _problem(request, status, code or CODES[status])
    return HttpResponse(_page(request, status, code, message or SENTENCES[status]), status=status)


def _problem(request: HttpRequest, status: int, code: str) -> HttpResponse:
    correlation_id = str(getattr(request, "correlation_id", ""))
    body = problem(code=code, message=SENTENCES[status], correlation_id=correlation_id)
    return HttpResponse(orjson.dumps(body), content_type="application/json", status=status)


def _page(request: HttpRequest, status: int, code: str, message: str) -> str:
    # Drawn without context processors: a page about a failure must not need the database that failed.
    context = {
        "status": status,
        "code": code or CODES[status],
        "message": message,
        "told": "" if message == SENTENCES[status] else message,
        "request_id": getattr(request, "request_id", ""),
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }
    try:
        return render_to_string([f"errors/{status}.html", "errors/error.html"], context)
    except TemplateDoesNotExist:
        return f"<!doctype html><title>{status}</title><p>{escape(message)}"
