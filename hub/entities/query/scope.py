"""Scope: which schemas a query speaks of, and which of its terms EntityKey can answer there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce

from hub.accounts.models import Organization
from hub.entities.keys import ITEM_TEXTS, KEPT_OF_LONG, stored_key
from hub.entities.models import EntityKeyIndex
from hub.entities.query.sql.parts import KeyProbe
from hub.entities.query.syntax import And, Equals, Node, Or, Prefix, Term, Test
from hub.entities.schemas.book import SchemaBook, book_of


def schemas_of(node: Node) -> frozenset[str] | None:
    """The schemas that node allows; None: any."""
    if isinstance(node, Term):
        is_schema = node.field == "_schema" and isinstance(node.test, Equals)
        return frozenset({node.test.text}) if is_schema and isinstance(node.test, Equals) else None
    if isinstance(node, And):
        known = [schemas for part in node.parts if (schemas := schemas_of(part)) is not None]
        return reduce(frozenset.intersection, known) if known else None
    if isinstance(node, Or):
        each = [schemas_of(part) for part in node.parts]
        known = [schemas for schemas in each if schemas is not None]
        return frozenset().union(*known) if len(known) == len(each) else None
    return None


@dataclass(frozen=True, slots=True)
class Scope:
    """schemas None: any. indexed: attribute → schemas whose entities all have their keys of it."""

    book: SchemaBook
    schemas: frozenset[str] | None
    indexed: Mapping[str, Collection[str]]
    building: Collection[str] = ()
    """Attributes that some schema's index does not know completely yet."""

    @classmethod
    def read(cls, organization: Organization, schemas: frozenset[str] | None) -> Scope:
        """What the organization's indexes know about schemas."""
        indexed: dict[str, set[str]] = {}
        building: set[str] = set()
        rows = EntityKeyIndex.objects.of(organization)
        for attribute, schema, state in rows.values_list("attribute", "schema", "state"):
            if state == EntityKeyIndex.State.READY:
                indexed.setdefault(attribute, set()).add(schema)
            else:
                building.add(attribute)
        return cls(book_of(organization), schemas, indexed, building)

    @property
    def single(self) -> str | None:
        """The one schema of the query, if it has one."""
        return next(iter(self.schemas)) if self.schemas is not None and len(self.schemas) == 1 else None

    def probe(self, field: str, test: Test) -> KeyProbe | None:
        """The question to EntityKey that answers field:test, or None when it cannot.

        Without a schema in the query an identifier is looked for wherever it is one.
        """
        attribute, _, item = field.partition(".")
        if item and item not in ITEM_TEXTS:
            return None
        schemas = self._answering(attribute)
        if schemas is None:
            return None
        if isinstance(test, Equals) and test.text.strip():
            return KeyProbe(tuple(sorted(schemas)), attribute, stored_key(test.text))
        if isinstance(test, Prefix) and len(test.text) <= KEPT_OF_LONG:
            return KeyProbe(tuple(sorted(schemas)), attribute, test.text, is_prefix=True)
        return None

    def _answering(self, attribute: str) -> Collection[str] | None:
        """The schemas to look in, or None when their indexes do not know all."""
        known = self.indexed.get(attribute, ())
        if self.schemas is not None:
            return self.schemas if self.schemas and self.schemas <= set(known) else None
        if attribute in self.building:
            return None
        return known if known or self.book.is_declared_somewhere(attribute) else None

    def identifiers(self) -> list[str]:
        """The indexed attributes of the one schema."""
        return sorted(attribute for attribute, schemas in self.indexed.items() if self.single in schemas)
