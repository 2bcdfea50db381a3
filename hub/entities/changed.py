"""changed_entities: what of a schema changed since a moment, oldest change first, page by page."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.entities.read import Position
from hub.entities.schemas.book import book_of

SETTLED_AFTER: Final = timedelta(seconds=2)
"""A change is listed once it is this old: by then whatever was changed before it is committed, too, so nobody who
reads forward misses one that became visible behind the place where they are (engine rule 1.11)."""


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """Which page. since is inclusive; after is the place where the page before ended."""

    schema: str
    since: datetime | None
    after: Position | None
    limit: int
    include_deleted: bool = False


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """A page without bodies. tag changes when anything on the page does; next is None on the last page."""

    ids: Sequence[UUID]
    next: Position | None
    tag: str


def changed_page(*, organization: Organization, wanted: ChangedSince, at: datetime) -> ChangedPage:
    """Ids and tag of a page, read without touching a body: what a conditional request asks about."""
    entities = _matching(organization, wanted, at)
    rows = list(entities.values_list("pk", "version", "updated_at")[: wanted.limit + 1])
    shown = rows[: wanted.limit]
    following = Position(shown[-1][2], shown[-1][0]) if len(rows) > wanted.limit else None
    digest = hashlib.sha256(str(book_of(organization).schema_of(wanted.schema).version).encode())
    digest.update(b"more" if following else b"end")
    for entity_id, version, _ in shown:
        digest.update(entity_id.bytes + version.to_bytes(4, "big"))
    return ChangedPage([entity_id for entity_id, _, _ in shown], following, digest.hexdigest()[:32])


def entities_of(*, organization: Organization, page: ChangedPage) -> list[Entity]:
    """The entities of a page in its order; one that was purged in between is left out."""
    found = {entity.pk: entity for entity in Entity.objects.of(organization).filter(pk__in=page.ids)}
    return [found[entity_id] for entity_id in page.ids if entity_id in found]


def _matching(organization: Organization, wanted: ChangedSince, at: datetime) -> QuerySet[Entity]:
    """An index walk forwards: entities_by_last_change holds these columns in this order."""
    entities = Entity.objects.of(organization).filter(schema=wanted.schema, updated_at__lte=at - SETTLED_AFTER)
    if not wanted.include_deleted:
        entities = entities.filter(deleted_at__isnull=True)
    if wanted.since is not None:
        entities = entities.filter(updated_at__gte=wanted.since)
    if wanted.after is not None:
        same_moment = Q(updated_at=wanted.after.updated_at, id__gt=wanted.after.entity_id)
        later = Q(updated_at__gt=wanted.after.updated_at)
        entities = entities.filter(Q(updated_at__gte=wanted.after.updated_at), later | same_moment)
    return entities.order_by("updated_at", "id")
