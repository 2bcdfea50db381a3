"""on_entities_changed: what the store has written is published, as far as somebody wants to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from hub.accounts.models import Organization
from hub.entities.changesets import changesets_in
from hub.entities.models import Entity
from hub.entities.operations import Changes, EntityChanged, Source
from hub.events.catalogue import Graph, Node
from hub.events.catalogue.envelope import BY_INBOUND, BY_OPERATION, TRIGGER_SOURCE, TRIGGER_SOURCE_TYPE
from hub.events.definitions import Event, events_at
from hub.events.deriving import DELETE, fires, operation_of
from hub.events.hydration import Rooted, hydrate, read_entities
from hub.events.nodes import node_documents
from hub.events.publishing import NewEvent, publish
from hub.json_types import JSONObject
from hub.plugins import load
from hub.quiet import is_quiet

ENTITY_SOURCE = "entity"
PREVIOUS = "previous_"


class Firing(NamedTuple):
    """A change that is an event."""

    event: Event
    change: EntityChanged


def on_entities_changed(changes: Changes) -> None:
    """A listener of ENTITY_CHANGE_LISTENERS: publishes the events that the catalogue derives from the changes.

    Nothing but a look at what is remembered where nobody listens to entities of these schemas. Otherwise a query for
    the organization, those of the graphs, and those of publish.
    """
    wanted = _wanted(changes)
    organization = Organization.objects.filter(pk=changes.organization_id).first() if wanted else None
    if organization is None:
        return
    told = [change for change in changes.tell() if not is_quiet(change.source.chain)]
    firings = [Firing(event, change) for change in told for event in wanted if _fires(event, change)]
    if firings:
        publish(organization.pk, _new_events(organization, firings), organization.config_version)


def _wanted(changes: Changes) -> list[Event]:
    """The events that may follow from the changes and that somebody wants."""
    events = events_at(changes.organization_id, changes.config_version)
    candidates = [
        event
        for event in events.values()
        if event.is_published
        and event.switch.auto_trigger
        and event.definition.trigger is not None
        and not changes.schemas.isdisjoint(event.definition.trigger.schemas)
    ]
    if all(event.switch.keeps_history for event in candidates):
        return candidates
    heard = heard_events(changes.organization_id, changes.config_version)
    return [event for event in candidates if event.switch.keeps_history or event.name in heard]


def heard_events(organization_id: int, config_version: int) -> frozenset[str]:
    """The names of the events that anybody listens to, as the functions in CORE_EVENT_AUDIENCES say."""
    names: set[str] = set()
    for path in settings.CORE_EVENT_AUDIENCES:
        names |= load(path)(organization_id, config_version)
    return frozenset(names)


def _fires(event: Event, change: EntityChanged) -> bool:
    trigger = event.definition.trigger
    return trigger is not None and fires(trigger, change, event.switch.attributes)


def _new_events(organization: Organization, firings: Sequence[Firing]) -> list[NewEvent]:
    entities = read_entities(organization, {firing.change.entity_id for firing in firings})
    rooted = [_rooted(firing, entities) for firing in firings]
    hydrate(organization, rooted)
    return [_new_event(firing, node_documents(organization, one)) for firing, one in zip(firings, rooted, strict=True)]


def _rooted(firing: Firing, entities: Mapping[UUID, Entity]) -> Rooted:
    """The graph with the changed entity in the node of its schema, as this change left it."""
    graph = firing.event.definition.graph
    node = _node_of(graph, firing.change.schema)
    if node is None:
        return Rooted(graph)
    return Rooted(graph, {node.id: [_as_changed(firing.change, entities.get(firing.change.entity_id))]})


def _node_of(graph: Graph, schema: str) -> Node | None:
    """The node that the changed entity stands in: the root, where that is of its schema, else the first that is."""
    fitting = [node for node in (*graph.roots, *graph.nodes) if schema in node.schemas]
    return fitting[0] if fitting else None


def _as_changed(change: EntityChanged, now: Entity | None) -> Entity:
    """The entity after the change, which may not be the last one of its slice; a deleted one as it was before."""
    attributes = change.before if operation_of(change) == DELETE and change.before else change.after
    return Entity(
        id=change.entity_id,
        organization_id=change.organization_id,
        schema=change.schema,
        attributes=attributes,
        version=change.version,
        created_at=now.created_at if now else change.at,
        updated_at=change.at,
    )


def _new_event(firing: Firing, nodes: Mapping[str, object]) -> NewEvent:
    change = firing.change
    is_inbound = change.source.use_case_id is not None
    return NewEvent(
        definition=firing.event.definition,
        occurred_at=change.at,
        source=ENTITY_SOURCE,
        nodes=nodes,
        fields=_previous(firing),
        metadata=_metadata(change),
        operation=operation_of(change),
        entity_id=change.entity_id,
        correlation_id=change.correlation_id,
        use_case_id=change.source.use_case_id,
        cause_id=change.event_id if is_inbound else None,
        chain=change.source.chain,
    )


def _previous(firing: Firing) -> JSONObject:
    """Fields that nothing else makes and that are called after an attribute: its value before the change."""
    before = firing.change.before or {}
    names = [one.name for one in firing.event.definition.fields if one.source is None]
    told = {name: before.get(name.removeprefix(PREVIOUS)) for name in names if name.startswith(PREVIOUS)}
    return {name: value for name, value in told.items() if value is not None}


def kind_of(source: Source) -> str:
    """The kind of source that a write is for an event: inbound, where a use case has brought it from outside, so that
    filters can leave out what came from there; else operation, whoever it was."""
    return BY_OPERATION if source.use_case_id is None else BY_INBOUND


def origin_of(source: Source, attributes: JSONObject) -> JSONObject:
    """What the envelope says about who caused it, and about values of the entity that wait for somebody."""
    parked = changesets_in(attributes)
    modes = {name: str(one.get("edit_mode")) for name, one in parked.items()}
    return {
        TRIGGER_SOURCE_TYPE: kind_of(source),
        TRIGGER_SOURCE: source.actor_id or source.actor_type,
        "_has_pending_changesets": bool(parked),
        "_changeset_edit_modes": [*dict.fromkeys(modes.values())],
        "_changeset_attributes": [*modes],
        "_changeset_edit_modes_by_attribute": {**modes},
    }


def _metadata(change: EntityChanged) -> JSONObject:
    """The same, with the operation."""
    return {
        **origin_of(change.source, change.after),
        "operation": operation_of(change),
        "trigger_entity": str(change.entity_id),
        "activity_id": str(change.change_id),
        "activity_type": change.operation,
    }
