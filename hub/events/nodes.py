"""node_documents, entity_document: entities as they stand in an event."""

from __future__ import annotations

from datetime import datetime

from hub.accounts.models import Organization
from hub.entities.documents import document_of
from hub.entities.models import Entity
from hub.events.catalogue import Node, as_node
from hub.events.hydration import Rooted
from hub.json_encoding import timestamp
from hub.json_types import JSONObject


def node_documents(organization: Organization, rooted: Rooted) -> dict[str, object]:
    """Node id → the entity, or the list of them; a node that nothing was found for is absent."""
    documents: dict[str, object] = {}
    for node in rooted.graph.nodes:
        entities = rooted.found.get(node.id, [])
        if entities:
            shown = [as_node(node, _document(organization, entity)) for entity in entities]
            documents[node.id] = shown if node.is_many else shown[0]
    return documents


def entity_document(organization: Organization, entity: Entity) -> JSONObject:
    """The whole entity as an event would carry it: without who may see it, and without what is null."""
    return as_node(Node("entity", entity.schema, "one"), _document(organization, entity))


def _document(organization: Organization, entity: Entity) -> JSONObject:
    """As API clients see it, with moments as texts."""
    document = document_of(entity, organization)
    return {name: timestamp(one) if isinstance(one, datetime) else one for name, one in document.items()}  # type: ignore[misc]  # JSON otherwise
