"""check_graph: what the graph of an organization's own event has to keep to; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from hub.entities.schemas.book import SchemaBook
from hub.events.catalogue.envelope import RESERVED
from hub.events.catalogue.findings import Findings
from hub.events.catalogue.links import links
from hub.events.catalogue.parts import CUSTOMERS, VIRTUAL_CUSTOMER, Graph, Node
from hub.json_types import JSONPath

MOST_NODES: Final = 20
"""Each costs a query per event; the largest built-in event has eight."""
MOST_EDGES: Final = 40
MOST_NODE_FIELDS: Final = 100
NODE_FIELD_CHARACTERS: Final = 200
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
NAME_RULE: Final = "must begin with a letter and have at most 64 letters, digits and underscores"
RESERVED_RULE: Final = "is a name that the hub gives"


def check_graph(graph: Graph, book: SchemaBook, at: JSONPath, findings: Findings) -> None:
    """Notes what is wrong with the nodes, the edges, and how they hang together."""
    if not graph.nodes:
        findings.error(at.key("nodes"), "needs at least one node")
    if len(graph.nodes) > MOST_NODES:
        findings.error(at.key("nodes"), f"may have at most {MOST_NODES} nodes")
    if len(graph.edges) > MOST_EDGES:
        findings.error(at.key("edges"), f"may have at most {MOST_EDGES} edges")
    _check_nodes(graph, book, at.key("nodes"), findings)
    _check_edges(graph, book, at.key("edges"), findings)
    _check_shape(graph, at, findings)


def is_known(schema: str, book: SchemaBook) -> bool:
    """Whether a node may have that schema."""
    return schema == VIRTUAL_CUSTOMER or book.find(schema) is not None


def name_problem(name: str) -> str | None:
    """Why neither a field nor a node may be called name; None when it may."""
    if name in RESERVED or name.startswith("_"):
        return RESERVED_RULE
    return None if NAME.fullmatch(name) else NAME_RULE


def _check_nodes(graph: Graph, book: SchemaBook, at: JSONPath, findings: Findings) -> None:
    seen: set[str] = set()
    for place, node in enumerate(graph.nodes):
        problem = name_problem(node.id) or ("is the id of another node too" if node.id in seen else None)
        if problem:
            findings.error(at.index(place).key("id"), problem)
        if not is_known(node.schema, book):
            findings.error(at.index(place).key("schema"), f"there is no schema {node.schema}")
        _check_fields(node, at.index(place).key("fields"), findings)
        seen.add(node.id)


def _check_fields(node: Node, at: JSONPath, findings: Findings) -> None:
    if len(node.fields) > MOST_NODE_FIELDS:
        findings.error(at, f"may have at most {MOST_NODE_FIELDS} entries")
    for place, field in enumerate(node.fields):
        if len(field) > NODE_FIELD_CHARACTERS:
            findings.error(at.index(place), f"may have at most {NODE_FIELD_CHARACTERS} characters")
        elif "." in field or not field.strip("!"):
            findings.error(at.index(place), "must name an attribute, not a place inside of one")


def _check_edges(graph: Graph, book: SchemaBook, at: JSONPath, findings: Findings) -> None:
    seen: set[tuple[str, str]] = set()
    for place, edge in enumerate(graph.edges):
        parent, child = graph.find(edge.parent), graph.find(edge.child)
        for end, name, node in (("from", edge.parent, parent), ("to", edge.child, child)):
            if node is None:
                findings.error(at.index(place).key(end), f"there is no node {name}")
        if (edge.parent, edge.child) in seen:
            findings.error(at.index(place), "stands there twice")
        elif parent and child and _lacks_relation(parent, child, book):
            sentence = f"no relation leads from {parent.schema} to {child.schema} or back"
            findings.error(at.index(place), sentence)
        seen.add((edge.parent, edge.child))


def _lacks_relation(parent: Node, child: Node, book: SchemaBook) -> bool:
    return is_known(parent.schema, book) and is_known(child.schema, book) and not links(parent, child, book)


def _check_shape(graph: Graph, at: JSONPath, findings: Findings) -> None:
    """With one root and no circle, every node is reached."""
    circle = _in_circles(graph)
    if circle:
        findings.error(at.key("edges"), f"may not lead in a circle, as they do through {', '.join(circle)}")
    elif len(graph.roots) > 1:
        names = ", ".join(node.id for node in graph.roots)
        findings.error(at.key("nodes"), f"need one root, to which no edge leads, but have several: {names}")


def _in_circles(graph: Graph) -> list[str]:
    """Node ids that are left when whatever no edge leads to is taken away, again and again."""
    left: Mapping[str, set[str]] = {
        node.id: {edge.parent for edge in graph.edges if edge.child == node.id} for node in graph.nodes
    }
    while True:
        free = {node_id for node_id, parents in left.items() if not parents & set(left)}
        if not free:
            return list(left)
        left = {node_id: parents for node_id, parents in left.items() if node_id not in free}


def fits_root(schema: str, graph: Graph) -> bool:
    """Whether an entity of the schema can be the root of the graph."""
    return any(
        schema in node.schemas or (schema in CUSTOMERS and node.schema == VIRTUAL_CUSTOMER) for node in graph.roots
    )
