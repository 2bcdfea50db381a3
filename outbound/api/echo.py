"""/echo/{name}: the echo receiver; mounted only while developing, for anybody, as a receiver elsewhere would be."""

from __future__ import annotations

import threading

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from hub import clock
from hub.errors import NotFound
from outbound.echo.receiving import Incoming, receive


@csrf_exempt
def echo(request: HttpRequest, name: str) -> HttpResponse:
    """Remembers the request and answers as it was told to."""
    headers = {key.lower(): value for key, value in request.headers.items()}
    incoming = Incoming(name, request.method or "GET", request.get_full_path(), headers, request.body)
    try:
        reply = receive(incoming, clock.now())
    except NotFound as error:
        return JsonResponse({"message": error.message}, status=404)
    if reply.pause_ms:
        threading.Event().wait(reply.pause_ms / 1000)
    response = JsonResponse({"echo": name, "status": reply.status}, status=reply.status)
    if reply.retry_after_s and reply.status != 200:
        response["Retry-After"] = str(reply.retry_after_s)
    return response
