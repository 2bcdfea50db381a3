"""What goes into the store's statements and what comes out of them, the same for both databases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from hub.entities.operations import Source
from hub.json_encoding import json_bytes

MOST_MATCHES = 10
"""Entities a probe answers at most, live ones first. Two are ambiguous already; the others are read because earlier
operations of the same call may delete some or change their identifiers. As many as this means: perhaps more."""


class Probe(NamedTuple):
    """One question for EntityKey: who has this key and, of those, who has all further ones?"""

    number: int
    schema: str
    attribute: str
    key: str
    further: bytes | None
    """The other attributes and keys as a JSON object; None when there are none."""


def probe_of(number: int, schema: str, keys: Mapping[str, str]) -> Probe:
    """The question who has all these keys, which must not be none."""
    (attribute, key), *others = keys.items()
    return Probe(number, schema, attribute, key, json_bytes(dict(others)) if others else None)


class Match(NamedTuple):
    """One entity that answers a probe."""

    number: int
    entity_id: UUID


class IndexedAttribute(NamedTuple):
    """One row of EntityKeyIndex."""

    schema: str
    attribute: str
    is_building: bool


class Opening(NamedTuple):
    """The first answers of a write. schemas are those that have their creation row, which is now share-locked."""

    schemas: set[str]
    indexed: list[IndexedAttribute]
    matches: list[Match]
    config_version: int
    """Of the organization, read along with the schemas; 0 where none of them has its row, or the organization has
    gone."""

    @classmethod
    def of(cls, shared: Sequence[tuple[Any, ...]], indexed: Iterable[tuple[Any, ...]], matches: list[Match]) -> Opening:
        """What the statements found. Any: cells of rows."""
        attributes = [IndexedAttribute(schema, name, bool(building)) for schema, name, building in indexed]
        return cls({row[0] for row in shared}, attributes, matches, shared[0][1] if shared else 0)


class StoredEntity(NamedTuple):
    """An entity as read under its lock; attributes are JSON text."""

    id: UUID
    schema: str
    attributes: str
    version: int
    is_deleted: bool


class EntityRow(NamedTuple):
    """An entity as it is to be; attributes are JSON in UTF-8."""

    id: UUID
    schema: str
    attributes: bytes
    version: int
    is_new: bool
    is_deleted: bool


class KeyRow(NamedTuple):
    """A row of EntityKey, in the order of its index."""

    schema: str
    attribute: str
    value: str
    entity_id: UUID


class ChangeRow(NamedTuple):
    """A row of EntityChange. has_final_snapshot: its snapshot is what the entity row gets, so it is sent once."""

    id: UUID
    entity_id: UUID
    schema: str
    version: int
    operation: str
    changes: bytes
    snapshot: bytes | None
    has_final_snapshot: bool
    event_id: UUID | None
    origin_id: UUID | None
    source: Source


class Batch(NamedTuple):
    """Everything one write puts into the database; each list is sorted by its key."""

    organization_id: int
    at: datetime
    entities: Sequence[EntityRow]
    keys_gone: Sequence[KeyRow]
    keys_new: Sequence[KeyRow]
    changes: Sequence[ChangeRow]
    tombstones: Sequence[ChangeRow] = ()
    """Of purged entities: everything of them goes, and their row comes."""

    def stones(self) -> list[tuple[object, ...]]:
        """The tombstones as rows of STONE_COLUMNS."""
        return [
            (
                row.id,
                self.organization_id,
                row.entity_id,
                row.schema,
                row.version,
                self.at,
                row.operation,
                {},
                row.source.actor_type,
                row.source.actor_id,
                row.event_id,
                row.origin_id,
                row.source.use_case_id,
                row.source.use_case_version,
            )
            for row in self.tombstones
        ]


CHANGES_TABLE = "entities_entitychange"
STONE_COLUMNS = (
    ("id", "uuid"),
    ("organization_id", "bigint"),
    ("entity_id", "uuid"),
    ("schema", "text"),
    ("version", "integer"),
    ("at", "timestamptz"),
    ("operation", "text"),
    ("changes", "jsonb"),
    ("actor_type", "text"),
    ("actor_id", "text"),
    ("event_id", "uuid"),
    ("origin_id", "uuid"),
    ("use_case_id", "uuid"),
    ("use_case_version", "integer"),
)


def columns_of(rows: Sequence[tuple[Any, ...]], width: int) -> Sequence[Sequence[Any]]:  # Any: cells of a typed row
    """rows turned on their side; width is how many cells each has."""
    return list(zip(*rows, strict=True)) if rows else [()] * width


class Statements(Protocol):
    """What postgresql.py and sqlite.py both offer."""

    def open_schemas(
        self, organization_id: int, schemas: Sequence[str], growing: Sequence[str], probes: Sequence[Probe]
    ) -> Opening:
        """Share-lock the creation rows, read the key indexes, lock creation in growing, answer the probes."""

    def lock_creation(self, organization_id: int, schemas: Sequence[str], probes: Sequence[Probe]) -> list[Match]:
        """Keep others from creating in schemas until the transaction ends, then answer the probes."""

    def members(self, organization_id: int, probes: Sequence[Probe], most: int) -> list[Match]:
        """Live entities that answer the probes, at most `most` for each."""

    def read_entities(self, organization_id: int, ids: Collection[UUID]) -> list[StoredEntity]:
        """Entities as they are, unlocked; a missing or foreign id is left out."""

    def lock_entities(self, organization_id: int, ids: Collection[UUID]) -> list[StoredEntity]:
        """Lock in order of id and read what is true then; a missing or foreign id is left out."""

    def origins(self, organization_id: int, ids: Collection[UUID]) -> list[tuple[UUID, UUID | None]]:
        """For each entity the origin of the event that created it."""

    def changed_by(
        self, organization_id: int, ids: Collection[UUID], origins: Collection[UUID]
    ) -> list[tuple[UUID, UUID, str]]:
        """What events of these origins have changed in entities: entity, origin, and a JSON object whose names are
        the attributes."""

    def store(self, batch: Batch) -> None:
        """Write a batch."""

    def claim_schema(self, organization_id: int, schema: str) -> None:
        """Make the creation row if it is missing and keep every writer of the schema out until the end."""

    def count_up_to(self, organization_id: int, schema: str, most: int) -> int:
        """How many entities the schema has, counted no further than most."""

    def add_keys(self, organization_id: int, keys: Iterable[KeyRow]) -> None:
        """Insert key rows; those that exist already are left alone."""
