"""document_of: an entity as API clients see it (entities.md, shape of an entity); and what is told of a purged one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.entities.schemas import title_of
from hub.entities.schemas.book import book_of

SYSTEM_MEMBERS: Final = frozenset(
    {"_id", "_org", "_schema", "_title", "_tags", "_created_at", "_updated_at", "_version", "_deleted_at"}
)
"""Members that every document has (the last one only in the recycle bin)."""


def document_of(entity: Entity, organization: Organization, fields: Collection[str] | None = None) -> dict[str, object]:
    """The attributes of entity and what the hub knows about it. fields keeps only those attributes; None keeps all."""
    attributes = entity.attributes
    schema = book_of(organization).schema_of(entity.schema)
    if fields is not None:
        attributes = {name: value for name, value in attributes.items() if name in fields}
    document: dict[str, object] = {
        **attributes,
        "_id": str(entity.pk),
        "_org": organization.public_id,
        "_schema": entity.schema,
        "_title": title_of(schema=schema, entity_id=entity.pk, attributes=entity.attributes),
        "_tags": _tags(entity),
        "_created_at": entity.created_at,
        "_updated_at": entity.updated_at,
        "_version": entity.version,
    }
    if entity.deleted_at is not None:
        document["_deleted_at"] = entity.deleted_at
    return document


def _tags(entity: Entity) -> list[object]:
    """A list, whatever is stored; nothing that is stored is left out."""
    tags = entity.attributes.get("_tags")
    return tags if isinstance(tags, list) else [] if tags in (None, "") else [tags]


def document_of_purged(entity_id: UUID, schema: str, at: datetime) -> dict[str, object]:
    """All that whoever keeps a copy needs to know."""
    return {"_id": str(entity_id), "_schema": schema, "_purged_at": at}
