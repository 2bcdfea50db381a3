"""The list of webhooks, with what their receivers did in the last day."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.web.access import may, page
from hub.web.requests import HubRequest
from outbound.ui.standing import words_of
from outbound.ui.troubles import notices_of
from outbound.webhooks.overview import found_webhooks, overview
from outbound.webhooks.troubled import troubled

PAGE_SIZE = 100
MOST_WORDS = 200
"""Characters that are looked for."""


@page(Capability.WEBHOOK_VIEW)
@require_safe
def webhook_list(request: HubRequest) -> HttpResponse:
    """By name, a hundred on a page; q finds them by name, event or address."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:MOST_WORDS]
    found = found_webhooks(request.organization, words)
    pages = Paginator(found, PAGE_SIZE)
    shown = pages.get_page(request.GET.get("page"))
    on_page = found[shown.start_index() - 1 : shown.end_index()] if pages.count else found.none()
    rows = [(one, words_of(one)) for one in overview(request.organization, on_page, clock.now())]
    context = {
        "rows": rows,
        "words": words,
        "shown": shown,
        "count": pages.count,
        "troubles": notices_of(one for one in troubled(request.organization) if one.upload is None),
        "can_create": may(request, Capability.WEBHOOK_CREATE),
        "can_change": may(request, Capability.WEBHOOK_EDIT),
        "has_echo": settings.HUB_DEVELOPMENT,
    }
    return render(request, "outbound/webhooks.html", context)
