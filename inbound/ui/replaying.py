"""Replay of chosen events: first the question, then the act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.ids import find_id, to_text
from hub.web.access import page
from hub.web.requests import HubRequest, render_fragment
from hub.web.templatetags.numbers import number
from hub.web.templatetags.ui import display_zone
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent
from inbound.receive.arrivals import Sender
from inbound.receive.store import ConfigurationMoved
from inbound.replay import MOST_EVENTS, ReplayResult, audit_replay, replay_events
from inbound.staleness import Staleness, staleness_of
from inbound.ui.filters import asked_of
from inbound.ui.names import names_of


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a replay would run: the events there are, and how many others were named."""

    events: tuple[InboundEvent, ...]
    unknown: int

    @property
    def ids(self) -> list[str]:
        """The public ids, oldest event first: the order in which they are replayed."""
        return [to_text(EVENT_PREFIX, event.pk) for event in self.events]


@page(Capability.SEND)
@require_POST
def ask_replay(request: HubRequest) -> HttpResponse:
    """The question: which events, through which use cases. A dialog where scripts run, else a page."""
    chosen = _chosen(request)
    names = names_of(request.organization)
    slugs = sorted({names.use_case(event.use_case_id) for event in chosen.events} - {""})
    context = {
        "chosen": chosen,
        "count": len(chosen.events),
        "use_cases": ", ".join(slugs),
        "filter_query": _filter_query(request),
        "back": _back(request, chosen),
        **_about_staleness(chosen, _staleness(request, chosen)),
    }
    status = 200 if chosen.events else 422
    return render_fragment(request, "inbound/replay.html", "inbound/_replay_dialog.html", context, status=status)


@page(Capability.SEND)
@require_POST
def replay(request: HubRequest) -> HttpResponse:
    """The act; leads to the new event, or back to the list when there are several.

    Which events are stale is looked up again: since the question was asked, newer ones may have been applied.
    """
    chosen = _chosen(request)
    skipped = _staleness(request, chosen).overtaken.keys() if "skip_stale" in request.POST else frozenset()
    try:
        results = _replayed(request, [event for event in chosen.events if event.pk not in skipped])
    except ConfigurationMoved:
        messages.error(request, _("The configuration changed at this moment. Nothing was replayed; try again."))
        return redirect(_back(request, chosen))
    audit_replay(
        organization=request.organization,
        actor=actor_of(request.principal, request),
        results=results,
        at=clock.now(),
        skipped=skipped,
    )
    _report(request, results, len(skipped))
    queued = [result.replay_event_id for result in results if result.replay_event_id]
    if len(queued) == 1 and len(chosen.events) == 1:
        return redirect("inbound:event", queued[0])
    return redirect(_back(request, chosen))


def _chosen(request: HubRequest) -> Chosen:
    named = dict.fromkeys(request.POST.getlist("event")[:MOST_EVENTS])
    ids = [found for text in named if (found := find_id(EVENT_PREFIX, text))]
    events = tuple(InboundEvent.objects.of(request.organization).filter(pk__in=ids).order_by("sequence"))
    return Chosen(events, len(named) - len(events))


def _staleness(request: HubRequest, chosen: Chosen) -> Staleness:
    return staleness_of(organization_id=request.organization.pk, event_ids=[event.pk for event in chosen.events])


def _about_staleness(chosen: Chosen, told: Staleness) -> dict[str, Any]:  # Any: what a template shows
    """How many events are stale, and what overtook the only one."""
    only = next(iter(told.overtaken.values())) if len(told.overtaken) == 1 else None
    return {
        "stale": len(told.overtaken),
        "fresh": len(chosen.events) - len(told.overtaken),
        "unchecked": len(told.unknown),
        "newer": to_text(EVENT_PREFIX, only.newer_event_id) if only else "",
        "attributes": only.attributes if only else 0,
    }


def _replayed(request: HubRequest, chosen: Sequence[InboundEvent]) -> list[ReplayResult]:
    """One call per integration: each has its own use cases."""
    principal = request.principal
    sender = Sender(principal.organization_id, principal.config_version)
    by_integration: dict[object, list[InboundEvent]] = {}
    for event in chosen:
        by_integration.setdefault(event.integration_id, []).append(event)
    return [
        result
        for events in by_integration.values()
        for result in replay_events(
            sender=sender,
            integration_id=events[0].integration_id,
            event_ids=[to_text(EVENT_PREFIX, event.pk) for event in events],
            at=clock.now(),
        )
    ]


def _report(request: HubRequest, results: Sequence[ReplayResult], skipped: int) -> None:
    queued = sum(1 for result in results if result.replay_event_id)
    left = [result for result in results if not result.replay_event_id]
    if queued:
        text = ngettext("Replay started, %(count)s event.", "Replay started, %(count)s events.", queued)
        messages.success(request, text % {"count": number(queued)})
    if skipped:
        text = ngettext(
            "%(count)s stale event was skipped: a newer one concerns the same attributes.",
            "%(count)s stale events were skipped: newer ones concern the same attributes.",
            skipped,
        )
        say = messages.info if queued else messages.warning
        say(request, text % {"count": number(skipped)})
    if left:
        text = ngettext(
            "%(count)s event was not replayed: %(why)s.", "%(count)s events were not replayed: %(why)s.", len(left)
        )
        messages.warning(request, text % {"count": number(len(left)), "why": left[0].message})


def _filter_query(request: HubRequest) -> str:
    address = asked_of(request.GET, clock.now(), display_zone()).address()
    return address if address != "?" else ""


def _back(request: HubRequest, chosen: Chosen) -> str:
    if len(chosen.events) == 1:
        return reverse("inbound:event", args=chosen.ids) + _filter_query(request)
    return reverse("inbound:events") + _filter_query(request)
