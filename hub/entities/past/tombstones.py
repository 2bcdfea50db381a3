"""The one row that stays of a purged entity: found by its id, and all of them in the order in which they were left."""

from __future__ import annotations

from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.models import EntityChange


def find_tombstone(*, organization: Organization, schema: str, entity_id: UUID) -> EntityChange | None:
    """When and by whom the entity was purged; None where it was never there. To be asked when it is not there now."""
    changes = EntityChange.objects.of(organization).filter(entity_id=entity_id, schema=schema)
    return changes.filter(operation=EntityChange.Operation.PURGED).first()
