"""list_deleted: the entities in the recycle bin of a schema; deletions: who put them there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from hub.accounts.models import Organization
from hub.entities.models import Entity, EntityChange


@dataclass(frozen=True, slots=True)
class BinPosition:
    """The place of an entity in the recycle bin: where the next page goes on."""

    deleted_at: datetime
    entity_id: UUID


@dataclass(frozen=True, slots=True)
class BinPage:
    """One page. next is None on the last."""

    entities: Sequence[Entity]
    next: BinPosition | None


def list_deleted(*, organization: Organization, schema: str, limit: int, after: BinPosition | None = None) -> BinPage:
    """A page of a schema's recycle bin, last deleted first; an index walk of limit rows at any size."""
    entities = Entity.objects.of(organization).filter(schema=schema, deleted_at__isnull=False)
    if after is not None:
        same_moment = Q(deleted_at=after.deleted_at, id__lt=after.entity_id)
        entities = entities.filter(
            Q(deleted_at__lte=after.deleted_at), Q(deleted_at__lt=after.deleted_at) | same_moment
        )
    found = list(entities.order_by("-deleted_at", "-id")[: limit + 1])
    if len(found) <= limit:
        return BinPage(found, None)
    last = found[limit - 1]
    return BinPage(found[:limit], BinPosition(last.deleted_at or last.updated_at, last.pk))


def deletions(*, organization: Organization, entities: Sequence[Entity]) -> dict[UUID, EntityChange]:
    """Entity → the change that put it into the recycle bin, where its history has it; one query.

    Nothing changes an entity in the bin, so that change made its present version.
    """
    versions = {entity.pk: entity.version for entity in entities}
    found = EntityChange.objects.of(organization).filter(
        entity_id__in=versions, version__in=set(versions.values()), operation=EntityChange.Operation.DELETED
    )
    return {one.entity_id: one for one in found.defer("snapshot") if one.version == versions[one.entity_id]}
