"""trigger and preview: an event that somebody fires by hand, from a seed entity and fields of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.db import transaction

from hub import database
from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.entities.schemas.book import book_of
from hub.environments.resolve import values_of
from hub.errors import ErrorDetail, Forbidden, HubError, Invalid, NotFound
from hub.events.automation_firings import find_fired, fired_once
from hub.events.catalogue import Graph, fitted, json_schema_of, misfits
from hub.events.catalogue.envelope import BY_AUTOMATION
from hub.events.definitions import Event, get_event
from hub.events.hydration import Rooted, hydrate, read_entities
from hub.events.nodes import node_documents
from hub.events.projecting import completed, plan_of, told
from hub.events.publishing import NewEvent, Published, envelope_of, payload_of, publish
from hub.events.requests import Firing as Firing
from hub.events.requests import Seed as Seed
from hub.events.shaping.pool import shape
from hub.events.shortening import shortened
from hub.ids import new_id
from hub.json_encoding import encode
from hub.json_types import JSONObject, JSONValue

MOST_FLOWS: Final = 100
"""Flows that an event may have come through before it counts as going round in circles."""


class EventDisabled(Forbidden):
    """The organization has not switched the event on."""

    code = "EVENT_DISABLED"


class ProjectionFailed(HubError):
    """A field could not be worked out of the entities, or what would be published does not fit the event's schema."""

    code = "MALFORMED_PAYLOAD"
    status = 400


@dataclass(frozen=True, slots=True)
class Preview:
    """The payload as it would be published, and what is wrong with it."""

    payload: JSONObject
    problems: Sequence[ErrorDetail]


def trigger(*, organization: Organization, firing: Firing, at: datetime) -> Published:
    """Publish the event; one that only automations fire once per trigger source, whose repetition gets the same event.

    Raises what ready raises, and SourceReused for a repetition with another seed or other fields.
    """
    is_once = get_event(organization=organization, name=firing.name).definition.automation_trigger_only
    if is_once and (before := find_fired(organization, firing)) is not None:
        return before
    done = ready(organization=organization, firing=firing, at=at)

    @transaction.atomic
    def stored() -> Published:
        def published() -> Published:
            return publish(organization.pk, [done])[0]

        return fired_once(organization, firing, published, at) if is_once else published()

    return database.retrying(stored)


def ready(*, organization: Organization, firing: Firing, at: datetime) -> NewEvent:
    """The event, worked out and checked; it is published by publish, in a transaction of the caller.

    Raises EventNotFound, EventDisabled, Invalid for a wrong seed or fields, ProjectionFailed.
    """
    event = get_event(organization=organization, name=firing.name)
    _check_published(event, firing)
    new = _new_event(organization, event, firing, at)
    whole, problems = _projected(organization, event, new)
    if problems:
        raise ProjectionFailed(
            f"{event.name} does not fit its schema: {problems[0].path} {problems[0].message}.", details=problems
        )
    sent, note = shortened(whole, event.definition)
    return replace(new, nodes={}, fields=sent, is_complete=True, note=note)


def preview(*, organization: Organization, firing: Firing, at: datetime) -> Preview:
    """What trigger would publish, disabled or not, and a draft too; nothing is stored.

    Raises EventNotFound, Invalid for a wrong seed or fields, and ProjectionFailed when a field cannot be worked out.
    """
    event = get_event(organization=organization, name=firing.name)
    whole, problems = _projected(organization, event, _new_event(organization, event, firing, at))
    return Preview(whole, problems)


def _check_published(event: Event, firing: Firing) -> None:
    if event.lifecycle != "active":
        raise EventDisabled(f"{event.name} is {event.lifecycle}: nothing publishes it.")
    if not event.is_published:
        raise EventDisabled(f"{event.name} is disabled: enable it with PATCH /v1/events/{event.name} first.")
    if not event.definition.api_trigger and firing.source_type != BY_AUTOMATION:
        raise Forbidden(f"{event.name} is fired by automations only.")


