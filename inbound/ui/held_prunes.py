"""The list of held prunes: all of the organization, by state, integration and event, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.ids import find_id, to_text
from hub.web.access import page
from hub.web.prune_limits import limits_of
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number
from inbound.events import EVENT_PREFIX
from inbound.models import HeldPrune
from inbound.prunes.query import Position, Wanted, counts_by_state, list_held
from inbound.query import TooSlow, patience
from inbound.ui.held_prunes_words import Words, looks, words_of
from inbound.ui.names import Names, names_of, with_gone

PAGE_SIZE = 50
MOST_INTEGRATIONS = 50
ALL = "all"
WAITING = str(HeldPrune.State.WAITING)

Context = dict[str, Any]  # Any: what a template shows


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; state "" is every state."""

    state: str
    integration_ids: tuple[UUID, ...] = ()
    event_id: UUID | None = None

    @property
    def wanted(self) -> Wanted:
        """The same as the query understands it."""
        return Wanted(frozenset(self.integration_ids), self.event_id, self.state)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filters as parameters; what waits is the usual state and left out."""
        pairs = [] if self.state == WAITING else [("state", self.state or ALL)]
        pairs += [("integration", str(one)) for one in self.integration_ids]
        return pairs + ([("event", to_text(EVENT_PREFIX, self.event_id))] if self.event_id else [])

    def address(self, **more: str) -> str:
        """``?…`` with these filters."""
        query = QueryDict(mutable=True)
        for name, value in [*self.pairs, *more.items()]:
            query.appendlist(name, value)
        return f"?{query.urlencode()}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    prune: HeldPrune
    words: Words
    use_case: str


@page(Capability.MONITOR)
@require_safe
def held_prunes(request: HubRequest) -> HttpResponse:
    """What waits for a decision; other states behind tabs."""
    asked = asked_of(request.GET)
    names = names_of(request.organization)
    context = _frame(asked, names)
    try:
        with patience():
            context |= _listed(request.organization, asked, names, position_of(request.GET.get("before", "")))
    except TooSlow as error:
        return render(request, "inbound/held_prunes.html", context | {"failure": error})
    return render(request, "inbound/held_prunes.html", context)


def asked_of(query: QueryDict) -> Asked:
    """What a query string asks for; what makes no sense in it is passed over."""
    state = query.get("state", WAITING)
    found = [_uuid(text) for text in query.getlist("integration")[:MOST_INTEGRATIONS]]
    return Asked(
        state="" if state == ALL else state if state in HeldPrune.State.values else WAITING,
        integration_ids=tuple(dict.fromkeys(one for one in found if one)),
        event_id=find_id(EVENT_PREFIX, query.get("event", "")),
    )


def cursor_of(prune: HeldPrune) -> str:
    """The place of a prune in the list, as text in an address."""
    return f"{prune.held_at.astimezone(UTC).isoformat()}~{prune.pk}"


def position_of(cursor: str) -> Position | None:
    """The place that a cursor names, or None for a text that is none: the list then begins with its newest row."""
    moment, _tilde, identifier = cursor.partition("~")
    found = _uuid(identifier)
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    return (at, found) if isinstance(at, datetime) and at.tzinfo and found else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _frame(asked: Asked, names: Names) -> Context:
    chips: list[Context] = []
    if asked.integration_ids:
        called = ", ".join(names.integration(one) or str(one) for one in asked.integration_ids)
        url = replace(asked, integration_ids=()).address()
        chips.append({"label": _("Integration"), "value": called, "remove_url": url})
    if asked.event_id:
        event_id = to_text(EVENT_PREFIX, asked.event_id)
        url = replace(asked, event_id=None).address()
        chips.append({"label": _("Event id"), "value": event_id, "remove_url": url, "mono": True})
    options = [
        {"value": str(one.pk), "label": one.name, "selected": one.pk in asked.integration_ids}
        for one in names.integrations.values()
    ]
    several = len(options) > 1
    choices = [{"name": "integration", "label": _("Integration"), "options": options}] if several else []
    clear_url = Asked(asked.state).address()
    return {"asked": asked, "chips": chips, "choices": choices, "clear_url": clear_url, "tab": asked.state or ALL}


def _listed(organization: Organization, asked: Asked, names: Names, before: Position | None) -> Context:
    counts = counts_by_state(organization=organization, wanted=asked.wanted)
    found = list_held(organization=organization, wanted=asked.wanted, limit=PAGE_SIZE + 1, before=before)
    shown = found[:PAGE_SIZE]
    names = with_gone(names, organization, [prune.use_case_id for prune in shown])
    total = counts.get(asked.state, 0) if asked.state else sum(counts.values())
    return {
        "tabs": _tabs(asked, counts),
        "shows_state": not asked.state,
        "rows": [Row(one, words_of(one, organization), names.use_case(one.use_case_id)) for one in shown],
        "older_url": asked.address(before=cursor_of(shown[-1])) if len(found) > PAGE_SIZE else "",
        "newest_url": asked.address() if before else "",
        "summary": ngettext("%(count)s prune", "%(count)s prunes", total) % {"count": number(total)},
        **_emptiness(organization, asked, shown, sum(counts.values())),
    }


def _tabs(asked: Asked, counts: dict[str, int]) -> list[Context]:
    tabs = [
        {
            "key": state.value,
            "label": _("Waiting") if state == WAITING else looks()[state.value][1],
            "count": number(counts.get(state, 0)),
        }
        for state in HeldPrune.State
    ]
    tabs.append({"key": ALL, "label": _("All"), "count": number(sum(counts.values()))})
    return [tab | {"url": replace(asked, state="" if tab["key"] == ALL else str(tab["key"])).address()} for tab in tabs]


def _emptiness(organization: Organization, asked: Asked, shown: Sequence[HeldPrune], others: int) -> Context:
    """Why nothing is there: the limits in words, and the way to what there is."""
    if shown:
        return {}
    return {
        "limits": limits_of(organization.pk),
        "all_url": replace(asked, state="").address() if others else "",
    }
