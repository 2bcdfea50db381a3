"""apply_wishes: entities, prunes and readings of a slice written, and what became of them told event by event."""

from __future__ import annotations

from datetime import datetime

from hub.entities import store
from hub.entities.store import Source
from inbound.process.lease import Lease
from inbound.process.readings import SliceReadings
from inbound.process.results import Results
from inbound.process.wishes import Wishes


def apply_wishes(lease: Lease, wishes: Wishes, results: dict[int, Results], at: datetime) -> None:
    """Apply everything in order; results, one per event by sequence, are filled."""
    if wishes.are_none:
        return
    applied = store.apply(
        organization_id=lease.organization_id, prepared=wishes.prepared, at=at, source=Source("use_case")
    )
    for operation, result in zip(wishes.operations, applied.results, strict=True):
        results[operation.position].operations.append(result)
    for asked, pruned in zip(wishes.prunes, applied.pruned, strict=True):
        results[asked.event.sequence].beside().prunes.append((asked.scope, pruned))
    for found in applied.found:
        results[found.position].beside().found.append(found)
    if wishes.readings or wishes.reading_prunes:
        SliceReadings(lease, wishes, applied, results).write(at)
