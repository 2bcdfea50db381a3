"""The access log: requests to the API, newest first, by method, path, status, token and time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.accounts.models import ApiToken, Organization
from hub.display_zone import display_zone
from hub.web.access import page
from hub.web.requests import HubRequest
from hub.web.row_pages import PAGE_SIZE, cursor_of, position_of
from inbound.query import TooSlow, patience
from inbound.ui.access_log_filters import BAR, METHODS, STATUS_CLASSES, Asked, asked_of
from inbound.ui.windows import SPANS, local_text
from monitoring.access_log_pages import MOST_SCANNED, RequestPage, search_requests
from monitoring.models import AccessLog

PREFIX: Final = "req_"
"""Of the cursors of its pages."""
MOST_TOKENS: Final = 200
"""Tokens that are offered as a filter, the newest."""
SHORT: Final = ("1h", "24h", "7d", "30d")
"""Windows that are offered: requests are kept for 30 days."""
Context = dict[str, Any]  # Any: what a template shows


@page(Capability.MONITOR)
@require_safe
def access_logs(request: HubRequest) -> HttpResponse:
    """The requests of the organization that the address asks for."""
    asked = asked_of(request.GET, clock.now(), display_zone())
    tokens = _token_names(request.organization)
    context = _frame(request, asked, tokens)
    before = position_of(PREFIX, request.GET.get("before", ""))
    try:
        with patience():
            found = search_requests(organization=request.organization, wanted=asked.search(before), limit=PAGE_SIZE)
    except TooSlow as error:
        context["failure"] = error
    else:
        context |= _list(request.organization, asked, found, tokens)
        context["newest_url"] = asked.address() if before else ""
    return render(request, "inbound/access_logs.html", context)


def _list(organization: Organization, asked: Asked, found: RequestPage, tokens: Mapping[str, str]) -> Context:
    before = found.next_before
    is_first = not found.rows and not before and not AccessLog.objects.of(organization).exists()
    return {
        "rows": [(row, tokens.get(row.token_id, row.token_id)) for row in found.rows],
        "older_url": asked.address(before=cursor_of(PREFIX, before)) if before else "",
        "scanned": MOST_SCANNED,
        "is_first": is_first,
        "wider_url": asked.address(("from", "to"), window=SHORT[-1]),
    }


def _token_names(organization: Organization) -> dict[str, str]:
    newest = ApiToken.objects.of(organization).order_by("-created_at", "-pk")
    return dict(newest.values_list("pk", "name")[:MOST_TOKENS])


def _frame(request: HubRequest, asked: Asked, tokens: Mapping[str, str]) -> Context:
    """What stands around the rows."""
    zone = display_zone()
    options = {
        "status": [(name, str(label)) for name, label in STATUS_CLASSES.items()],
        "method": [(one, one) for one in METHODS],
        "token": list(tokens.items()),
    }
    return {
        "asked": asked,
        "chips": BAR.chips(asked, partial(_word, tokens), zone, ""),
        "choices": BAR.choices(asked, options),
        "windows": [(name, SPANS[name].label, asked.address(("from", "to"), window=name)) for name in SHORT],
        "window_label": asked.window.label(zone),
        "since_text": local_text(asked.window.since, zone),
        "until_text": local_text(asked.window.until, zone),
        "here": request.get_full_path(),
        "shorter_url": asked.address(("from", "to"), window="1h"),
    }


def _word(tokens: Mapping[str, str], name: str, value: str) -> str:
    return tokens.get(value, value) if name == "token" else value
