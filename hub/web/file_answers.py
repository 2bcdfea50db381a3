"""refusal: why a link to a file opens none, as a page or as JSON, with the id of the request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from hub.errors import HubError
from hub.problems import problem

RETRY_AFTER_S = 1


def refusal(request: HttpRequest, failure: HubError) -> HttpResponse:
    """A page for whoever asks for one: mostly a browser has followed a link."""
    request_id = str(getattr(request, "request_id", ""))
    if "text/html" in request.headers.get("Accept", ""):
        context = {"message": failure.message, "code": failure.code, "request_id": request_id}
        response = render(request, "errors/no_file.html", context, status=failure.status)
    else:
        body = problem(code=failure.code, message=failure.message, details=failure.details, correlation_id=request_id)
        response = JsonResponse(body, status=failure.status)
    if failure.status in {429, 503}:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response
