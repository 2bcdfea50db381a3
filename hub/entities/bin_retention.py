"""empty: what has lain in the recycle bin for 30 days is purged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final

from django.db import transaction

from hub import clock, database
from hub.entities.models import Entity
from hub.entities.store import EntityOperation, Mode, Outcome, Source, write

KEPT: Final = timedelta(days=30)
PURGED_AT_ONCE: Final = 500
MOST_BATCHES: Final = 20
"""Batches of one run; what is left goes in the next, so that nothing holds the worker for long."""


def empty() -> int:
    """Purge what was deleted more than 30 days ago; how many entities went. What was restored meanwhile stays."""
    at = clock.now()
    gone = 0
    for _ in range(MOST_BATCHES):
        due = _due(at - KEPT)
        gone += sum(_purge(organization_id, same, at) for organization_id, same in _by_organization(due))
        if len(due) < PURGED_AT_ONCE:
            break
    return gone


def _due(limit: datetime) -> list[Entity]:
    """The oldest of the bin, by organization."""
    deleted = Entity.objects.filter(deleted_at__lt=limit).order_by("deleted_at", "id")
    rows = deleted.only("id", "organization_id", "schema", "version")[:PURGED_AT_ONCE]
    return sorted(rows, key=attrgetter("organization_id"))


def _by_organization(due: Iterable[Entity]) -> Iterable[tuple[int, list[Entity]]]:
    return ((organization_id, list(same)) for organization_id, same in groupby(due, attrgetter("organization_id")))


def _purge(organization_id: int, entities: list[Entity], at: datetime) -> int:
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

    def once() -> int:
        with transaction.atomic():
            results = write(organization_id=organization_id, operations=operations, at=at, source=Source("system"))
        return sum(result.outcome is Outcome.DELETED for result in results)

    return database.retrying(once)
