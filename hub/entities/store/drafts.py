"""Draft: an entity while one write works on it, and what each event does to it; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

import orjson

from hub.entities.keys import has_key
from hub.entities.links import LINKS, REFERENCES
from hub.entities.operations import EntityOperation, Source
from hub.entities.sql.rows import StoredEntity
from hub.json_types import JSONObject


class Change:
    """What one event does to one entity: the state before it, the attributes it touches, and who is behind it."""

    __slots__ = (
        "before", "correlation_id", "event_id", "kind", "names", "origin_id", "source", "version", "was_deleted",
    )  # fmt: skip

    def __init__(self, draft: Draft, operation: EntityOperation, source: Source) -> None:
        self.before = draft.attributes if draft.changes or not draft.is_new else None
        self.was_deleted = draft.is_deleted
        self.version = draft.version
        self.event_id = operation.event_id
        self.origin_id = None if operation.origin_id == operation.event_id else operation.origin_id
        self.source = operation.source or source
        self.correlation_id = operation.correlation_id
        self.names: set[str] = set()
        self.kind = ""
        """What an update is called that did something to changesets."""


class Draft:
    """The present state of one entity. attributes is replaced, never changed: older states stay readable."""

    __slots__ = (
        "attributes", "changes", "id", "is_deleted", "is_new", "is_purged", "keys", "origin", "schema", "stored",
        "version", "was_deleted",
    )  # fmt: skip

    def __init__(self, entity_id: UUID, schema: str, stored: JSONObject, version: int, is_deleted: bool) -> None:
        self.id = entity_id
        self.schema = schema
        self.stored = self.attributes = stored
        self.version = version
        self.is_deleted = self.was_deleted = is_deleted
        self.is_new = version == 0
        self.is_purged = False
        self.origin: UUID | None = None
        """The origin of the event that created it, where an operation wants to know."""
        self.changes: list[Change] = []
        self.keys: dict[str, tuple[str, ...]] = {}
        """Present keys of the indexed attributes that changed."""

    @classmethod
    def read(cls, row: StoredEntity) -> Draft:
        """The draft of a stored entity."""
        entity_id, schema, attributes, version, is_deleted = row
        return cls(entity_id, schema, orjson.loads(attributes), version, is_deleted)

    def forget(self) -> None:
        """Be again as it was read."""
        self.attributes = self.stored
        self.version -= len(self.changes)
        self.is_deleted = self.was_deleted
        self.is_purged = False
        self.changes = []
        self.keys = {}

    def purge(self, indexed: Iterable[str]) -> None:
        """Lose everything; indexed are the attributes of its schema that have keys."""
        self.is_purged = True
        self.attributes = {}
        self.keys = dict.fromkeys((*indexed, LINKS, REFERENCES), ())

    def has_keys(self, keys: dict[str, str]) -> bool:
        """Whether all these stored keys are its own."""
        attributes = self.attributes
        for name, key in keys.items():  # noqa: SIM110 -- a generator within all() takes twice as long
            if not has_key(attributes, name, key):
                return False
        return True

    def change(self, operation: EntityOperation, source: Source) -> Change:
        """The change that operation adds to: the last one when it is of the same event, else a new version."""
        if self.changes:
            last = self.changes[-1]
            if last.event_id is not None and last.event_id == operation.event_id:
                return last
        self.version += 1
        change = Change(self, operation, source)
        self.changes.append(change)
        return change


def newly_found(gained: Mapping[tuple[str, str], list[Draft]], keys: dict[str, str], known: list[Draft]) -> list[Draft]:
    """Drafts that have all keys since this pass, in which each of them got at least one of gained."""
    new: dict[int, Draft] = {}
    for pair in keys.items():
        for draft in gained.get(pair, ()):
            if draft not in known and draft.has_keys(keys):
                new[draft.id.int] = draft
    return list(new.values())
