"""Clauses, sort keys and selections: pieces of SQL made of constants, with every value beside them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol
from uuid import UUID

from hub.entities.models import Entity
from hub.entities.query.syntax import Test
from hub.json_types import JSONValue

Path = tuple[str, ...]
Texts = tuple[tuple[Path, ...], ...]
"""Alternatives, each the paths whose values one after the other make a text."""


class Clause(NamedTuple):
    """A condition or expression about the row called entity. Every value stands as %s in sql."""

    sql: str
    parameters: tuple[object, ...] = ()


ALWAYS = Clause("1 = 1")
NEVER = Clause("1 = 0")


def joined(word: str, clauses: Sequence[Clause]) -> Clause:
    """clauses in parentheses with AND or OR between them."""
    sql = f" {word} ".join(clause.sql for clause in clauses)
    return Clause(f"({sql})", tuple(value for clause in clauses for value in clause.parameters))


def negated(clause: Clause) -> Clause:
    """Holds where clause does not; no clause here is ever NULL."""
    return Clause(f"NOT {clause.sql}", clause.parameters)


class SortKey(NamedTuple):
    """An expression to sort by. is_attribute: it may be NULL, and those rows come last either way."""

    expression: Clause
    is_descending: bool
    is_attribute: bool = False


class Selection(NamedTuple):
    """Which entities. ids None: every one of the one schema; else only these, of whatever schema."""

    organization_id: int
    schema: str | None
    ids: Sequence[UUID] | None
    condition: Clause


class KeyProbe(NamedTuple):
    """Entities of schemas whose attribute has this key, or one that begins with it."""

    schemas: tuple[str, ...]
    attribute: str
    key: str
    is_prefix: bool = False


class Found(NamedTuple):
    """One row of a page, with the values of the attributes it was sorted by."""

    entity: Entity
    sorted_by: list[JSONValue]


HIGHEST = "\U0010ffff"
"""Behind every character: a prefix and this end the range of what begins with the prefix, byte by byte."""


_HAS_KEY = """EXISTS (
    SELECT 1 FROM entities_entitykey key
    WHERE key.organization_id = entity.organization_id AND key.schema = entity.schema AND key.attribute = %s
        AND key.value = %s AND key.entity_id = entity.id)"""
_HAS_PREFIX = _HAS_KEY.replace("key.value = %s", "key.value >= %s AND key.value < %s")


def key_clause(attribute: str, key: str, *, is_prefix: bool) -> Clause:
    """Whether the entity has the key, or one that begins with it, by probes of the index."""
    if is_prefix:
        return Clause(_HAS_PREFIX, (attribute, key, key + HIGHEST))
    return Clause(_HAS_KEY, (attribute, key))


def order_of(keys: Sequence[SortKey]) -> Clause:
    """The list behind ORDER BY."""
    parts: list[str] = []
    parameters: list[object] = []
    for expression, is_descending, is_attribute in keys:
        if is_attribute:
            parts.append(f"({expression.sql}) IS NULL")
            parameters += expression.parameters
        parts.append(f"{expression.sql} {'DESC' if is_descending else 'ASC'}")
        parameters += expression.parameters
    return Clause(", ".join(parts), tuple(parameters))


class SearchStatements(Protocol):
    """What postgresql.py and sqlite.py both offer."""

    def attribute_clause(self, path: Path, test: Test) -> Clause:
        """Whether a value at path passes test, as matching.holds says."""

    def text_clause(self, texts: Texts, needle: str) -> Clause:
        """Whether one of the texts contains needle, as matching.contains says."""

    def attribute_key(self, path: Path) -> Clause:
        """The first text, number or boolean at path, to sort by."""

    def bound(self, value: JSONValue) -> Clause:
        """A value that attribute_key is compared with."""

    def with_key(self, organization_id: int, probe: KeyProbe, limit: int) -> list[UUID]:
        """Ids of up to limit entities that answer the probe, read from the index."""

    def with_value(self, organization_id: int, key: str, limit: int) -> list[UUID]:
        """Ids of up to limit entities of any schema with this key in any indexed attribute."""

    def referrers(
        self, organization_id: int, target: str, after: tuple[str, UUID] | None, limit: int
    ) -> list[tuple[str, UUID]]:
        """Schema and id of entities with a relation or reference to target, in this order, behind after."""

    def page(self, selection: Selection, order: Sequence[SortKey], size: int, start: int) -> list[Found]:
        """The rows of one page."""

    def count(self, selection: Selection, most: int) -> int:
        """How many rows there are, counted no further than most."""

    def time_limit(self, seconds: float) -> AbstractContextManager[None]:
        """Statements inside are stopped after that time each, with an error that database.is_cancelled knows."""
