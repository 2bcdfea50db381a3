"""The history of a core event: a page of what was published, newest first, and one event with its payload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.events.audience import NOWHERE, Reach, reach_of
from hub.events.definitions import Event, get_event
from hub.events.history import HistoryQuery, Position, get_core_event, history_of, payload_shown
from hub.events.models import CoreEvent
from hub.events.public_ids import find_event_id
from hub.events.publishing import EVENT_PREFIX
from hub.ids import to_text
from hub.json_types import JSONValue
from hub.web.access import page
from hub.web.core_events.heads import head_of
from hub.web.requests import HubRequest

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PAGE_SIZE: Final = 25

Context = dict[str, Any]  # Any: what a template shows


@dataclass(frozen=True, slots=True)
class About:
    """The entity that an event is about, as the event itself tells of it."""

    entity_id: str
    schema: str
    title: str


@dataclass(frozen=True, slots=True)
class Past:
    """One event that was published."""

    row: CoreEvent
    event_id: str
    about: About | None
    reach: Reach

    @property
    def source(self) -> str:
        """What fired it."""
        told = str(self.row.payload.get("_trigger_source_type") or self.row.source)
        return str(WORDS["test"]) if self.row.is_test else str(WORDS.get(told, told))

    @property
    def is_malformed(self) -> bool:
        """Whether nobody got it."""
        return self.row.state == CoreEvent.State.MALFORMED


WORDS: Final[dict[str, _StrPromise]] = {
    "operation": gettext_lazy("change"),
    "inbound": gettext_lazy("inbound event"),
    "user": gettext_lazy("person"),
    "api": gettext_lazy("API"),
    "automation": gettext_lazy("automation"),
    "test": gettext_lazy("test"),
}
"""Type of a trigger source → what people call it."""


def listed_history(request: HubRequest, event: Event) -> Context:
    """A page; an empty one tells why nothing is there."""
    query = HistoryQuery(limit=PAGE_SIZE, after=position_of(request.GET.get("before", "")), with_malformed=True)
    found = history_of(organization=request.organization, name=event.name, query=query)
    reaches = reach_of(request.organization, [row.pk for row in found.events])
    return {
        "past": [past_of(row, reaches) for row in found.events],
        "older": cursor_of(found.next),
        "is_later": query.after is not None,
    }


@page(Capability.ENTITY_VIEW)
@require_safe
def past_event(request: HubRequest, name: str, event_id: str) -> HttpResponse:
    """One event with its payload."""
    event = get_event(organization=request.organization, name=name)
    row = get_core_event(
        organization=request.organization, name=name, event_id=find_event_id(event_id), with_malformed=True
    )
    past = past_of(row, reach_of(request.organization, [row.pk]))
    context = head_of(request, event) | {"past": past, "payload": payload_shown(row)}
    return render(request, "core_events/past.html", context)


def past_of(row: CoreEvent, reaches: Mapping[UUID, Reach]) -> Past:
    """The event as pages show it."""
    return Past(row, to_text(EVENT_PREFIX, row.pk), _about(row), reaches.get(row.pk, NOWHERE))


def _about(row: CoreEvent) -> About | None:
    wanted = str(row.entity_id)
    found = next((one for one in _entities(row.payload) if one.get("_id") == wanted), None)
    if found is None:
        return None
    schema, title = str(found.get("_schema", "")), str(found.get("_title") or "")
    return About(wanted, schema, title or wanted)


def _entities(payload: Mapping[str, JSONValue]) -> list[Mapping[str, JSONValue]]:
    values = [one for value in payload.values() for one in (value if isinstance(value, list) else [value])]
    return [one for one in values if isinstance(one, dict) and "_id" in one]


def cursor_of(position: Position | None) -> str:
    """The place as text in an address; empty for none."""
    return f"{position.occurred_at.astimezone(UTC).isoformat()}~{position.event_id}" if position else ""


def position_of(cursor: str) -> Position | None:
    """The place that a cursor names, or None for a text that is none."""
    moment, _tilde, identifier = cursor.partition("~")
    try:
        at = parse_datetime(moment)
        return Position(at, UUID(identifier)) if at and at.tzinfo else None
    except ValueError:
        return None
