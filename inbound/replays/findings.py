"""Findings: what a dry run has written, read in its transaction before all of it is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.models import Entity, EntityChange
from hub.entities.past.differences import told_changes
from hub.entities.readings.wishes import ReadingCode
from hub.entities.store import Outcome as Applied
from hub.events.audience import reach_of
from hub.events.models import CoreEvent
from inbound.models import EventStatus
from inbound.outcomes import Outcome
from inbound.process.results import Cause, More, Results
from inbound.process.slices import Queued
from inbound.replays.tried import READING, UNCHANGED, EntityDifference, PruneTold, PublishedTold, ReadingsTold, Tried
from monitoring.codes import Level

LOUD: Final = (Level.ERROR, Level.WARNING)
"""Of what somebody has to be told."""


@dataclass(frozen=True, slots=True)
class Findings:
    """By the ids of the new events. schemas: of the entities that stay as they are."""

    results: Mapping[UUID, Results]
    changes: Mapping[UUID, Sequence[EntityChange]]
    schemas: Mapping[UUID, str]
    published: Mapping[UUID, Sequence[PublishedTold]]

    @classmethod
    def of(cls, organization: Organization, events: Sequence[Queued], by_sequence: Mapping[int, Results]) -> Self:
        """A handful of queries, whatever the number of events."""
        results = {one.event_id: by_sequence[one.sequence] for one in events}
        changes = _changes(organization, results)
        same = {one for result in results.values() for one in _unchanged(result)}
        schemas = dict(Entity.objects.of(organization).filter(pk__in=same).values_list("pk", "schema"))
        return cls(results, changes, schemas, _published(organization, events))

    def told(self, original_id: UUID, event_id: UUID, end: Outcome, cause: Cause | None) -> Tried:
        """What the event of original_id would come to by its new event, which would end so, or, with a cause, wait."""
        results, changes = self.results[event_id], self.changes.get(event_id, ())
        changed = {change.entity_id for change in changes}
        same = dict.fromkeys(one for one in _unchanged(results) if one not in changed and one in self.schemas)
        more = results.more or More()
        return Tried(
            event_id=original_id,
            status=EventStatus.RETRYING if cause else end.status,
            problems=[cause] if cause else [(one.code, one.message) for one in end.spans if one.level in LOUD],
            differences=[
                *map(_difference, changes),
                *(EntityDifference(one, self.schemas[one], UNCHANGED, {}) for one in same),
            ],
            prunes=[*_prunes(more)],
            readings=[ReadingsTold(batch.meter_id, batch.outcomes) for batch in more.batches],
            published=self.published.get(event_id, ()),
        )


def _changes(organization: Organization, results: Mapping[UUID, Results]) -> Mapping[UUID, list[EntityChange]]:
    touched = {one for result in results.values() for one in _touched(result)}
    rows = EntityChange.objects.of(organization).filter(entity_id__in=touched, event_id__in=results)
    found: dict[UUID, list[EntityChange]] = {}
    for change in rows.order_by("entity_id", "version"):
        if change.event_id is not None:
            found.setdefault(change.event_id, []).append(change)
    return found


def _touched(results: Results) -> Iterator[UUID]:
    """The entities that operations have found or made, and those that they point at."""
    for result in results.operations:
        if result.entity_id is not None:
            yield result.entity_id
        yield from (one.entity_id for one in result.related)


def _unchanged(results: Results) -> Iterator[UUID]:
    return (one.entity_id for one in results.operations if one.outcome is Applied.NO_OP and one.entity_id)


def _published(organization: Organization, events: Sequence[Queued]) -> Mapping[UUID, list[PublishedTold]]:
    """By the correlation ids, which have an index; what came of earlier runs has other causes."""
    correlation_ids = {one.correlation_id for one in events}
    rows = CoreEvent.objects.of(organization).filter(correlation_id__in=correlation_ids)
    caused = rows.filter(cause_id__in=[one.event_id for one in events]).order_by("name")
    found = list(caused.values_list("id", "cause_id", "name"))
    reach = reach_of(organization, [key for key, *_ in found])
    counted: dict[UUID, dict[str, list[int]]] = {}
    for key, cause, name in found:
        if cause is not None:
            deliveries = reach[key].deliveries if key in reach else 0
            counted.setdefault(cause, {}).setdefault(name, []).append(deliveries)
    return {
        cause: [PublishedTold(name, len(each), sum(each)) for name, each in names.items()]
        for cause, names in counted.items()
    }


def _difference(change: EntityChange) -> EntityDifference:
    return EntityDifference(change.entity_id, change.schema, change.operation, told_changes(change))


def _prunes(more: More) -> Iterator[PruneTold]:
    """Those that would remove something, at once or once a person agrees."""
    for scope, pruned in more.prunes:
        if pruned.members:
            ids = [member.entity_id for member in pruned.members]
            is_held = pruned.outcome is Applied.NO_OP
            yield PruneTold(scope.schema, len(ids), pruned.scope, is_held, pruned.is_purge, ids)
    for _, found in more.reading_prunes:
        if found.reading_ids:
            yield PruneTold(READING, len(found.reading_ids), found.scope_size, found.code == ReadingCode.HELD)
