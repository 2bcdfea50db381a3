"""Replay of chosen events: first the question, then the act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.display_zone import display_zone
from hub.ids import find_id, to_text
from hub.web.access import page
from hub.web.requests import HubRequest, render_fragment
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent
from inbound.query import newest_sequence
from inbound.receive.arrivals import Sender
from inbound.receive.store import ConfigurationMoved, NotStored, RowsRefused
from inbound.replay import MOST_EVENTS, audit_replay
from inbound.replays.running import options_at_once, run_at_once
from inbound.replays.verdicts import Reason, Verdict, verdicts_of
from inbound.staleness import staleness_of
from inbound.ui.filters import asked_of
from inbound.ui.names import names_of
from inbound.ui.replay_report import report
from inbound.ui.replay_words import REASONS

MOST_DIGITS = 19
"""Of a sequence."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a replay would run: the events there are, and the ids that name none."""

    events: tuple[InboundEvent, ...]
    named: tuple[str, ...]

    @property
    def unknown(self) -> int:
        """How many others were named."""
        return len(self.named) - len(self.events)

    @property
    def are_many(self) -> bool:
        """Whether they are too many to run while somebody waits, so that a job has to run them."""
        return len(self.named) > MOST_EVENTS

    @property
    def ids(self) -> list[str]:
        """The public ids, oldest event first: the order in which they are replayed."""
        return [to_text(EVENT_PREFIX, event.pk) for event in self.events]


@page(Capability.SEND)
@require_POST
def ask_replay(request: HubRequest) -> HttpResponse:
    """The question: which events, through which use cases. A dialog where scripts run, else a page."""
    chosen = _chosen(request)
    return _many(request, chosen) if chosen.are_many else _question(request, chosen)


def _question(request: HubRequest, chosen: Chosen) -> HttpResponse:
    organization, seen = request.organization, newest_sequence()
    verdicts = verdicts_of(organization=organization, events=chosen.events, options=options_at_once(seen=seen))
    runs = [event for event in chosen.events if event.pk not in verdicts.left_out]
    names = names_of(organization)
    slugs = sorted({names.use_case(verdicts.targets[event.pk]) for event in runs} - {""})
    context = {
        "chosen": chosen,
        "count": len(runs),
        "total": len(chosen.named),
        "left_out": _left_out(chosen, verdicts.left_out),
        "use_cases": ", ".join(slugs),
        "seen": seen,
        "filter_query": _filter_query(request),
        "back": _back(request, chosen),
        **_about_staleness(organization.pk, runs),
    }
    status = 200 if runs else 422
    return render_fragment(request, "inbound/replay.html", "inbound/_replay_dialog.html", context, status=status)


def _left_out(chosen: Chosen, verdicts: Mapping[UUID, Verdict]) -> Sequence[tuple[str, int]]:
    """Why events would not run, with how many, the most frequent first; of a single one in words about it alone."""
    counts = Counter({str(REASONS[Reason.NOT_FOUND]): chosen.unknown} if chosen.unknown else {})
    counts.update(
        verdict.message if len(chosen.named) == 1 else str(REASONS[verdict.reason]) for verdict in verdicts.values()
    )
    return counts.most_common()


def _many(request: HubRequest, chosen: Chosen) -> HttpResponse:
    """The way to the job that runs so many, with all that was named."""
    context = {
        "chosen": chosen,
        "count": len(chosen.named),
        "total": len(chosen.named),
        "most": MOST_EVENTS,
        "back": _back(request, chosen),
        "filter_query": _filter_query(request),
    }
    return render_fragment(request, "inbound/replay.html", "inbound/_replay_dialog.html", context, status=422)


@page(Capability.SEND)
@require_POST
def replay(request: HubRequest) -> HttpResponse:
    """The act; leads to the new event, or back to the list when there are several.

    Which events are left out is looked up again: since the question was asked, newer ones may have been applied, and
    somebody else may have replayed them. Of more than MOST_EVENTS nothing runs here.
    """
    chosen = _chosen(request)
    if chosen.are_many:
        return _many(request, chosen)
    try:
        ran = run_at_once(
            organization=request.organization,
            sender=Sender(request.organization.pk, request.principal.config_version),
            events=chosen.events,
            options=options_at_once(seen=seen_by(request), skips_stale="skip_stale" in request.POST),
            at=clock.now(),
        )
    except ConfigurationMoved:
        messages.error(request, _("The configuration changed at this moment. Nothing was replayed; try again."))
        return redirect(_back(request, chosen))
    except (NotStored, RowsRefused):
        messages.error(
            request,
            _(
                "The database cannot be reached at this moment. Look whether the replay has started "
                "before you try again."
            ),
        )
        return redirect(_back(request, chosen))
    audit_replay(
        organization=request.organization,
        actor=actor_of(request.principal, request),
        results=ran.results,
        at=clock.now(),
        skipped=[key for key, one in ran.left_out.items() if one.reason is Reason.STALE],
    )
    report(request, ran)
    queued = [result.replay_event_id for result in ran.results if result.replay_event_id]
    if len(queued) == 1 and len(chosen.events) == 1:
        return redirect("inbound:event", queued[0])
    return redirect(_back(request, chosen))


def _chosen(request: HubRequest) -> Chosen:
    named = tuple(dict.fromkeys(request.POST.getlist("event")))
    ids = [found for text in named if (found := find_id(EVENT_PREFIX, text))]
    events = tuple(InboundEvent.objects.of(request.organization).filter(pk__in=ids).order_by("sequence"))
    return Chosen(events, named)


def _about_staleness(organization_id: int, runs: Sequence[InboundEvent]) -> dict[str, Any]:  # Any: for a template
    """How many of the events that can run are stale, and what overtook the only one."""
    told = staleness_of(organization_id=organization_id, event_ids=[event.pk for event in runs])
    only = next(iter(told.overtaken.values())) if len(told.overtaken) == 1 else None
    return {
        "stale": len(told.overtaken),
        "fresh": len(runs) - len(told.overtaken),
        "unchecked": len(told.unknown),
        "newer": to_text(EVENT_PREFIX, only.newer_event_id) if only else "",
        "attributes": only.attributes if only else 0,
    }


def seen_by(request: HubRequest) -> int:
    """The sequence up to which whoever was asked could know of replays; without one, they know of all that ended."""
    told = request.POST.get("seen", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < MOST_DIGITS else newest_sequence()


def _filter_query(request: HubRequest) -> str:
    address = asked_of(request.GET, clock.now(), display_zone()).address()
    return address if address != "?" else ""


def _back(request: HubRequest, chosen: Chosen) -> str:
    if len(chosen.events) == 1:
        return reverse("inbound:event", args=chosen.ids) + _filter_query(request)
    return reverse("inbound:events") + _filter_query(request)
