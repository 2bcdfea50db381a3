"""empty: what has lain in the recycle bin for long enough is purged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from hub import clock
from hub.entities.models import Entity
from hub.entities.store import EntityOperation, Mode, Outcome, Source, write
from hub.retention.walking import unheld


def empty(limit: datetime, most: int) -> int:
    """Purge so many at most of what was deleted by then; how many entities went. What was restored meanwhile stays."""
    deleted = Entity.objects.filter(deleted_at__lt=limit).order_by("deleted_at", "id")
    due = list(unheld(deleted).only("id", "organization_id", "schema", "version")[:most])
    by_organization = groupby(sorted(due, key=attrgetter("organization_id")), attrgetter("organization_id"))
    return sum(_purge(organization_id, same, clock.now()) for organization_id, same in by_organization)


def _purge(organization_id: int, entities: Iterable[Entity], at: datetime) -> int:
    operations = [
        EntityOperation(
            position=place,
            schema=entity.schema,
            identifiers={"_id": str(entity.pk)},
            attributes={},
            mode=Mode.PURGE,
            expected_version=entity.version,
        )
        for place, entity in enumerate(entities)
    ]
    results = write(organization_id=organization_id, operations=operations, at=at, source=Source("system"))
    return sum(result.outcome is Outcome.DELETED for result in results)
