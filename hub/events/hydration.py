"""hydrate: the entities of an event's graph, found from one of them along relations, many events at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.links import LINKS, related_ids
from hub.entities.models import Entity, EntityKey
from hub.entities.schemas.book import SchemaBook, book_of
from hub.events.catalogue import Edge, Graph, Node, links

MOST_OF_A_NODE: Final = 200
"""Entities of one node that an event carries; what is beyond is left out, the first ones stay."""


@dataclass(slots=True)
class Rooted:
    """One event's way through its graph: node → entities found so far, the seed to begin with."""

    graph: Graph
    found: dict[str, list[Entity]] = field(default_factory=dict)

    def steps(self) -> list[Step]:
        """The edges that lead on from what was found, each once, against its direction too."""
        return [
            Step(self, start, node)
            for edge in self.graph.edges
            for start, end in _both_ways(edge)
            if start in self.found and end not in self.found and (node := self.graph.find(end)) is not None
        ]


class Step(NamedTuple):
    """From the entities of a node to those of a neighbour."""

    rooted: Rooted
    start: str
    node: Node

    @property
    def parents(self) -> list[Entity]:
        """Whose relations are followed."""
        return self.rooted.found[self.start]


def hydrate(organization: Organization, rooted: Sequence[Rooted]) -> None:
    """Fill every node that can be reached. Two queries for each round, whose number is the depth of the graph.

    A relation counts whichever of both entities holds it, under whatever attribute: first those that the parent names,
    the attribute that fits the node best before others, then those that name the parent, the oldest first. What is in
    the recycle bin is left out.
    """
    book = book_of(organization)
    while steps := [step for one in rooted for step in one.steps()]:
        world = _World(organization.pk, book, steps)
        for step in steps:
            entities = world.neighbours(step)
            most = MOST_OF_A_NODE if step.node.is_many else 1
            step.rooted.found.setdefault(step.node.id, entities[:most])


def _both_ways(edge: Edge) -> tuple[tuple[str, str], tuple[str, str]]:
    return (edge.parent, edge.child), (edge.child, edge.parent)


class _World:
    """What one round has to know: whom the parents name, and who names them."""

    def __init__(self, organization_id: int, book: SchemaBook, steps: Iterable[Step]) -> None:
        self._book = book
        self._referrers: dict[tuple[str, str], list[UUID]] = {}
        steps = [step for step in steps if step.parents]
        schemas = {schema for step in steps for schema in step.node.schemas}
        parents = {str(parent.pk): parent for step in steps for parent in step.parents}
        self._read_referrers(organization_id, schemas, parents)
        named = {target for parent in parents.values() for target in _named_by(parent)}
        wanted = named | {one for ids in self._referrers.values() for one in ids}
        rows = Entity.objects.filter(organization_id=organization_id, pk__in=wanted, schema__in=schemas)
        self._entities = {row.pk: row for row in rows.filter(deleted_at__isnull=True)} if wanted else {}

    def _read_referrers(self, organization_id: int, schemas: Collection[str], parents: Collection[str]) -> None:
        if not parents:
            return
        keys = EntityKey.objects.filter(
            organization_id=organization_id, schema__in=schemas, attribute=LINKS, value__in=parents
        )
        for schema, value, entity_id in keys.order_by("entity_id").values_list("schema", "value", "entity_id"):
            self._referrers.setdefault((schema, value), []).append(entity_id)

    def neighbours(self, step: Step) -> list[Entity]:
        """The entities of the step's node, each once."""
        schemas = step.node.schemas
        best = self._best_attributes(step)
        ids: dict[UUID, None] = {}
        for parent in step.parents:
            ids |= dict.fromkeys(_named_by(parent, best))
        for parent in step.parents:
            for schema in schemas:
                ids |= dict.fromkeys(self._referrers.get((schema, str(parent.pk)), ()))
        found = (self._entities.get(one) for one in ids)
        return [entity for entity in found if entity is not None and entity.schema in schemas]

    def _best_attributes(self, step: Step) -> list[str]:
        start = step.rooted.graph.find(step.start)
        return [one.attribute for one in links(start, step.node, self._book) if one.is_forward] if start else []


def _named_by(entity: Entity, best: Sequence[str] = ()) -> list[UUID]:
    """Whom the entity's relations lead to, those of the best attributes first."""
    attributes = entity.attributes
    ordered = {name: attributes[name] for name in best if name in attributes} | attributes
    return [known for one in related_ids(ordered) if (known := _uuid(one)) is not None]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def read_entities(organization: Organization, ids: Collection[UUID]) -> dict[UUID, Entity]:
    """Live entities by id, one query."""
    if not ids:
        return {}
    return {row.pk: row for row in Entity.objects.of(organization).filter(pk__in=ids, deleted_at__isnull=True)}
