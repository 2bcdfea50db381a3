"""What an event did to entities: per entity its attributes before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.entities.models import EntityChange
from hub.entities.read import changes_of_event
from hub.web.entities.changes import differences_of
from hub.web.entities.naming import Named, Naming
from inbound.ui.rows import subject_of
from inbound.ui.trace_readings import is_of_readings
from inbound.ui.trace_steps import NOTHING_KNOWN, Known, detail_of
from monitoring.codes import Level
from monitoring.models import MonitoringEvent

MOST_ENTITIES = 50
"""Entities whose changes one page shows."""
UNCHANGED, REFUSED = "unchanged", "refused"
"""What was done to an entity that has no change of this event."""


@dataclass(frozen=True, slots=True)
class EntityResult:
    """One entity: what was done to it, and the attributes that differ."""

    operation: str
    schema: str
    key: str
    entity_id: UUID
    version: int | None
    differences: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """entities in the order they were written; left_out counts those beyond the page."""

    entities: tuple[EntityResult, ...]
    left_out: int
    changes: int


def results_of(
    naming: Naming, event_id: UUID, spans: Sequence[MonitoringEvent], known: Known = NOTHING_KNOWN
) -> Results:
    """The results of an event, with one query for the changes of all its entities and one for whom they relate to.

    Readings change no entity: the meter that their spans name is none of the results.
    """
    spans = [span for span in spans if not is_of_readings(span)]
    touched = {span.entity_id: span for span in reversed(spans) if span.entity_id}
    ids = [span.entity_id for span in spans if span.entity_id and touched.get(span.entity_id) is span][:MOST_ENTITIES]
    entity_ids = [one for one in ids if one]
    found = changes_of_event(organization=naming.organization, event_id=event_id, entity_ids=entity_ids)
    named = naming.named_groups([list(differences_of(change)) for change in found])
    changes = {change.entity_id: change for change in found}
    differences = {change.entity_id: tuple(rows) for change, rows in zip(found, named, strict=True)}
    entities = tuple(_result(touched[one], changes.get(one), differences.get(one, ()), known) for one in entity_ids)
    return Results(entities, len(touched) - len(entities), sum(len(one.differences) for one in entities))


def _result(
    span: MonitoringEvent, change: EntityChange | None, differences: tuple[Named, ...], known: Known
) -> EntityResult:
    subject, entity_id = subject_of(span.detail), span.entity_id or UUID(int=0)
    return EntityResult(
        operation=change.operation if change else REFUSED if span.level == Level.ERROR else UNCHANGED,
        schema=subject.schema or str(detail_of(span, "schema") or ""),
        key=subject.key or known.titles.get(entity_id, ""),
        entity_id=entity_id,
        version=change.version if change else None,
        differences=differences,
    )
