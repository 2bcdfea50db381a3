"""Scope: which schemas a query speaks of, and which of its terms EntityKey can answer there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce

from hub.entities.keys import ITEM_TEXTS, KEPT_OF_LONG, stored_key
from hub.entities.models import EntityKeyIndex
from hub.entities.query.sql.parts import KeyProbe
from hub.entities.query.syntax import And, Equals, Node, Or, Prefix, Term, Test


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

    schemas: frozenset[str] | None
    indexed: Mapping[str, Collection[str]]

    @classmethod
    def read(cls, organization_id: int, schemas: frozenset[str] | None) -> Scope:
        """What the organization's indexes know about schemas."""
        rows = EntityKeyIndex.objects.filter(organization_id=organization_id, state=EntityKeyIndex.State.READY)
        indexed: dict[str, set[str]] = {}
        for attribute, schema in rows.values_list("attribute", "schema"):
            indexed.setdefault(attribute, set()).add(schema)
        return cls(schemas, indexed)

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
        known = self.indexed.get(attribute, ())
        schemas = known if self.schemas is None else self.schemas
        if not schemas or not set(schemas) <= set(known):
            return None
        if isinstance(test, Equals) and test.text.strip():
            return KeyProbe(tuple(sorted(schemas)), attribute, stored_key(test.text))
        if isinstance(test, Prefix) and len(test.text) <= KEPT_OF_LONG:
            return KeyProbe(tuple(sorted(schemas)), attribute, test.text, is_prefix=True)
        return None

    def identifiers(self) -> list[str]:
        """The indexed attributes of the one schema."""
        return sorted(attribute for attribute, schemas in self.indexed.items() if self.single in schemas)
