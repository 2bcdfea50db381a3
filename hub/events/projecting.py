"""work: the fields of new events are worked out of their entities, and the whole is checked against its schema."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Final

import orjson
from django.conf import settings
from django.db import transaction

from hub import background
from hub.accounts.models import Organization
from hub.entities.schemas.book import current_book
from hub.environments.resolve import SecretUnavailable, values_of
from hub.events.catalogue import EventDefinition, UnknownVersion, definition_at, fitted, json_schema_of, misfits
from hub.events.catalogue.envelope import RESERVED
from hub.events.definitions import events_at
from hub.events.models import CoreEvent
from hub.events.shaping.plan import Failure, Plan, Shaped
from hub.events.shaping.pool import shape
from hub.events.shortening import shortened
from hub.events.turns import raw_events
from hub.json_encoding import encode
from hub.json_types import JSONObject

logger = logging.getLogger(__name__)

AT_ONCE: Final = 200
"""Events that one turn works on, unless there are more organizations than that."""
PROBLEM_CHARACTERS: Final = 2_000


def work() -> int:
    """Project the oldest events of each organization that are not ready; how many there were, 0 when none is due.

    Two workers may take the same ones: both come to the same, and the first to commit wins.
    """
    return sum(_projected(organization_id, events) for organization_id, events in raw_events(AT_ONCE))


def _projected(organization_id: int, events: Sequence[CoreEvent]) -> int:
    """How many are done; none where the organization's environment cannot be opened now: its events wait."""
    if not Organization.objects.filter(pk=organization_id).exists():
        _store(events, [_Ended(event.payload, "The organization of the event is gone.") for event in events])
        return len(events)
    groups: dict[tuple[str, str], list[CoreEvent]] = {}
    for event in events:
        groups.setdefault((event.name, event.version), []).append(event)
    try:
        for (name, version), own in groups.items():
            _project(organization_id, name, version, own)
    except SecretUnavailable as error:
        logger.error("Events wait: %s", error.message, extra={"organization_id": str(organization_id)})
        return 0
    return len(events)


def _project(organization_id: int, name: str, version: str, events: Sequence[CoreEvent]) -> None:
    definition = _definition(organization_id, name, version)
    if definition is None:
        problem = f"There is no definition of {name} {version} any more."
        _store(events, [_Ended(event.payload, problem) for event in events])
        return
    plan = plan_of(definition, environment=values_of(organization_id))
    shaped = shape(plan, [(encode(event.payload), event.occurred_at) for event in events])
    schema = json_schema_of(definition, current_book(organization_id))
    ended = [_ended(event.payload, one, schema, definition) for event, one in zip(events, shaped, strict=True)]
    _store(events, ended)


def _definition(organization_id: int, name: str, version: str) -> EventDefinition | None:
    """As it was when the events were published: the hub may have been upgraded since. None for one that is gone.

    An organization's own event is frozen before it can be published, so it has one definition; that of a built-in
    event is made again from the present one (hub.events.catalogue.versions).
    """
    found = events_at(organization_id).get(name)
    try:
        return None if found is None else definition_at(found.definition, version)
    except UnknownVersion:
        return None


def plan_of(definition: EventDefinition, *, environment: Mapping[str, object]) -> Plan:
    """What works out the fields of an event: an expression each, or one that yields them all."""
    if definition.mapping is not None and definition.mapping.jsonata:
        return Plan(body=definition.mapping.jsonata, must_be_object=True, environment=environment)
    fields = {one.name: one.source for one in definition.fields if one.source is not None}
    return Plan(fields=fields, environment=environment)


def completed(payload: JSONObject, shaped: Shaped) -> JSONObject:
    """The payload with the fields that were worked out. Envelope and operation are the hub's, whatever an expression
    that yields all fields calls them."""
    made: JSONObject = orjson.loads(shaped.body) if shaped.body else shaped.fields
    return payload | {name: value for name, value in made.items() if name not in RESERVED and not name.startswith("_")}


def told(failure: Failure) -> str:
    """Why an expression failed, with its place."""
    place = f" (line {failure.line}, column {failure.column})" if failure.line else ""
    return f"{failure.message}{place}"


class _Ended:
    def __init__(self, payload: JSONObject, problem: str = "", note: str = "") -> None:
        self.payload = payload
        self.state = CoreEvent.State.MALFORMED if problem else CoreEvent.State.READY
        self.problem = (problem or note)[:PROBLEM_CHARACTERS]


def _ended(payload: JSONObject, shaped: Shaped, schema: JSONObject, definition: EventDefinition) -> _Ended:
    if shaped.failure is not None:
        return _Ended(payload, f"{shaped.failure.where}: {told(shaped.failure)}")
    whole, note = shortened(fitted(schema, completed(payload, shaped)), definition)
    wrong = misfits(schema, whole)
    return _Ended(whole, "; ".join(f"{path}: {message}" for path, message in wrong), note)


def _store(events: Sequence[CoreEvent], ended: Sequence[_Ended]) -> None:
    with transaction.atomic():
        for event, one in zip(events, ended, strict=True):
            CoreEvent.objects.filter(pk=event.pk, state=CoreEvent.State.RAW).update(
                state=one.state, problem=one.problem, payload=one.payload
            )
        for stage in settings.CORE_EVENT_READY_STAGES:
            background.after_commit(stage)
