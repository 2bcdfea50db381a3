"""The one row that stays of a purged entity: found by its id, or all of them together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import BooleanField, Func, QuerySet

from hub.accounts.models import Organization
from hub.entities.models import EntityChange

_IS_PURGE: Final = Func(template="operation = 'purged'", output_field=BooleanField())
"""Written out: SQLite takes a partial index only where it can read the condition, not for a parameter."""


def tombstones_of(organization: Organization) -> QuerySet[EntityChange]:
    """What is left of purged entities, in no order; purges_of_a_schema holds them by schema and moment."""
    return EntityChange.objects.of(organization).filter(_IS_PURGE)


def purged_among(*, organization: Organization, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Id → schema of those that were purged; one query, none without ids."""
    wanted = list(ids)
    found = tombstones_of(organization).filter(entity_id__in=wanted) if wanted else ()
    return {one.entity_id: one.schema for one in found}


def find_tombstone(*, organization: Organization, schema: str, entity_id: UUID) -> EntityChange | None:
    """When and by whom the entity was purged; None where it was never there. To be asked when it is not there now."""
    return tombstones_of(organization).filter(entity_id=entity_id, schema=schema).first()
