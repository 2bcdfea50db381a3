"""Draft: an entity while one write works on it, and what each event does to it; pure."""

from __future__ import annotations

from uuid import UUID

import orjson

from hub.entities.keys import has_key
from hub.entities.operations import EntityOperation, Source
from hub.entities.sql.rows import StoredEntity
from hub.json_types import JSONObject


class Change:
    """What one event does to one entity: the state before it, the attributes it touches, and who is behind it."""

    __slots__ = ("before", "event_id", "names", "origin_id", "source", "version", "was_deleted")

    def __init__(self, draft: Draft, operation: EntityOperation, source: Source) -> None:
        self.before = draft.attributes if draft.changes or not draft.is_new else None
        self.was_deleted = draft.is_deleted
        self.version = draft.version
        self.event_id = operation.event_id
        self.origin_id = None if operation.origin_id == operation.event_id else operation.origin_id
        self.source = operation.source or source
        self.names: set[str] = set()


class Draft:
    """The present state of one entity. attributes is replaced, never changed: older states stay readable."""

    __slots__ = (
        "attributes",
        "changes",
        "id",
        "is_deleted",
        "is_new",
        "keys",
        "origin",
        "row",
        "schema",
        "stored",
        "version",
    )

    def __init__(self, row: StoredEntity, stored: JSONObject, *, is_new: bool = False) -> None:
        self.row = row
        self.id = row.id
        self.schema = row.schema
        self.version = row.version
        self.is_deleted = row.is_deleted
        self.stored = self.attributes = stored
        self.is_new = is_new
        self.origin: UUID | None = None
        """The origin of the event that created it, where an operation wants to know."""
        self.changes: list[Change] = []
        self.keys: dict[str, tuple[str, ...]] = {}
        """Present keys of the indexed attributes that changed."""

    @classmethod
    def read(cls, row: StoredEntity) -> Draft:
        """The draft of a stored entity."""
        return cls(row, orjson.loads(row.attributes))

    @classmethod
    def new(cls, entity_id: UUID, schema: str) -> Draft:
        """The draft of an entity that does not exist yet."""
        return cls(StoredEntity(entity_id, schema, "", 0, False), {}, is_new=True)

    def unchanged(self) -> Draft:
        """The same entity as it was read."""
        draft = Draft(self.row, self.stored)
        draft.origin = self.origin
        return draft

    def has_keys(self, keys: dict[str, str]) -> bool:
        """Whether all these stored keys are its own."""
        return all(has_key(self.attributes, name, key) for name, key in keys.items())

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
