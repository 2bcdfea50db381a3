"""node_documents: entities of a graph as they stand in an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Final

from hub.accounts.models import Organization
from hub.entities.documents import document_of
from hub.entities.models import Entity
from hub.events.catalogue.parts import Node
from hub.events.hydration import Rooted
from hub.json_encoding import timestamp

HIDDEN: Final = frozenset({"_owners", "_acl", "_manifest"})
ALWAYS: Final = frozenset({"_id", "_schema", "_org"})
"""What an entity carries whatever the node's list of fields says."""


def node_documents(organization: Organization, rooted: Rooted) -> dict[str, object]:
    """Node id → the entity, or the list of them; a node that nothing was found for is absent."""
    documents: dict[str, object] = {}
    for node in rooted.graph.nodes:
        entities = rooted.found.get(node.id, [])
        if entities:
            shown = [_document(organization, node, entity) for entity in entities]
            documents[node.id] = shown if node.is_many else shown[0]
    return documents


def _document(organization: Organization, node: Node, entity: Entity) -> Mapping[str, object]:
    document = document_of(entity, organization)
    kept = chosen(document, node.fields) if node.fields else set(document)
    return {name: _plain(value) for name, value in document.items() if name in kept and name not in HIDDEN}


def _plain(value: object) -> object:
    return timestamp(value) if isinstance(value, datetime) else value


def chosen(names: Iterable[str], fields: Iterable[str]) -> frozenset[str]:
    """The names that a list of fields lets through: globs, and with a leading ``!`` what is left out again."""
    wanted = [one for one in fields if not one.startswith("!")] or ["*"]
    unwanted = [one[1:] for one in fields if one.startswith("!")]
    return ALWAYS | {
        name
        for name in names
        if any(fnmatchcase(name, one) for one in wanted) and not any(fnmatchcase(name, one) for one in unwanted)
    }
