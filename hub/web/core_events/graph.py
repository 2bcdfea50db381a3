"""branches_of: the entities of an event's graph as a tree, from its roots along the edges; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.entities.schemas.book import SchemaBook
from hub.events.catalogue import Graph, Node


@dataclass(frozen=True, slots=True)
class Branch:
    """A node with those that are found from it. is_repeated: it stands elsewhere too, where its own branches are."""

    node: Node
    label: str
    branches: Sequence[Branch]
    is_repeated: bool = False


def branches_of(graph: Graph, book: SchemaBook) -> list[Branch]:
    """One tree for each root; every node is followed once, wherever it is met first."""
    seen: set[str] = set()
    return [_branch(graph, node, book, seen) for node in graph.roots]


def _branch(graph: Graph, node: Node, book: SchemaBook, seen: set[str]) -> Branch:
    label = " / ".join(book.schema_of(slug).title for slug in node.schemas)
    if node.id in seen:
        return Branch(node, label, (), is_repeated=True)
    seen.add(node.id)
    ends = [graph.find(edge.child) for edge in graph.edges if edge.parent == node.id]
    return Branch(node, label, [_branch(graph, end, book, seen) for end in ends if end is not None])