def _new_event(organization: Organization, event: Event, firing: Firing, at: datetime) -> NewEvent:
    seed = _seed_entity(organization, event.definition.graph, firing.seed)
    _check_skipped(event.definition.graph, firing)
    rooted = Rooted(_without(event.definition.graph, firing.skipped))
    if seed is not None and firing.seed is not None:
        rooted.found[firing.seed.node_id] = [seed]
        hydrate(organization, [rooted])
    metadata: JSONObject = {"_trigger_source_type": firing.source_type, "_trigger_source": firing.source}
    return NewEvent(
        definition=event.definition,
        occurred_at=at,
        source="test" if firing.is_test else firing.source_type,
        nodes=node_documents(organization, rooted),
        fields={} if event.is_custom else _checked_fields(event, firing.fields),
        metadata=metadata,
        entity_id=None if seed is None else seed.pk,
        correlation_id=firing.correlation_id,
        chain=firing.chain,
        is_test=firing.is_test,
    )


def _seed_entity(organization: Organization, graph: Graph, seed: Seed | None) -> Entity | None:
    if not graph.nodes:
        return None
    if seed is None:
        nodes = ", ".join(node.id for node in graph.nodes)
        raise _invalid("seed", f"is required: name an entity_id and the node_id that it stands in, one of {nodes}")
    node = graph.find(seed.node_id)
    if node is None:
        raise _invalid("seed.node_id", f"is no node of the event; it has {', '.join(one.id for one in graph.nodes)}")
    entity = read_entities(organization, [seed.entity_id]).get(seed.entity_id)
    if entity is None:
        raise NotFound("There is no entity with the id of the seed.")
    if entity.schema not in node.schemas:
        raise _invalid("seed.entity_id", f"is a {entity.schema}; the node {node.id} holds {' or '.join(node.schemas)}")
    return entity


def _check_skipped(graph: Graph, firing: Firing) -> None:
    for place, node_id in enumerate(firing.skipped):
        if graph.find(node_id) is None:
            raise _invalid(f"skip_hydration[{place}]", "is no node of the event")
        if firing.seed is not None and node_id == firing.seed.node_id:
            raise _invalid(f"skip_hydration[{place}]", "is the node of the seed")


def _without(graph: Graph, skipped: Sequence[str]) -> Graph:
    if not skipped:
        return graph
    nodes = tuple(node for node in graph.nodes if node.id not in skipped)
    edges = tuple(edge for edge in graph.edges if edge.parent not in skipped and edge.child not in skipped)
    return replace(graph, nodes=nodes, edges=edges)


def _checked_fields(event: Event, given: Mapping[str, JSONValue]) -> Mapping[str, JSONValue]:
    """The fields that the caller may give: those that no projection makes, the required ones among them."""
    own = {one.name: one for one in event.definition.fields if one.source is None}
    unknown = [name for name in given if event.definition.find_field(name) is None]
    if unknown:
        raise _invalid(f"fields.{unknown[0]}", f"is no field of {event.name}")
    missing = [name for name, one in own.items() if one.required and given.get(name) is None]
    if missing:
        raise _invalid(f"fields.{missing[0]}", "is required")
    return given


def _projected(organization: Organization, event: Event, new: NewEvent) -> tuple[JSONObject, list[ErrorDetail]]:
    """The whole payload, with the fields that were worked out, and where it departs from the event's schema; what the
    caller gave wins over what was worked out. Raises ProjectionFailed when a field cannot be."""
    envelope = envelope_of(new, event_id=new_id(), ack_id=uuid4(), organization_id=organization.pk)
    raw: JSONObject = payload_of(new, envelope)  # type: ignore[assignment]  # documents are JSON by now
    plan = plan_of(event.definition, environment=values_of(organization.pk, organization.config_version))
    [shaped] = shape(plan, [(encode(raw), new.occurred_at)])
    if shaped.failure is not None:
        sentence = told(shaped.failure)
        detail = ErrorDetail(shaped.failure.where, sentence)
        raise ProjectionFailed(f"{event.name}: {detail.path} {sentence}", details=[detail])
    given = {name: value for name, value in new.fields.items() if value is not None}
    whole: JSONObject = {**completed(raw, shaped), **given}  # type: ignore[dict-item]  # as above
    schema = json_schema_of(event.definition, book_of(organization))
    whole = fitted(schema, whole)
    wrong = misfits(schema, whole)
    return whole, [ErrorDetail(path, message) for path, message in wrong]


def _invalid(path: str, message: str) -> Invalid:
    return Invalid(f"{path} {message}.", details=[ErrorDetail(path, message)])
