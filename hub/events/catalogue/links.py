"""links: by which attributes one reaches the entities of an edge from those it begins at; pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from hub.entities.schemas import Schema
from hub.entities.schemas.book import SchemaBook
from hub.entities.schemas.fitting import types_of
from hub.events.catalogue.parts import CUSTOMERS, Node

RELATIONS: Final = frozenset({"relation", "relations"})


class Link(NamedTuple):
    """An attribute that makes an edge. is_forward: the parent has it; otherwise the child has it, and points back."""

    schema: str
    attribute: str
    is_forward: bool


def links(parent: Node, child: Node, book: SchemaBook) -> tuple[Link, ...]:
    """Every way from an entity of parent to those of child, the best first; empty when the schemas know none.

    Best is an attribute of the parent that leads to the child's schema: one called like the node, then like the schema,
    then any; then one of the child that leads back. After them come those that lead to a customer of the other kind,
    since what points at a contact may hold an account, and last those that lead anywhere.
    """
    found = [
        *_between(parent, child, book, is_forward=True),
        *_between(child, parent, book, is_forward=False),
    ]
    return tuple(link for _, link in sorted(found, key=lambda one: one[0]))


def _between(holder: Node, target: Node, book: SchemaBook, *, is_forward: bool) -> Iterator[tuple[int, Link]]:
    for slug in holder.schemas:
        for attribute, leads_to in relations_of(book.schema_of(slug)):
            rank = _rank(attribute, leads_to, target, is_forward=is_forward)
            if rank is not None:
                yield rank, Link(slug, attribute, is_forward)


def _rank(attribute: str, leads_to: str, target: Node, *, is_forward: bool) -> int | None:
    """How well an attribute fits, 0 best; None when it cannot lead to the target."""
    if leads_to in target.schemas:
        names = (target.id, target.schema, f"{target.schema}s")
        return (names.index(attribute) if attribute in names else len(names)) if is_forward else 4
    if leads_to in CUSTOMERS and set(target.schemas) <= set(CUSTOMERS):
        return 5 if is_forward else 6
    return None if leads_to else 7


def relations_of(schema: Schema) -> Iterator[tuple[str, str]]:
    """The schema's relations, each with the schema that it leads to; "" for one that leads anywhere."""
    for name, typed in types_of(schema).items():
        if typed.type.kind in RELATIONS:
            yield name, typed.type.options[0] if typed.type.options else ""
