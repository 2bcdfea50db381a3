"""Schemas as organizations may have them, and an evaluation of expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.entities.schemas import Schema, catalogue, groups
from hub.entities.schemas.book import Definition, SchemaBook, schema_from
from hub.events.catalogue import EventDefinition
from hub.jsonata.engine import Context, compile_expression

ORGANIZATION = "org-1"
OWN = {
    "own_number": "string",
    "own_choice": "enum(red|blue)",
    "own_amount": "money",
    "own_article": "relation(article)",
}


def _book(definition_of: Mapping[str, Definition]) -> SchemaBook:
    own: dict[str, Schema] = {slug: schema_from(slug, one, 2) for slug, one in definition_of.items()}
    return SchemaBook({**catalogue(), **own})


PLAIN = _book({})
"""An organization that added nothing."""
SELF_SERVICE = _book({slug: Definition(groups=("self_service",)) for slug in groups()["self_service"].schemas})
"""One that installed the attributes which events about tickets read."""
EXTENDED = _book({slug: Definition(groups=("self_service",), attributes=OWN) for slug in catalogue()})
"""One that moreover gave every schema attributes of its own."""
BOOKS = {"plain": PLAIN, "self-service": SELF_SERVICE, "extended": EXTENDED}


def value_of(expression: str, document: Any) -> Any:
    """What an expression yields on a document."""
    return compile_expression(expression).evaluate(Context(document))


def nodes_of(definition: EventDefinition, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What a projection sees of a payload."""
    return {node.id: payload[node.id] for node in definition.graph.nodes if node.id in payload}
