"""metrics: /metrics, for whoever holds HUB_METRICS_TOKEN; without that setting, for this machine in development."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from hub.accounts.client_address import client_address
from hub.observing.exposition import exposition


@csrf_exempt
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """401 without the token; 404 where no token is set and the caller is not beside a hub in development."""
    if settings.HUB_METRICS_TOKEN:
        if not _presents_token(request):
            return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    elif not (settings.HUB_DEVELOPMENT and _is_on_this_machine(request)):
        raise Http404
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _presents_token(request: HttpRequest) -> bool:
    scheme, _, presented = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    is_right = hmac.compare_digest(presented.strip().encode(), settings.HUB_METRICS_TOKEN.encode())
    return is_right and scheme.lower() == "bearer"


def _is_on_this_machine(request: HttpRequest) -> bool:
    address = client_address(request.META)
    return bool(address) and ip_address(address).is_loopback
