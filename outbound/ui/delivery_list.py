"""The list of deliveries, and how many new ones wait above it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.display_zone import display_zone
from hub.web.access import may, page
from hub.web.requests import HubRequest
from hub.web.row_pages import RowPage, position_of
from hub.web.saved_views.shown import views_shown
from inbound.query import TooSlow
from inbound.ui.windows import SPANS, local_text
from outbound.deliveries import held_webhooks
from outbound.delivery_list import count_deliveries
from outbound.models import DELIVERY_PREFIX
from outbound.ui.chips import chips_of, choices_of
from outbound.ui.emptiness import reason_of
from outbound.ui.filters import Asked, asked_of
from outbound.ui.headline import EVERY, headline_of
from outbound.ui.listing import page_of, summary_of
from outbound.ui.names import Names, names_of
from outbound.ui.rows import Row
from outbound.ui.troubles import notices_of
from outbound.uploads.receivers import named_uploads
from outbound.webhooks.troubled import troubled

MOST_NEW = 1000
"""New rows are counted no further."""

Context = dict[str, Any]  # Any: what a template shows


@page(Capability.WEBHOOK_VIEW)
@require_safe
def delivery_list(request: HubRequest) -> HttpResponse:
    """The deliveries of the organization that the address asks for, newest first."""
    asked = asked_of(request.GET, clock.now(), display_zone())
    names = names_of(request.organization)
    context = _frame(request, asked, names)
    try:
        context["headline"] = headline_of(request.organization, asked)
        listed = page_of(request.organization, asked, names, request.GET.dict())
    except TooSlow as error:
        return render(request, "outbound/deliveries.html", context | {"failure": error})
    context |= _list(request, asked, listed)
    if not listed.rows:
        reason = reason_of(request, asked, names)
        context |= {"emptiness": reason, "chips": chips_of(asked, names, display_zone(), empties=reason.blamed)}
    return render(request, "outbound/deliveries.html", context)


@page(Capability.WEBHOOK_VIEW)
@require_safe
def new_deliveries(request: HubRequest) -> JsonResponse:
    """``{"count": n}``: matching deliveries above the row that the parameter after names, all of them without it."""
    asked = asked_of(request.GET, clock.now(), display_zone())
    wanted = asked.wanted(after=position_of(DELIVERY_PREFIX, request.GET.get("after", "")))
    held = held_webhooks(request.organization)
    count = count_deliveries(organization=request.organization, wanted=wanted, most=MOST_NEW, held=held)
    return JsonResponse({"count": count})


@page(Capability.WEBHOOK_VIEW)
@require_safe
def delivery_numbers(request: HubRequest) -> HttpResponse:
    """How many deliveries stand where, of what the address asks for: a part of other pages."""
    asked = asked_of(request.GET, clock.now(), display_zone())
    try:
        figures = headline_of(request.organization, asked, EVERY, reverse("outbound:deliveries"))
    except TooSlow as error:
        return render(request, "outbound/_numbers_failed.html", {"failure": error})
    return render(request, "outbound/_headline.html", {"headline": figures})


def _frame(request: HubRequest, asked: Asked, names: Names) -> Context:
    """What stands around the rows."""
    zone = display_zone()
    return {
        "asked": asked,
        "chips": chips_of(asked, names, zone),
        "choices": choices_of(asked, names, named_uploads(request.organization)),
        "windows": [(name, span.label, asked.address(("from", "to"), window=name)) for name, span in SPANS.items()],
        "window_label": asked.window.label(zone),
        "since_text": local_text(asked.window.since, zone),
        "until_text": local_text(asked.window.until, zone),
        "troubles": notices_of(troubled(request.organization)),
        "shorter_url": asked.address(("from", "to"), window="1h"),
        "here": request.get_full_path(),
        "can_resend": may_resend(request),
        "can_change": may(request, Capability.WEBHOOK_EDIT),
        "saved": views_shown(request, "deliveries", asked.address()),
    }


def may_resend(request: HubRequest) -> bool:
    """Operators repair, too: they hold SEND and change no webhook."""
    return may(request, Capability.SEND) or may(request, Capability.WEBHOOK_EDIT)


def _list(request: HubRequest, asked: Asked, listed: RowPage[Row]) -> Context:
    """The rows and the ways to others."""
    address = asked.address()
    is_live = listed.is_first and bool(asked.window.name)
    after = asked.address(after=listed.newest) if listed.newest else address
    return {
        "listed": listed,
        "summary": summary_of(listed),
        "filter_query": address if address != "?" else "",
        "live_url": reverse("outbound:new-deliveries") + after if is_live else "",
        "newest_url": address,
        "is_all_selected": request.GET.get("selected") == "page",
    }
