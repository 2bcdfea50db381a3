"""The simulation page: a payload, a configuration, and what would come of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.grants import Capability
from hub.api.throttling import RateLimited
from hub.web.access import page
from hub.web.requests import HubRequest
from inbound.simulate import count_run
from inbound.ui.bench import EVENT_TYPES, FORMATS, Bench, opened, reloaded, submitted
from inbound.ui.names import names_of
from inbound.ui.outcomes import Problem, Run, kept_good, problem_of, run
from monitoring.codes import get_code

PANES = {"load": "inbound/_bench_configuration.html", "format": "inbound/_bench_payload.html"}
"""What a part of the page may ask for → the pane it gets; everything else is a run."""

Context = dict[str, Any]  # Any: what a template shows


@page(Capability.READ)
@require_http_methods(["GET", "HEAD", "POST"])
def playground(request: HubRequest) -> HttpResponse:
    """The page; POST runs what the form holds, or loads another configuration into it."""
    if request.method != "POST":
        bench = opened(request.organization, request.GET)
        return _answer(request, "", bench, Run(None))
    wish = request.POST.get("do", "run")
    bench = submitted(request.organization, request.POST)
    kept = request.POST.get("good", "")
    if wish in PANES:
        bench = reloaded(bench) if wish == "load" else bench
        return _answer(request, wish, bench, Run(kept_good(kept)))
    return _answer(request, "run", bench, _run(request, bench, kept))


def _run(request: HubRequest, bench: Bench, kept: str) -> Run:
    if len(bench.payload) > settings.HUB_EVENT_MAX_BYTES:
        known = get_code("PAYLOAD_TOO_LARGE")
        return Run(kept_good(kept), Problem(known.sentence, known.advice, code=known.name))
    try:
        count_run(request.principal, clock.now())
    except RateLimited as error:
        return Run(kept_good(kept), problem_of(error))
    return run(bench, kept, request.organization)


def _answer(request: HubRequest, wish: str, bench: Bench, done: Run) -> HttpResponse:
    """The pane that a part of the page asked for, or all of it. htmx shows no failure but 422."""
    context = _context(request, bench, done)
    status = done.problem.status if done.problem else 200
    if not request.htmx:
        return render(request, "inbound/simulation.html", context, status=status)
    template = PANES.get(wish, "inbound/_bench_result.html")
    return render(request, template, context, status=422 if done.problem else 200)


def _context(request: HubRequest, bench: Bench, done: Run) -> Context:
    names = names_of(request.organization)
    by_integration = [
        (integration.name, [one for one in names.inbound_use_cases if one.integration_id == integration.pk])
        for integration in names.integrations.values()
    ]
    return {
        "bench": bench,
        "run": done,
        "formats": FORMATS,
        "event_types": EVENT_TYPES[1:],
        "groups": [(name, use_cases) for name, use_cases in by_integration if use_cases],
    }
