"""Firing a core event by hand: an entity to begin with, fields, a preview of the payload, and then for real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.grants import Capability
from hub.errors import ErrorDetail, HubError
from hub.events.audience import audience_of
from hub.events.definitions import Event, get_event
from hub.events.publishing import EVENT_PREFIX, Published
from hub.events.triggering import Firing, Preview, preview, trigger
from hub.ids import to_text
from hub.web import once
from hub.web.access import may, no_permission, page
from hub.web.core_events.heads import head_of
from hub.web.core_events.inputs import given_of, inputs_of, others_of
from hub.web.core_events.seeding import Seeding, candidates_of, seeding_of
from hub.web.requests import HubRequest

BY_PEOPLE, TEST = "user", "test"
"""Types of a trigger source."""

Context = dict[str, Any]  # Any: what a template shows


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the form: a payload with what is wrong about it, or findings alone; published: it went out."""

    shown: Preview | None = None
    findings: Sequence[ErrorDetail] = ()
    published: Published | None = None


@page(Capability.ENTITY_VIEW)
@require_http_methods(["GET", "POST"])
def fire(request: HubRequest, name: str) -> HttpResponse:
    """The form; POST looks for entities, previews, or fires."""
    event = get_event(organization=request.organization, name=name)
    seeding = seeding_of(event.definition.graph, request.POST or request.GET)
    act = request.POST.get("do", "")
    if act == "fire" and not may(request, Capability.EVENTS_MANAGE):
        return no_permission(request, Capability.EVENTS_MANAGE)
    outcome = _outcome(request, event, seeding, act)
    if outcome.published is not None:
        messages.success(request, _("%(name)s is fired.") % {"name": name})
        return redirect("web:past-core-event", name, to_text(EVENT_PREFIX, outcome.published.id))
    status = 422 if outcome.findings and act else 200
    return render(request, "core_events/fire.html", _context(request, event, seeding, outcome), status=status)


def _outcome(request: HubRequest, event: Event, seeding: Seeding, act: str) -> Outcome:
    if act not in {"preview", "fire"}:
        return Outcome()
    given = given_of(event, request.POST)
    findings = [*given.findings]
    if seeding.node is not None and seeding.seed is None:
        findings.append(ErrorDetail("seed", _("choose an entity to begin with")))
    if findings:
        return Outcome(findings=findings)
    is_test = "is_test" in request.POST
    firing = Firing(
        name=event.name,
        seed=seeding.seed,
        fields=given.values,
        skipped=request.POST.getlist("skip"),
        source_type=TEST if is_test else BY_PEOPLE,
        source=request.principal.actor_id,
        correlation_id=request.correlation_id,
        is_test=is_test,
    )
    return _carried_out(request, firing, is_real=act == "fire")


def _carried_out(request: HubRequest, firing: Firing, *, is_real: bool) -> Outcome:
    organization = request.organization
    try:
        if not is_real:
            shown = preview(organization=organization, firing=firing, at=clock.now())
            return Outcome(shown, shown.problems)
        if not once.take(request):
            return Outcome(
                findings=[ErrorDetail("", _("This form was sent already. Send it again to fire once more."))]
            )
        return Outcome(published=trigger(organization=organization, firing=firing, at=clock.now()))
    except HubError as error:
        return Outcome(findings=error.details or [ErrorDetail("", error.message)])


def _context(request: HubRequest, event: Event, seeding: Seeding, outcome: Outcome) -> Context:
    inputs = inputs_of(event, request.POST, outcome.findings)
    node_id = seeding.node.id if seeding.node else ""
    others = [one for one in others_of(inputs, outcome.findings) if not one.path.startswith("seed")]
    return head_of(request, event) | {
        "seeding": seeding,
        "candidates": candidates_of(request, seeding),
        "seed_error": next((one.message for one in outcome.findings if one.path.startswith("seed")), ""),
        "inputs": inputs,
        "asked": [one for one in inputs if one.is_required or one.raw or one.error],
        "optional": [one for one in inputs if not (one.is_required or one.raw or one.error)],
        "skippable": [node for node in event.definition.graph.nodes if node.id != node_id],
        "skipped": request.POST.getlist("skip"),
        "is_test": "is_test" in request.POST,
        "others": [replace(one, path=one.path or _("event")) for one in others],
        "shown": outcome.shown,
        "findings": outcome.findings,
        "listeners": audience_of(request.organization).get(event.name, ()),
        "mark_field": once.FIELD,
        "mark": once.mark_of(request),
    }
