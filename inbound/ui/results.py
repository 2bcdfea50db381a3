"""What an event did to entities: per entity its attributes before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.models import EntityChange
from hub.json_types import JSONObject, JSONValue
from inbound.ui.rows import subject_of
from monitoring.models import MonitoringEvent

MOST_ENTITIES = 50
"""Entities whose changes one page shows."""
NOT_WRITTEN = "unchanged"


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute; None where it is missing before or after."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class EntityResult:
    """One entity: what was done to it, and the attributes that differ."""

    operation: str
    schema: str
    key: str
    entity_id: UUID
    version: int | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """entities in the order they were written; left_out counts those beyond the page."""

    entities: tuple[EntityResult, ...]
    left_out: int
    changes: int


def results_of(organization: Organization, event_id: UUID, spans: Sequence[MonitoringEvent]) -> Results:
    """The results of an event, with one query for the changes of all its entities."""
    touched = {span.entity_id: span for span in reversed(spans) if span.entity_id}
    ids = [span.entity_id for span in spans if span.entity_id and touched.get(span.entity_id) is span][:MOST_ENTITIES]
    changes = {
        change.entity_id: change
        for change in EntityChange.objects.of(organization).filter(entity_id__in=ids, event_id=event_id)
    }
    entities = tuple(_result(touched[entity_id], changes.get(entity_id)) for entity_id in ids if entity_id)
    return Results(entities, len(touched) - len(entities), sum(len(one.differences) for one in entities))


def _result(span: MonitoringEvent, change: EntityChange | None) -> EntityResult:
    subject = subject_of(span.detail)
    return EntityResult(
        operation=change.operation if change else NOT_WRITTEN,
        schema=subject.schema,
        key=subject.key,
        entity_id=span.entity_id or UUID(int=0),
        version=change.version if change else None,
        differences=tuple(differences_of(change)) if change else (),
    )


def differences_of(change: EntityChange) -> Iterator[Difference]:
    """The attributes that a change touched; those of a new entity have nothing before."""
    if change.operation == EntityChange.Operation.CREATED:
        for name, value in sorted((change.snapshot or {}).items()):
            yield Difference(name, None, text_of(value))
        return
    for name, parts in change.changes.items():
        yield _difference(name, parts if isinstance(parts, dict) else {})


def _difference(name: str, parts: JSONObject) -> Difference:
    if "removed" in parts or "added" in parts:
        return Difference(name, _members(parts.get("removed")), _members(parts.get("added")))
    return Difference(name, *(text_of(parts[side]) if side in parts else None for side in ("old", "new")))


def _members(pairs: JSONValue) -> str | None:
    """The members of a list that went or came, one per line."""
    if isinstance(pairs, dict):
        return text_of(pairs)
    members = [text_of(pair[1]) for pair in pairs if isinstance(pair, list)] if isinstance(pairs, list) else []
    return "\n".join(members) or None


def text_of(value: JSONValue) -> str:
    """A value in a cell: text as it is, everything else as JSON without the ids of list items."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and "$sha256" in value:
        return f"{value.get('bytes')} bytes, sha256 {str(value['$sha256'])[:12]}…"
    return json.dumps(_bare(value), ensure_ascii=False)


def _bare(value: JSONValue) -> JSONValue:
    if isinstance(value, dict):
        return {name: _bare(member) for name, member in value.items() if name != "_id"}
    return [_bare(member) for member in value] if isinstance(value, list) else value
