"""GET /download and /stream/download: a signed link opens a file; nobody has to be signed in (section 6.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from hub import clock
from hub.errors import HubError
from hub.hops import hop_of
from hub.problems import problem
from proxies.file_proxy import links
from proxies.file_proxy.content_types import may_be_shown
from proxies.file_proxy.download import Asked, OpenedFile, open_file
from proxies.file_proxy.failures import as_failed
from proxies.file_proxy.names import disposition
from proxies.file_proxy.queries import parameters_in
from proxies.file_proxy.recipes import find_recipe
from proxies.file_proxy.running import UNSATISFIABLE

HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-site",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
}
"""With every file: whatever it holds, it acts for nobody and is kept nowhere."""
RETRY_AFTER_S: Final = 1


@csrf_exempt
@require_safe
def download(request: HttpRequest) -> HttpResponseBase:
    """The file, or a page or JSON that says why there is none, with the id of the request."""
    allowed_origin = ""
    try:
        parameters = parameters_in(request.META.get("QUERY_STRING", ""))
        links.verify(request.path, parameters, at=clock.now())
        recipe = find_recipe(parameters)
        origin = request.headers.get("Origin")
        recipe.check_origin(origin)
        allowed_origin = origin or ""
        opened = open_file(recipe, _asked(request, parameters))
    except HubError as error:
        return _with_origin(_refusal(request, error), allowed_origin)
    return _with_origin(_answer(request, opened, parameters), allowed_origin)


def _asked(request: HttpRequest, parameters: Mapping[str, str]) -> Asked:
    """If-Range names what the hub never told, so the whole file is the answer to it."""
    byte_range = "" if "If-Range" in request.headers else request.headers.get("Range", "")
    return Asked(
        parameters=parameters,
        origin=request.headers.get("Origin"),
        byte_range=byte_range,
        at=clock.now(),
        correlation_id=str(getattr(request, "correlation_id", "")),
        hop=hop_of(request.META),
    )


def _answer(request: HttpRequest, opened: OpenedFile, parameters: Mapping[str, str]) -> HttpResponseBase:
    headers = _headers(opened, is_inline=parameters.get("disposition") == "inline")
    if request.method == "HEAD" or opened.status == UNSATISFIABLE:
        opened.skip()
        length = {} if opened.status == UNSATISFIABLE else {"Content-Length": str(opened.length)}
        return HttpResponse(status=opened.status, headers={**headers, **length})
    response = StreamingHttpResponse(opened, status=opened.status, headers=headers)
    response.headers["Content-Length"] = str(opened.length)
    return response


def _headers(opened: OpenedFile, *, is_inline: bool) -> dict[str, str]:
    facts = opened.facts
    headers = {
        **HEADERS,
        "Content-Type": facts.content_type,
        "Content-Disposition": disposition(facts.name, is_inline=is_inline and may_be_shown(facts.content_type)),
        "Accept-Ranges": "bytes" if opened.takes_ranges else "none",
    }
    if opened.content_range:
        headers["Content-Range"] = opened.content_range
    return headers


def _refusal(request: HttpRequest, error: HubError) -> HttpResponse:
    failure = error if error.status == 401 else as_failed(error)
    request_id = str(getattr(request, "request_id", ""))
    if "text/html" in request.headers.get("Accept", ""):
        context = {"message": failure.message, "code": failure.code, "request_id": request_id}
        response = render(request, "proxies/no_file.html", context, status=failure.status)
    else:
        body = problem(code=failure.code, message=failure.message, details=error.details, correlation_id=request_id)
        response = JsonResponse(body, status=failure.status)
    if failure.status == 429:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _with_origin(response: HttpResponseBase, origin: str) -> HttpResponseBase:
    """A page of an allowed site may read the answer."""
    response.headers["Vary"] = "Origin"
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Content-Disposition, Content-Range, Accept-Ranges"
    return response
