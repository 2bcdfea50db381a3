"""What pages and the API read of entities: one, a list, counts, a history, matches of an identifier value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from hub import database
from hub.accounts.models import Organization
from hub.entities.keys import stored_key
from hub.entities.models import Entity, EntityChange
from hub.entities.past.states import changes_of, state_at
from hub.entities.past.tombstones import find_tombstone
from hub.entities.query.sql import statements
from hub.entities.schemas import title_of
from hub.entities.schemas.book import book_of
from hub.entities.sql import statements as store_statements
from hub.entities.sql.rows import probe_of
from hub.errors import NotFound
from hub.json_types import JSONObject

COUNTED_UP_TO: Final = 1_000
"""Entities of a schema that schema_counts() counts; what is beyond is "and more"."""


@dataclass(frozen=True, slots=True)
class SchemaCount:
    """How many entities a schema has, the recycle bin included. has_more: count is COUNTED_UP_TO, there are more.

    deleted counts those in the recycle bin, likewise; has_more_deleted: there are more.
    """

    schema: str
    count: int
    has_more: bool
    deleted: int = 0
    has_more_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """The place of an entity in a list by last change: where the next page goes on."""

    updated_at: datetime
    entity_id: UUID


@dataclass(frozen=True, slots=True)
class EntityPage:
    """One page of a list. next is None on the last page."""

    entities: Sequence[Entity]
    next: Position | None


def get_entity(*, organization: Organization, schema: str, entity_id: UUID) -> Entity:
    """The entity, deleted or not; raises NotFound when this organization has no such one of that schema."""
    entity = Entity.objects.of(organization).filter(pk=entity_id, schema=schema).first()
    if entity is None:
        raise NotFound(f"There is no {schema} with this id.")
    return entity


def refuse_unknown(*, organization: Organization, schema: str) -> None:
    """Raise NotFound for a schema that nobody has defined and that no entity has; a query only where it is undefined.

    To be asked where a list is empty: a mistyped schema would be empty for ever.
    """
    book = book_of(organization)
    if book.find(schema) is None and not Entity.objects.of(organization).filter(schema=schema).exists():
        nearest = book.nearest(schema)
        raise NotFound(f"There is no schema {schema}" + (f"; did you mean {nearest}?" if nearest else "."))


def find_entities(*, organization: Organization, ids: Collection[UUID]) -> list[Entity]:
    """Those of the ids that this organization has, deleted ones among them, in no order; no query for no id."""
    return list(Entity.objects.of(organization).filter(pk__in=ids)) if ids else []


def only_matches(
    *, organization: Organization, identities: Sequence[tuple[str, Mapping[str, str]]]
) -> dict[int, JSONObject]:
    """Attributes of the one live entity that each schema with identifiers, in string form, means; by place.

    Left out: what nobody or more than one has, and what is addressed by ``_id``. Two queries, whatever the number.
    """
    probes = [
        probe_of(place, schema, {name: stored_key(value) for name, value in identifiers.items()})
        for place, (schema, identifiers) in enumerate(identities)
        if identifiers and "_id" not in identifiers
    ]
    found: dict[int, list[UUID]] = {}
    for place, entity_id in store_statements().members(organization.pk, probes, 2):
        found.setdefault(place, []).append(entity_id)
    only = {place: ids[0] for place, ids in found.items() if len(ids) == 1}
    entities = {one.pk: one for one in find_entities(organization=organization, ids=set(only.values()))}
    return {place: entities[entity_id].attributes for place, entity_id in only.items() if entity_id in entities}


def find_version(*, organization: Organization, schema: str, entity_id: UUID) -> Entity | None:
    """The entity with its version alone, read without its body; None when there is none."""
    found = Entity.objects.of(organization).filter(pk=entity_id, schema=schema)
    return found.only("pk", "schema", "version").first()


def get_entity_at(*, organization: Organization, schema: str, entity_id: UUID, at: datetime) -> Entity:
    """The entity as it was at that moment, for reading only; raises NotFound when there was none yet."""
    entity = get_entity(organization=organization, schema=schema, entity_id=entity_id)
    state = state_at(entity, at)
    entity.attributes, entity.version = state.attributes, state.version
    entity.updated_at, entity.deleted_at = state.at, state.deleted_at
    return entity


def list_entities(
    *,
    organization: Organization,
    schema: str,
    limit: int,
    after: Position | None = None,
    include_deleted: bool = False,
) -> EntityPage:
    """A page of a schema's entities, newest change first; an index walk of limit rows at any size."""
    entities = Entity.objects.of(organization).filter(schema=schema).order_by("-updated_at", "-id")
    if not include_deleted:
        entities = entities.filter(deleted_at__isnull=True)
    if after is not None:
        same_moment = Q(updated_at=after.updated_at, id__lt=after.entity_id)
        older = Q(updated_at__lt=after.updated_at)
        entities = entities.filter(Q(updated_at__lte=after.updated_at), older | same_moment)
    found = list(entities[: limit + 1])
    if len(found) <= limit:
        return EntityPage(found, None)
    last = found[limit - 1]
    return EntityPage(found[:limit], Position(last.updated_at, last.pk))


