"""The page of a trace: one timeline across integrations and systems, and the field that finds it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.web.access import page
from hub.web.requests import HubRequest
from hub.web.templatetags.moments import largest_unit
from hub.web.templatetags.numbers import duration_ms
from hub.web.templatetags.source_code import json_text
from integrations.queries import integrations_of
from monitoring.traces.parts import read_parts
from monitoring.traces.timeline import Row, Timeline, timeline_of

LONGEST_ID: Final = 255
MOST_SAID: Final = 200
"""Characters of a text beside a bar, of which a window cuts off what it has no room for."""
_IN_MILLISECONDS: Final = timedelta(seconds=60)
"""Spans below are shown to the millisecond or the tenth of a second, longer ones in their largest unit."""


@page(Capability.MONITOR)
@require_safe
def find_trace(request: HubRequest) -> HttpResponse:
    """The field for an id; with a usable one straight to its trace."""
    wanted = request.GET.get("correlation", "").strip()
    if wanted and _is_usable(wanted):
        return redirect("monitoring:trace", correlation_id=wanted)
    context = {"wanted": wanted, "is_wrong": bool(wanted), "longest": LONGEST_ID}
    return render(request, "monitoring/find_trace.html", context, status=422 if wanted else 200)


@page(Capability.MONITOR)
@require_safe
def trace(request: HubRequest, correlation_id: str) -> HttpResponse:
    """200, also for an id that nobody used: the page then says so."""
    at = clock.now()
    part = read_parts(organization=request.organization, correlation_id=correlation_id, at=at)
    timeline = timeline_of(part, at)
    context = {
        "correlation_id": correlation_id,
        "timeline": timeline,
        "is_cut": part.is_cut,
        "integrations": _integrations(request, timeline),
        "rows": [_shown(row) for row in timeline.rows] if timeline else [],
        "ticks": [in_words(tick) for tick in timeline.ticks] if timeline else [],
        "took": in_words(timeline.clock.took) if timeline else "",
        "find_url": reverse("monitoring:find-trace"),
    }
    return render(request, "monitoring/trace.html", context)


def in_words(span: timedelta) -> str:
    """Exact while it is short, one unit where it is long."""
    if span < _IN_MILLISECONDS:
        return duration_ms(span / timedelta(milliseconds=1))
    return largest_unit(span.total_seconds())


def _shown(row: Row) -> dict[str, object]:
    step, took = row.step, in_words(row.took) if row.took else ""
    code = "" if step.status == "success" else step.code
    return {
        "row": row,
        "step": step,
        "after": in_words(row.after),
        "took": took,
        "said": " · ".join(filter(None, (code, step.text)))[:MOST_SAID],
        "detail": json_text(step.detail) if step.detail else "",
    }


def _integrations(request: HubRequest, timeline: Timeline | None) -> list[str]:
    """Names, in the order in which the trace reaches them."""
    if timeline is None:
        return []
    names = {one.pk: one.name for one in integrations_of(request.organization)}
    reached = dict.fromkeys(row.step.integration_id for row in timeline.rows)
    return [names[one] for one in reached if one in names]


def _is_usable(text: str) -> bool:
    return len(text) <= LONGEST_ID and text.isprintable() and not text.endswith("/")
