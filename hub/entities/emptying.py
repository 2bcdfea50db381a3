"""empty: what has lain in the recycle bin for long enough is purged."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db import transaction

from hub import clock
from hub.database import is_outage
from hub.entities.models import Entity
from hub.entities.store import EntityOperation, Mode, Outcome, Source, write
from hub.retention.walking import unheld

logger = logging.getLogger(__name__)


def empty(limit: datetime, most: int) -> int:
    """Purge so many at most of what was deleted by then; how many entities went. What was restored meanwhile stays.

    In the caller's transaction. An organization whose bin cannot be emptied is logged and passed, so that it keeps
    those of others full not even where its rows are the oldest.
    """
    failed: set[int] = set()
    while due := _due(limit, most, failed):
        before = len(failed)
        gone = sum(_purge_or_pass(organization_id, same, failed) for organization_id, same in due)
        if gone or len(failed) == before:
            return gone
    return 0


def _due(limit: datetime, most: int, but: Collection[int]) -> list[tuple[int, list[Entity]]]:
    """By organization, the oldest of all of them together, locked."""
    deleted = Entity.objects.filter(deleted_at__lt=limit).exclude(organization_id__in=but).order_by("deleted_at", "id")
    due = list(unheld(deleted).only("id", "organization_id", "schema", "version")[:most])
    by_organization = groupby(sorted(due, key=attrgetter("organization_id")), attrgetter("organization_id"))
    return [(organization_id, list(same)) for organization_id, same in by_organization]


def _purge_or_pass(organization_id: int, entities: Sequence[Entity], failed: set[int]) -> int:
    """How many went; 0, and one more in failed, where they met what nobody foresaw."""
    try:
        with transaction.atomic():
            return _purge(organization_id, entities, clock.now())
    except Exception as error:
        if is_outage(error):
            raise
        logger.exception("The recycle bin of organization %s could not be emptied", organization_id)
        failed.add(organization_id)
        return 0


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
