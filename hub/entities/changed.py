"""changed_entities: what of a schema changed since a moment, oldest change first, page by page."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.entities.past.tombstones import tombstones_of
from hub.entities.read import Position
from hub.entities.schemas.book import book_of

SETTLED_AFTER: Final = timedelta(seconds=2)
"""A change is listed once it is this old: by then whatever was changed before it is committed, too, so nobody who
reads forward misses one that became visible behind the place where they are (engine rule 1.11)."""

Rows = TypeVar("Rows", bound=Model)


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """Which page. since is inclusive; after is the place where the page before ended.

    include_deleted lists what is in the recycle bin, and what was purged.
    """

    schema: str
    since: datetime | None
    after: Position | None
    limit: int
    include_deleted: bool = False


class Changed(NamedTuple):
    """A line of a page: the last change of an entity, in the order of the list."""

    at: datetime
    entity_id: UUID
    version: int
    is_purged: bool


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """A page without bodies. tag changes when anything on the page does; next is None on the last page."""

    lines: Sequence[Changed]
    next: Position | None
    tag: str


def changed_page(*, organization: Organization, wanted: ChangedSince, at: datetime) -> ChangedPage:
    """Lines and tag of a page, read without touching a body: what a conditional request asks about."""
    lines = _lines(organization, wanted, at)
    shown = lines[: wanted.limit]
    following = Position(shown[-1].at, shown[-1].entity_id) if len(lines) > wanted.limit else None
    digest = hashlib.sha256(str(book_of(organization).schema_of(wanted.schema).version).encode())
    digest.update(b"more" if following else b"end")
    for line in shown:
        digest.update(line.entity_id.bytes + line.version.to_bytes(4, "big") + (b"gone" if line.is_purged else b""))
    return ChangedPage(shown, following, digest.hexdigest()[:32])


def entities_of(*, organization: Organization, page: ChangedPage) -> list[Entity | Changed]:
    """The entities of a page in its order, a purged one as its line; one that was purged in between is left out."""
    ids = [line.entity_id for line in page.lines if not line.is_purged]
    found = {entity.pk: entity for entity in Entity.objects.of(organization).filter(pk__in=ids)}
    shown = [line if line.is_purged else found.get(line.entity_id) for line in page.lines]
    return [one for one in shown if one is not None]


def _lines(organization: Organization, wanted: ChangedSince, at: datetime) -> list[Changed]:
    """One line more than the page has, where there are more."""
    entities = _in_order(Entity.objects.of(organization), ("updated_at", "id"), wanted, at)
    if not wanted.include_deleted:
        entities = entities.filter(deleted_at__isnull=True)
    most = wanted.limit + 1
    lines = [Changed(*row, False) for row in entities.values_list("updated_at", "pk", "version")[:most]]
    if wanted.include_deleted:
        purges = _in_order(tombstones_of(organization), ("at", "entity_id"), wanted, at)
        lines += [Changed(*row, True) for row in purges.values_list("at", "entity_id", "version")[:most]]
    return sorted(lines)[:most]


def _in_order(rows: QuerySet[Rows], columns: tuple[str, str], wanted: ChangedSince, at: datetime) -> QuerySet[Rows]:
    """An index walk forwards: entities_by_last_change and purges_of_a_schema hold moment and id in this order."""
    moment, identity = columns
    asked: dict[str, Any] = {"schema": wanted.schema, f"{moment}__lte": at - SETTLED_AFTER}  # Any: values to look up
    rows = rows.filter(**asked)
    if wanted.since is not None:
        rows = rows.filter(**{f"{moment}__gte": wanted.since})
    if wanted.after is not None:
        place = wanted.after
        same_moment = Q(**{moment: place.updated_at, f"{identity}__gt": place.entity_id})
        later = Q(**{f"{moment}__gt": place.updated_at})
        rows = rows.filter(Q(**{f"{moment}__gte": place.updated_at}), later | same_moment)
    return rows.order_by(moment, identity)
