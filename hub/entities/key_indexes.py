"""Which attributes EntityKey holds, and how a new one gets there without losing or doubling a row (engine rule 2.6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from hub import database
from hub.entities.keys import keys_of
from hub.entities.models import Entity, EntityKeyIndex
from hub.entities.schemas.book import identifiers_now
from hub.entities.sql import statements
from hub.entities.sql.rows import KeyRow

FILLED_AT_ONCE: Final = 10_000
"""A schema with fewer entities is filled within the call; a larger one by fill_due()."""
FILL_CHUNK: Final = 1_000
LONGEST_ATTRIBUTE: Final = 128
State = EntityKeyIndex.State


def ensure_key_indexes(*, organization_id: int, schema: str, attributes: Iterable[str]) -> bool:
    """Have attributes, and those the schema declares, kept in EntityKey. False: some are still being filled.

    To be called when a use case is saved, in its transaction: no writer of the schema is in flight while the list
    changes. Where the schema has FILLED_AT_ONCE entities or more, new entries stay building until fill_due() has
    gone through them, and operations that use them end as IDENTIFIER_INDEX_BUILDING. ``_id`` needs no entry; names
    above 128 characters get none.
    """
    wanted = {name for name in attributes if name != "_id" and len(name) <= LONGEST_ATTRIBUTE}
    wanted |= set(identifiers_now(organization_id, schema))
    with transaction.atomic():
        if _missing(organization_id, schema, wanted):
            statements().claim_schema(organization_id, schema)
            missing = _missing(organization_id, schema, wanted)
            if missing:
                _add(organization_id, schema, missing)
        return not _indexes(organization_id, schema).filter(attribute__in=wanted, state=State.BUILDING).exists()


def _indexes(organization_id: int, schema: str) -> QuerySet[EntityKeyIndex]:
    return EntityKeyIndex.objects.filter(organization_id=organization_id, schema=schema)


def _missing(organization_id: int, schema: str, wanted: set[str]) -> list[str]:
    return sorted(wanted.difference(_indexes(organization_id, schema).values_list("attribute", flat=True)))


def _add(organization_id: int, schema: str, attributes: list[str]) -> None:
    """List attributes; the caller has claimed the schema, so no other writer can see it half done."""
    is_small = statements().count_up_to(organization_id, schema, FILLED_AT_ONCE) < FILLED_AT_ONCE
    if is_small:
        _fill_all(organization_id, schema, attributes)
    EntityKeyIndex.objects.bulk_create(
        EntityKeyIndex(
            organization_id=organization_id,
            schema=schema,
            attribute=attribute,
            state=State.READY if is_small else State.BUILDING,
        )
        for attribute in attributes
    )


def _fill_all(organization_id: int, schema: str, attributes: list[str]) -> None:
    last = None
    while chunk := list(_after(organization_id, schema, last)):
        _add_keys(chunk, attributes)
        last = chunk[-1].pk


def _after(organization_id: int, schema: str, last: UUID | None) -> QuerySet[Entity]:
    entities = Entity.objects.filter(organization_id=organization_id, schema=schema).order_by("id")
    return (entities if last is None else entities.filter(id__gt=last))[:FILL_CHUNK]


def _add_keys(entities: list[Entity], attributes: Iterable[str]) -> None:
    keys = [
        KeyRow(entity.schema, attribute, key, entity.pk)
        for entity in entities
        for attribute in attributes
        for key in keys_of(entity.attributes.get(attribute))
    ]
    if keys:
        statements().add_keys(entities[0].organization_id, keys)


def fill_due() -> int:
    """Take one building entry FILL_CHUNK entities further; how many those were, 0 when nothing is building.

    One turn of work for the worker's loop. The entities are locked while their rows are added: a change of the same
    attribute waits, so that no outdated row is left behind.
    """
    index = EntityKeyIndex.objects.filter(state=State.BUILDING).order_by("pk").first()
    return 0 if index is None else database.retrying(lambda: _fill_chunk(index))


def _fill_chunk(index: EntityKeyIndex) -> int:
    with transaction.atomic():
        unlocked = _after(index.organization_id, index.schema, index.filled_up_to)
        chunk = list(unlocked.select_for_update(no_key=True))
        if chunk:
            _add_keys(chunk, [index.attribute])
        unmoved = EntityKeyIndex.objects.filter(pk=index.pk, filled_up_to=index.filled_up_to)
        if len(chunk) < FILL_CHUNK:
            unmoved.update(state=State.READY, filled_up_to=None)
        else:
            unmoved.update(filled_up_to=chunk[-1].pk)
    return max(len(chunk), 1)
