"""The charts page and its CSV files: counters alone, the same few queries whatever there is."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.display_zone import display_zone
from hub.entities.transfer.cells import guarded
from hub.errors import NotFound
from hub.web.access import page
from hub.web.requests import HubRequest
from hub.web.templatetags.moments import machine_time
from inbound.query import TooSlow, patience
from inbound.ui.charts.asked import BAR, DIRECTIONS, INBOUND, Asked, asked_of
from inbound.ui.charts.drawing import Chart, Scale, charts_of
from inbound.ui.charts.waiting import ages_of
from inbound.ui.names import Names, names_of
from inbound.ui.windows import SPANS, local_text
from integrations.versions import SavedVersion, versions_between
from monitoring.charting import last_counted_at, read_series
from monitoring.counters import ACKNOWLEDGEMENTS

MOST_MARKERS: Final = 20
"""Versions that are marked; more would hide the chart."""
LISTS: Final = {INBOUND: "inbound:events", "outbound": "outbound:deliveries"}
"""Direction → the list of what is counted, by name because deliveries lie above this app."""
Context = dict[str, Any]  # Any: what a template shows


@page(Capability.MONITOR)
@require_safe
def statistics(request: HubRequest) -> HttpResponse:
    """The charts that the address asks for."""
    at = clock.now()
    asked = asked_of(request.GET, at, display_zone())
    names = names_of(request.organization)
    context = _frame(request, asked, names)
    try:
        context |= _charts(request.organization, asked, names, at)
    except TooSlow as error:
        context["failure"] = error
    return render(request, "inbound/charts/statistics.html", context)


@page(Capability.MONITOR)
@require_safe
def statistics_file(request: HubRequest, chart: str) -> HttpResponse:
    """The table behind one chart as CSV: moments in UTC, plain numbers, nothing where nothing was counted."""
    at = clock.now()
    asked = asked_of(request.GET, at, display_zone())
    try:
        with patience():
            charts = _read(request.organization, asked, names_of(request.organization), at)
    except TooSlow as error:
        return HttpResponse(error.message, status=503, content_type="text/plain; charset=utf-8")
    found = next((one for one in charts if one.key == chart), None)
    if found is None:
        raise NotFound(_("There is no such chart."))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{chart}.csv"'
    _write(found, response)
    return response


def _write(chart: Chart, file: HttpResponse) -> None:
    writer = csv.writer(file)
    heads = [f"{line.look}_{chart.unit}" for line in chart.lines]
    writer.writerow([guarded(head) for head in ("from", "to", *heads)])
    for place, row in enumerate(chart.rows):
        values = [line.values[place] for line in chart.lines]
        cells = ["" if value is None else f"{value:.10g}" for value in values]
        writer.writerow(
            [guarded(cell) for cell in (machine_time(row.slot.since), machine_time(row.slot.until), *cells)]
        )


def _read(organization: Organization, asked: Asked, names: Names, at: datetime) -> list[Chart]:
    """Three queries."""
    subjects, slots = asked.subjects(organization), asked.slots(at, display_zone())
    endings = read_series(subjects=subjects, slots=slots, direction=asked.direction)
    acknowledged = read_series(subjects=subjects, slots=slots, direction=ACKNOWLEDGEMENTS, status="success")
    ages = ages_of(organization, asked, names, slots)
    return charts_of(endings, acknowledged, ages, Scale(slots, display_zone(), at, asked.rows_zoom()))


def _charts(organization: Organization, asked: Asked, names: Names, at: datetime) -> Context:
    with patience():
        charts = _read(organization, asked, names, at)
        slots = asked.slots(at, display_zone())
        markers = versions_between(
            organization=organization,
            use_case_ids=asked.use_cases(names),
            since=slots.first,
            until=slots.end,
            limit=MOST_MARKERS,
        )
    scale = Scale(slots, display_zone(), at, asked.rows_zoom())
    marks = _marks([((one.at - slots.first) // slots.step, f"{one.slug}@v{one.version}") for one in markers])
    is_empty = not any(chart.says_something for chart in charts)
    return {
        "charts": charts,
        "shared": {"axis": scale.axis(), "marks": marks},
        "markers": [(one, _use_case_url(one)) for one in markers],
        "is_empty": is_empty,
        "last_at": last_counted_at(organization, (asked.direction,)) if is_empty else None,
    }


def _marks(found: Sequence[tuple[int, str]]) -> list[dict[str, object]]:
    """One mark per slot, named after its version, or after how many there are: words would lie upon each other."""
    labels: dict[int, list[str]] = {}
    for place, label in found:
        labels.setdefault(place, []).append(label)
    return [
        {"place": place, "label": all_[0] if len(all_) == 1 else _("%(count)d versions") % {"count": len(all_)}}
        for place, all_ in labels.items()
    ]


def _use_case_url(one: SavedVersion) -> str:
    return reverse("integrations:use-case-history", args=[one.integration_id, one.use_case_id])


def _frame(request: HubRequest, asked: Asked, names: Names) -> Context:
    """What stands around the charts."""
    zone = display_zone()
    word, rows_url = partial(_word, names), _list_url(asked.direction)
    return {
        "asked": asked,
        "chips": BAR.chips(asked, word, zone, ""),
        "choices": BAR.choices(asked, _options(names)),
        "windows": [(name, span.label, asked.address(("from", "to"), window=name)) for name, span in SPANS.items()],
        "window_label": asked.window.label(zone),
        "since_text": local_text(asked.window.since, zone),
        "until_text": local_text(asked.window.until, zone),
        "directions": [(one, word("direction", one), asked.address((), direction=one)) for one in DIRECTIONS],
        "ways": _ways(asked),
        "rows_url": rows_url,
        "rows_address": f"{rows_url}{asked.rows_between(asked.window.since, asked.window.until)}" if rows_url else "",
        "here": request.get_full_path(),
        "here_query": asked.address(),
        "shorter_url": asked.address(("from", "to"), window="1h"),
    }


def _list_url(direction: str) -> str:
    try:
        return reverse(LISTS[direction])
    except NoReverseMatch:
        return ""


def _ways(asked: Asked) -> list[dict[str, str]]:
    """Links to the windows around this one."""
    return [
        {"label": _("Earlier"), "url": asked.moved(-0.5), "icon": "chevron-left", "key": "ArrowLeft"},
        {"label": _("Later"), "url": asked.moved(0.5), "icon": "chevron-right", "key": "ArrowRight"},
        {"label": _("Zoom in"), "url": asked.moved(0, 0.5), "icon": "zoom-in", "key": "+"},
        {"label": _("Zoom out"), "url": asked.moved(0, 2), "icon": "zoom-out", "key": "-"},
    ]


def _options(names: Names) -> dict[str, list[tuple[str, str]]]:
    return {
        "integration": [(str(one.pk), one.name) for one in names.integrations.values()],
        "use_case": [(str(one.pk), one.slug) for one in names.use_cases.values()],
    }


def _word(names: Names, name: str, value: str) -> str:
    if name == "direction":
        return _("Inbound") if value == INBOUND else _("Outbound")
    found = names.integration(UUID(value)) if name == "integration" else names.use_case(UUID(value))
    return found or value
