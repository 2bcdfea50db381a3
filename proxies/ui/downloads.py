"""GET /download and /stream/download: a signed link opens a file; nobody has to be signed in (section 6.3)."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from hub import clock
from hub.errors import HubError
from hub.hops import hop_of
from hub.served_files import links
from hub.served_files.headers import headers_of
from hub.served_files.queries import parameters_in
from hub.web.file_answers import refusal
from proxies.file_proxy.download import Asked, OpenedFile, open_file
from proxies.file_proxy.failures import as_failed
from proxies.file_proxy.recipes import find_recipe
from proxies.file_proxy.running import UNSATISFIABLE


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
        return _with_origin(refusal(request, error if error.status == 401 else as_failed(error)), allowed_origin)
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
    headers = headers_of(
        name=facts.name, content_type=facts.content_type, is_inline=is_inline, takes_ranges=opened.takes_ranges
    )
    return headers | ({"Content-Range": opened.content_range} if opened.content_range else {})


def _with_origin(response: HttpResponseBase, origin: str) -> HttpResponseBase:
    """A page of an allowed site may read the answer."""
    response.headers["Vary"] = "Origin"
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Content-Disposition, Content-Range, Accept-Ranges"
    return response
