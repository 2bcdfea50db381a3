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
from hub.display_zone import display_zone
from hub.ids import find_id, to_text
from hub.web.access import page
from hub.web.requests import HubRequest, render_fragment
from hub.web.templatetags.numbers import number
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent
from inbound.query import newest_sequence
from inbound.receive.arrivals import Sender
from inbound.receive.store import ConfigurationMoved, NotStored, RowsRefused
from inbound.replay import MOST_EVENTS, ReplayResult, audit_replay
from inbound.replays.running import run_at_once
from inbound.staleness import Staleness, staleness_of
from inbound.ui.filters import asked_of
from inbound.ui.names import names_of

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
    names = names_of(request.organization)
    slugs = sorted({names.use_case(event.use_case_id) for event in chosen.events} - {""})
    context = {
        "chosen": chosen,
        "count": len(chosen.events),
        "use_cases": ", ".join(slugs),
        "seen": newest_sequence(),
        "filter_query": _filter_query(request),
        "back": _back(request, chosen),
        **_about_staleness(chosen, _staleness(request, chosen)),
    }
    status = 200 if chosen.events else 422
    return render_fragment(request, "inbound/replay.html", "inbound/_replay_dialog.html", context, status=status)


def _many(request: HubRequest, chosen: Chosen) -> HttpResponse:
    """The way to the job that runs so many, with all that was named."""
    context = {
        "chosen": chosen,
        "count": len(chosen.named),
        "most": MOST_EVENTS,
        "back": _back(request, chosen),
        "filter_query": _filter_query(request),
    }
    return render_fragment(request, "inbound/replay.html", "inbound/_replay_dialog.html", context, status=422)


@page(Capability.SEND)
@require_POST
def replay(request: HubRequest) -> HttpResponse:
    """The act; leads to the new event, or back to the list when there are several.

    Which events are stale is looked up again: since the question was asked, newer ones may have been applied. What
    somebody else has replayed since is left out. Of more than MOST_EVENTS nothing runs here.
    """
    chosen = _chosen(request)
    if chosen.are_many:
        return _many(request, chosen)
    skipped = _staleness(request, chosen).overtaken.keys() if "skip_stale" in request.POST else frozenset()
    try:
        ran = run_at_once(
            sender=Sender(request.organization.pk, request.principal.config_version),
            events=[event for event in chosen.events if event.pk not in skipped],
            seen=seen_by(request),
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
        skipped=skipped,
    )
    _report(request, ran.results, len(skipped), len(ran.meanwhile))
    queued = [result.replay_event_id for result in ran.results if result.replay_event_id]
    if len(queued) == 1 and len(chosen.events) == 1:
        return redirect("inbound:event", queued[0])
    return redirect(_back(request, chosen))


def _chosen(request: HubRequest) -> Chosen:
    named = tuple(dict.fromkeys(request.POST.getlist("event")))
    ids = [found for text in named if (found := find_id(EVENT_PREFIX, text))]
    events = tuple(InboundEvent.objects.of(request.organization).filter(pk__in=ids).order_by("sequence"))
    return Chosen(events, named)


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


def seen_by(request: HubRequest) -> int:
    """The sequence up to which whoever was asked could know of replays; without one, they know of all that ended."""
    told = request.POST.get("seen", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < MOST_DIGITS else newest_sequence()


def _report(request: HubRequest, results: Sequence[ReplayResult], skipped: int, meanwhile: int) -> None:
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
    if meanwhile:
        text = ngettext(
            "%(count)s event is left out: somebody has replayed it since you were asked, or its replay is on its way.",
            "%(count)s events are left out: somebody has replayed them since you were asked, or their replays are on "
            "their way.",
            meanwhile,
        )
        messages.warning(request, text % {"count": number(meanwhile)})
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
