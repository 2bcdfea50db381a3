"""The overview: integrations worst first, use cases by outcome, and what needs a person."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.web.access import may, page
from hub.web.requests import HubRequest
from monitoring.attention import Attention
from monitoring.matrix import COLUMNS, with_events
from monitoring.overview import read_overview
from monitoring.time_ranges import RANGES, range_of

TILES = 8
"""Integrations that get a tile; the list has all of them."""
ONE_ROW = 4
"""Tiles that fit into one row, where the worst one has room to say what is wrong; with fewer each has."""


@page(Capability.MONITOR)
@require_safe
def overview(request: HubRequest) -> HttpResponse:
    """The overview of the range that the parameter window names."""
    at, time_range = clock.now(), range_of(request.GET.get("window"))
    read = read_overview(organization=request.organization, time_range=time_range, at=at)
    context: dict[str, object] = {
        "may_edit": may(request, Capability.WRITE),
        "may_issue_tokens": may(request, Capability.TOKEN_CREATE),
    }
    if not read.total.total and not any(card.integration.use_cases.all() for card in read.cards):
        context |= {"cards": read.cards, "attention": read.attention, "needs_somebody": _is_news(read.attention)}
        return render(request, "monitoring/first_steps.html", context)
    shows_all = request.GET.get("rows") == "all"
    context |= {
        "overview": read,
        "tiles": read.cards[:TILES],
        "has_room": len(read.cards) < ONE_ROW,
        "has_room_first": len(read.cards) <= ONE_ROW,
        "groups": read.groups if shows_all else with_events(read.groups),
        "shows_all": shows_all,
        "use_case_count": sum(len(card.integration.use_cases.all()) for card in read.cards),
        "columns": COLUMNS,
        "ranges": RANGES.values(),
        "time_range": time_range,
        "at": at,
    }
    return render(request, "monitoring/overview.html", context)


def _is_news(attention: Attention) -> bool:
    """Whether it says more than the first steps do themselves: that an integration has no use case."""
    return len(attention) > len(attention.bare)
