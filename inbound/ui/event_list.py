"""The list of inbound events, and how many new ones wait above it."""

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
from inbound.events import EVENT_PREFIX
from inbound.query import TooSlow, count_events
from inbound.ui.chips import chips_of, choices_of
from inbound.ui.counts import Subjects, counted
from inbound.ui.emptiness import reason_of
from inbound.ui.filters import Asked, asked_of
from inbound.ui.histogram import Histogram, histogram_of, starts_of
from inbound.ui.issues_of import issues_address
from inbound.ui.listing import listed_of, summary_of
from inbound.ui.names import Names, names_of, with_issues
from inbound.ui.rows import Row
from inbound.ui.windows import SPANS, local_text

MOST_NEW = 1000
"""New rows are counted no further."""

Context = dict[str, Any]  # Any: what a template shows


@page(Capability.MONITOR)
@require_safe
def event_list(request: HubRequest) -> HttpResponse:
    """The events of the organization that the address asks for, newest first."""
    asked = asked_of(request.GET, clock.now(), display_zone())
    names = with_issues(names_of(request.organization), request.organization, asked.of("issue"))
    histogram = _histogram(request, asked)
    try:
        found = listed_of(request.organization, asked, names, request.GET.dict())
    except TooSlow as error:
        return render(request, "inbound/events.html", _frame(request, asked, names, histogram) | {"failure": error})
    context = _frame(request, asked, names, histogram) | _list(request, asked, found.page, histogram)
    context["searched"] = found.searched
    if not found.page.rows and not (found.searched and found.searched.url):
        reason = reason_of(request.organization, asked, names)
        chips = chips_of(asked, names, display_zone(), empties=reason.blamed)
        context |= {"emptiness": reason, "chips": chips}
    return render(request, "inbound/events.html", context)


@page(Capability.MONITOR)
@require_safe
def new_events(request: HubRequest) -> JsonResponse:
    """``{"count": n}``: matching events above the row that the parameter after names, all of them without it."""
    asked = asked_of(request.GET, clock.now(), display_zone())
    after = position_of(EVENT_PREFIX, request.GET.get("after", ""))
    wanted = asked.without("payload").event_filter(after=after)
    count = count_events(organization_id=request.organization.pk, wanted=wanted, most=MOST_NEW)
    return JsonResponse({"count": count})


def _histogram(request: HubRequest, asked: Asked) -> Histogram:
    wanted, window, zone = asked.event_filter(), asked.window, display_zone()
    subjects = Subjects(request.organization.pk, wanted.integration_ids, wanted.use_case_ids)
    counts = counted(subjects, window, starts_of(window, zone)[0], at=clock.now())
    return histogram_of(counts, window, zone, asked.zoom())


def _frame(request: HubRequest, asked: Asked, names: Names, histogram: Histogram) -> Context:
    """What stands around the rows."""
    zone = display_zone()
    return {
        "asked": asked,
        "chips": chips_of(asked, names, zone),
        "choices": choices_of(asked, names),
        "windows": [(name, span.label, asked.address(("from", "to"), window=name)) for name, span in SPANS.items()],
        "window_label": asked.window.label(zone),
        "since_text": local_text(asked.window.since, zone),
        "until_text": local_text(asked.window.until, zone),
        "histogram": histogram,
        "shorter_url": asked.address(("from", "to"), window="1h"),
        "here": request.get_full_path(),
        "can_replay": may(request, Capability.SEND),
        "saved": views_shown(request, "events", asked.address()),
    }


def _list(request: HubRequest, asked: Asked, listed: RowPage[Row], histogram: Histogram) -> Context:
    """The rows and the ways to others."""
    address = asked.address()
    is_live = listed.is_first and bool(asked.window.name) and not asked.of("payload")
    after = asked.address(after=listed.newest) if listed.newest else address
    return {
        "listed": listed,
        "summary": summary_of(listed, asked, histogram.totals),
        "filter_query": address if address != "?" else "",
        "live_url": reverse("inbound:new-events") + after if is_live else "",
        "newest_url": address,
        "issues_url": issues_address(asked),
        "is_all_selected": request.GET.get("selected") == "page",
    }
