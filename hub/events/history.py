"""history_of, get_core_event: the events of one name that an organization has seen, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Q

from hub.accounts.models import Organization, TenantQuerySet
from hub.errors import NotFound
from hub.events.catalogue.envelope import ENVELOPE, OPERATION_CONTEXT
from hub.events.catalogue.selection import travels
from hub.events.models import CoreEvent
from hub.json_types import JSONObject, JSONValue

INTERNAL: Final = frozenset({"_downgrades", "_automation_chain"})
"""Members of a payload that never leave the hub."""
PROBLEM: Final = "_problem"
"""Beside the payload of a malformed event: why nobody got it."""
METADATA: Final = frozenset({*ENVELOPE, *OPERATION_CONTEXT, PROBLEM})
STUB: Final = ("_schema", "_id", "_title")
"""What is left of an entity in the light form."""


class Position(NamedTuple):
    """The last event of a page; the next page begins behind it."""

    occurred_at: datetime
    event_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """What is looked for. since and until are both included."""

    limit: int
    after: Position | None = None
    since: datetime | None = None
    until: datetime | None = None
    event_id: UUID | None = None
    with_malformed: bool = False


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Events, newest first, and where the next page goes on; None after the last."""

    events: Sequence[CoreEvent]
    next: Position | None


def history_of(*, organization: Organization, name: str, query: HistoryQuery) -> HistoryPage:
    """A page of the events of that name; one query, an index walk of limit rows at any size."""
    events = _kept(organization, name, query.with_malformed).order_by("-occurred_at", "-id")
    if query.event_id is not None:
        events = events.filter(pk=query.event_id)
    if query.since is not None:
        events = events.filter(occurred_at__gte=query.since)
    if query.until is not None:
        events = events.filter(occurred_at__lte=query.until)
    if query.after is not None:
        at, event_id = query.after
        same_moment, older = Q(occurred_at=at, id__lt=event_id), Q(occurred_at__lt=at)
        events = events.filter(Q(occurred_at__lte=at), older | same_moment)
    found = list(events[: query.limit + 1])
    page = found[: query.limit]
    last = page[-1] if len(found) > query.limit else None
    return HistoryPage(page, None if last is None else Position(last.occurred_at, last.pk))


def get_core_event(
    *, organization: Organization, name: str, event_id: UUID | None, with_malformed: bool = False
) -> CoreEvent:
    """One event of that name. Raises NotFound, also for None, which stands for an id that nobody gave out."""
    event = _kept(organization, name, with_malformed).filter(pk=event_id).first() if event_id else None
    if event is None:
        raise NotFound(f"There is no event {name} with this id.")
    return event


def get_core_event_by_id(*, organization: Organization, event_id: UUID | None, name: str = "") -> CoreEvent:
    """One event, whatever it is called, or of that name. Raises NotFound, also for None, as get_core_event does."""
    if name:
        return get_core_event(organization=organization, name=name, event_id=event_id)
    events = CoreEvent.objects.of(organization).filter(state=CoreEvent.State.READY)
    event = events.filter(pk=event_id).first() if event_id else None
    if event is None:
        raise NotFound("There is no event with this id.")
    return event


def payload_shown(event: CoreEvent) -> JSONObject:
    """The payload as it may leave the hub; of a malformed event with the reason."""
    payload: JSONObject = {name: value for name, value in event.payload.items() if name not in INTERNAL}
    return payload if event.state == CoreEvent.State.READY else {**payload, PROBLEM: event.problem}


def payload_in_brief(event: CoreEvent, fields: Sequence[str] = ()) -> JSONObject:
    """The same with no more of each entity than what it is called. fields are names, globs and, with a ``!``,
    exclusions of the members that are wanted beside the metadata; none: all."""
    shown = payload_shown(event)
    return {name: _brief(value) for name, value in shown.items() if name in METADATA or travels(fields, name)}


def _brief(value: JSONValue) -> JSONValue:
    if isinstance(value, list):
        return [_brief(one) if _is_entity(one) else one for one in value]
    if isinstance(value, dict) and _is_entity(value):
        return {name: value[name] for name in STUB if name in value}
    return value


def _is_entity(value: JSONValue) -> bool:
    return isinstance(value, dict) and "_id" in value and "_schema" in value


def _kept(organization: Organization, name: str, with_malformed: bool) -> TenantQuerySet[CoreEvent]:
    """What is still being worked out is not there yet."""
    states = [CoreEvent.State.READY, *([CoreEvent.State.MALFORMED] if with_malformed else [])]
    return CoreEvent.objects.of(organization).filter(name=name, state__in=states)
