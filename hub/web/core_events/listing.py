"""The list of core events: those that the hub brings and the organization's own, with who listens and how often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.events.audience import audience_of
from hub.events.definitions import Event, events_of
from hub.events.figures import NEVER, Fired, figures_of
from hub.web.access import may, page
from hub.web.core_events.words import STATES, look_of, state_of, tags_of
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number

LATELY: Final = timedelta(hours=24)
LONGEST_TEXT: Final = 200
OWN: Final = "custom"
"""Tag of the events that the organization has defined itself."""

Context = dict[str, Any]  # Any: what a template shows


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; of several values of one filter any will do."""

    text: str = ""
    states: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The same as parameters."""
        pairs = [("q", self.text)] if self.text else []
        return pairs + [("status", one) for one in self.states] + [("tag", one) for one in self.tags]

    @property
    def filters(self) -> list[tuple[str, str]]:
        """The parameters beside the text."""
        return [pair for pair in self.pairs if pair[0] != "q"]

    def address(self) -> str:
        """``?…``."""
        query = QueryDict(mutable=True)
        for name, value in self.pairs:
            query.appendlist(name, value)
        return f"?{query.urlencode()}"

    def wants(self, row: Row) -> bool:
        """Whether the row meets all of it."""
        texts = (row.event.name, row.event.definition.title, row.event.definition.description)
        return (
            (not self.text or any(self.text.casefold() in text.casefold() for text in texts))
            and (not self.states or row.state in self.states)
            and (not self.tags or not set(self.tags).isdisjoint(row.tags))
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    event: Event
    state: str
    tags: Sequence[str]
    listeners: int
    fired: Fired

    @property
    def look(self) -> str:
        """The status whose look it takes."""
        return look_of(self.state)

    @property
    def words(self) -> str:
        """Its state."""
        return str(STATES[self.state])

    @property
    def is_idle(self) -> bool:
        """Whether it is on though nobody listens."""
        return self.event.is_published and not self.listeners and not self.event.switch.keeps_history


@page(Capability.EVENTS_VIEW)
@require_safe
def core_event_list(request: HubRequest) -> HttpResponse:
    """All of them, those that are on first; or what a text and filters find."""
    asked = asked_of(request.GET)
    rows = _rows(request)
    shown = [row for row in rows if asked.wants(row)]
    context: Context = {
        "asked": asked,
        "rows": sorted(shown, key=lambda row: not row.event.is_published),
        "chips": _chips(asked),
        "choices": _choices(asked, rows),
        "clear_url": Asked(text=asked.text).address(),
        "may_manage": may(request, Capability.EVENTS_MANAGE),
        "is_first": not any(row.event.is_published for row in rows),
        "summary": _summary(shown),
    }
    return render(request, "core_events/list.html", context)


def asked_of(query: QueryDict) -> Asked:
    """What a query string asks for; what makes no sense in it is passed over."""
    return Asked(
        text=query.get("q", "").replace("\0", "").strip()[:LONGEST_TEXT],
        states=tuple(one for one in dict.fromkeys(query.getlist("status")) if one in STATES),
        tags=tuple(one for one in dict.fromkeys(query.getlist("tag")) if one)[:20],
    )


def _rows(request: HubRequest) -> list[Row]:
    audience = audience_of(request.organization)
    figures = figures_of(request.organization, clock.now() - LATELY)
    return [
        Row(event, state_of(event), _tags(event), len(audience.get(name, ())), figures.get(name, NEVER))
        for name, event in events_of(request.organization).items()
    ]


def _tags(event: Event) -> list[str]:
    return [OWN, *tags_of(event)] if event.is_custom else tags_of(event)


def _chips(asked: Asked) -> list[Context]:
    chips: list[Context] = []
    if asked.states:
        value = ", ".join(str(STATES[one]) for one in asked.states)
        chips.append({"label": _("Status"), "value": value, "remove_url": replace(asked, states=()).address()})
    if asked.tags:
        url = replace(asked, tags=()).address()
        chips.append({"label": _("Tag"), "value": ", ".join(asked.tags), "remove_url": url, "mono": True})
    return chips


def _choices(asked: Asked, rows: Iterable[Row]) -> list[Context]:
    tags = dict.fromkeys(tag for row in rows for tag in row.tags)
    states = [{"value": key, "label": label, "selected": key in asked.states} for key, label in STATES.items()]
    return [
        {"name": "status", "label": _("Status"), "options": states},
        {
            "name": "tag",
            "label": _("Tag"),
            "options": [{"value": tag, "label": tag, "selected": tag in asked.tags} for tag in sorted(tags)],
        },
    ]


def _summary(rows: Sequence[Row]) -> str:
    on = sum(row.event.is_published for row in rows)
    text = ngettext("%(count)s core event, %(on)s enabled", "%(count)s core events, %(on)s enabled", len(rows))
    return text % {"count": number(len(rows)), "on": number(on)}
