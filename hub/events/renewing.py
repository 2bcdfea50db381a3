"""renew: events that nobody got, because they did not fit their schema, are worked out anew from entities as of now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from hub import background
from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.events.catalogue import Graph
from hub.events.definitions import events_at
from hub.events.hydration import Rooted, hydrate, read_entities
from hub.events.models import CoreEvent
from hub.events.nodes import node_documents
from hub.events.publishing import PROJECT
from hub.json_types import JSONObject


def renew(organization: Organization, event_ids: Collection[UUID]) -> int:
    """Send the malformed ones among the events back to be projected; how many there are. In the caller's transaction.

    An event is otherwise frozen at its moment. These were never told to anybody, and what was wrong with them stands in
    an entity: it has been corrected since, or the schema has, else they end as they did. What stands beside entities
    (envelope, previous values, fields of the caller) stays; an event whose entity is gone keeps all it has.
    Two queries and those of one hydration; one when nothing is malformed.
    """
    malformed = CoreEvent.objects.of(organization).filter(pk__in=event_ids, state=CoreEvent.State.MALFORMED)
    events = list(malformed.select_for_update(no_key=True).order_by("pk"))
    if not events:
        return 0
    for event, nodes in zip(events, _nodes(organization, events), strict=True):
        event.payload = _with_nodes(event.payload, nodes)
        event.state = CoreEvent.State.RAW
        event.problem = ""
    CoreEvent.objects.bulk_update(events, ["payload", "state", "problem"])
    background.after_commit(PROJECT)
    return len(events)


def _nodes(organization: Organization, events: Sequence[CoreEvent]) -> list[dict[str, object]]:
    """For each event its nodes → what stands in them now, None where nothing does; empty where its root is gone."""
    known = events_at(organization.pk)
    entities = read_entities(organization, {event.entity_id for event in events if event.entity_id})
    rooted = [
        _rooted(event, known[event.name].definition.graph if event.name in known else Graph(), entities)
        for event in events
    ]
    hydrate(organization, [one for one in rooted if one.found])
    return [
        dict.fromkeys(node.id for node in one.graph.nodes) | node_documents(organization, one) if one.found else {}
        for one in rooted
    ]


def _rooted(event: CoreEvent, graph: Graph, entities: dict[UUID, Entity]) -> Rooted:
    """The graph with the event's entity in the node that it stood in."""
    rooted = Rooted(graph)
    entity = entities.get(event.entity_id) if event.entity_id else None
    if entity is not None:
        places = [node for node in graph.nodes if entity.schema in node.schemas]
        own = [node for node in places if _id_of(event.payload.get(node.id)) == str(entity.pk)]
        rooted.found |= {node.id: [entity] for node in (own or places)[:1]}
    return rooted


def _id_of(document: object) -> object:
    first = document[0] if isinstance(document, list) and document else document
    return first.get("_id") if isinstance(first, dict) else None


def _with_nodes(payload: JSONObject, nodes: dict[str, object]) -> JSONObject:
    kept = {name: value for name, value in payload.items() if name not in nodes}
    return kept | {name: value for name, value in nodes.items() if value is not None}  # type: ignore[return-value]  # documents are JSON