_COUNTS: Final = """
    WITH RECURSIVE used (schema) AS (
        SELECT (
            SELECT entity.schema FROM entities_entity entity
            WHERE entity.organization_id = {mark} ORDER BY entity.schema LIMIT 1
        )
        UNION ALL SELECT (
            SELECT entity.schema FROM entities_entity entity
            WHERE entity.organization_id = {mark} AND entity.schema > used.schema ORDER BY entity.schema LIMIT 1
        ) FROM used WHERE used.schema IS NOT NULL
    )
    SELECT used.schema, (
        SELECT count(*) FROM (
            SELECT 1 FROM entities_entity entity
            WHERE entity.organization_id = {mark} AND entity.schema = used.schema
            ORDER BY entity.updated_at LIMIT {most}
        ) counted
    ), (
        SELECT count(*) FROM (
            SELECT 1 FROM entities_entity entity
            WHERE entity.organization_id = {mark} AND entity.schema = used.schema AND entity.deleted_at IS NOT NULL
            ORDER BY entity.deleted_at LIMIT {most}
        ) binned
    ) FROM used WHERE used.schema IS NOT NULL ORDER BY used.schema"""
"""From one schema to the next by entities_by_last_change: a step for each, however many entities it has."""


def schema_counts(*, organization: Organization) -> list[SchemaCount]:
    """Every schema that has entities, by its slug. Counts end at COUNTED_UP_TO: nothing is scanned at any size."""
    mark = "%s" if database.vendor() == "postgresql" else "?"
    rows = database.rows(_COUNTS.format(most=COUNTED_UP_TO + 1, mark=mark), [organization.pk] * _COUNTS.count("{mark}"))
    return [SchemaCount(schema, *_capped(count), *_capped(deleted)) for schema, count, deleted in rows]


def _capped(count: int) -> tuple[int, bool]:
    return min(count, COUNTED_UP_TO), count > COUNTED_UP_TO


def kept_changes(*, organization: Organization, schema: str, entity_id: UUID) -> QuerySet[EntityChange]:
    """The history of an entity, in no order; of a purged one the row that is left.

    Raises NotFound when this organization never had such an entity.
    """
    try:
        return changes_of(get_entity(organization=organization, schema=schema, entity_id=entity_id))
    except NotFound:
        tombstone = find_tombstone(organization=organization, schema=schema, entity_id=entity_id)
        if tombstone is None:
            raise
        return EntityChange.objects.of(organization).filter(pk=tombstone.pk)


def history_of(
    *, organization: Organization, entity_id: UUID, limit: int, before_version: int | None = None
) -> list[EntityChange]:
    """Changes of an entity, newest first; before_version goes on where an earlier call ended."""
    changes = EntityChange.objects.of(organization).filter(entity_id=entity_id).order_by("-version")
    if before_version is not None:
        changes = changes.filter(version__lt=before_version)
    return list(changes[:limit])


def changes_of_event(*, organization: Organization, event_id: UUID, entity_ids: Collection[UUID]) -> list[EntityChange]:
    """What one event did to these entities (its spans name them), in the order it was written."""
    changes = EntityChange.objects.of(organization).filter(entity_id__in=entity_ids, event_id=event_id)
    return list(changes.order_by("id"))


def find_by_identifier(*, organization: Organization, value: str, limit: int = 20) -> list[Entity]:
    """Entities of any schema that have value as one of their identifiers, live ones first; index probes only."""
    if not value or value.isspace() or "\x00" in value:
        return []
    ids = statements().with_value(organization.pk, stored_key(value), limit)
    found = [entity for entity in Entity.objects.filter(pk__in=ids) if entity.organization_id == organization.pk]
    return sorted(found, key=lambda entity: (entity.deleted_at is not None, entity.schema, entity.pk))


def title(entity: Entity, organization: Organization | None = None) -> str:
    """What an entity is called; without the organization, as the catalogue would have it."""
    schema = entity.schema if organization is None else book_of(organization).schema_of(entity.schema)
    return title_of(schema=schema, entity_id=entity.pk, attributes=entity.attributes)
