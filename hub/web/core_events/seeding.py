"""Seeding: from which entity an event is fired: the node it stands in, and who could be meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import QueryDict

from hub.entities.read import list_entities
from hub.events.catalogue import Graph, Node
from hub.events.triggering import Seed
from hub.web.access import may_view
from hub.web.entities.finding import LONGEST_QUERY
from hub.web.entities.forms.picking import candidates_for
from hub.web.entities.related import Relative, relatives_of
from hub.web.requests import HubRequest

LATEST: Final = 5
"""Entities that are offered before anybody has searched."""


@dataclass(frozen=True, slots=True)
class Seeding:
    """node: where the entity stands, None for an event without a graph; chosen: its id, "" before one is chosen."""

    node: Node | None
    text: str
    chosen: str

    @property
    def seed(self) -> Seed | None:
        """As the kernel takes it."""
        if self.node is None or not self.chosen:
            return None
        return Seed(UUID(self.chosen), self.node.id)


def seeding_of(graph: Graph, sent: QueryDict) -> Seeding:
    """What the form says; the root of the graph where it says nothing."""
    node = graph.find(sent.get("node", "")) or next(iter((*graph.roots, *graph.nodes)), None)
    text = sent.get("search", "").replace("\0", "").strip()[:LONGEST_QUERY]
    return Seeding(node, text, _uuid(sent.get("entity", "")))


def candidates_of(request: HubRequest, seeding: Seeding) -> Sequence[Relative]:
    """Who could be meant: what the text finds, or who was changed last; the chosen one stays among them."""
    node = seeding.node
    if node is None:
        return []
    found = _searched(request, seeding.text, node) if seeding.text else _latest(request, node)
    if seeding.chosen and seeding.chosen not in {one.entity_id for one in found}:
        chosen = relatives_of(request.organization, [seeding.chosen], lambda one: may_view(request, one))
        return [*(one for one in chosen.values() if one.schema in node.schemas), *found]
    return found


def _searched(request: HubRequest, text: str, node: Node) -> list[Relative]:
    schema = node.schemas[0] if len(node.schemas) == 1 else ""
    return [one for one in candidates_for(request, text, schema) if one.schema in node.schemas]


def _latest(request: HubRequest, node: Node) -> list[Relative]:
    listed = [
        entity
        for schema in node.schemas
        if may_view(request, schema)
        for entity in list_entities(organization=request.organization, schema=schema, limit=LATEST, after=None).entities
    ]
    latest = sorted(listed, key=lambda one: one.updated_at, reverse=True)[:LATEST]
    found = relatives_of(request.organization, (), lambda one: may_view(request, one), known=latest)
    return [*found.values()]


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
