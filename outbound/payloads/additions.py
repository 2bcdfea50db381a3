"""additions_of: what a webhook wants to have beside an event: the entity, its relations, the change behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.links import related_ids
from hub.entities.models import Entity, EntityChange
from hub.entities.past.differences import told_changes
from hub.events.hydration import read_entities
from hub.events.nodes import entity_document
from hub.json_encoding import timestamp
from hub.json_types import JSONObject, JSONValue
from outbound.webhooks.configuration import PayloadOptions

MOST_RELATIONS: Final = 200
"""Entities that relations carries; what is beyond is left out, the first ones stay."""


@dataclass(frozen=True, slots=True)
class About:
    """What a payload is about, as far as that is known: an entity, and the change behind the event."""

    entity_id: UUID | None = None
    change_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    entities: Mapping[UUID, Entity] = field(default_factory=dict)
    related: Mapping[UUID, Entity] = field(default_factory=dict)
    changes: Mapping[UUID, EntityChange] = field(default_factory=dict)


def additions_of(organization: Organization, options: PayloadOptions, abouts: Sequence[About]) -> list[JSONObject]:
    """For each, the members entity, relations, activity and changed_attributes, as far as the options name them.

    Entities are as they are now; one that is gone has no member. changed_attributes is empty where no change is behind
    it, activity absent. At most three queries, whatever the number.
    """
    known = _read(organization, options, abouts)
    return [_additions(organization, options, one, known) for one in abouts]


def about_of(payload: Mapping[str, JSONValue], entity_id: UUID | None) -> About:
    """What a core event is about."""
    return About(entity_id, uuid_in(payload.get("activity_id")))


def uuid_in(value: JSONValue) -> UUID | None:
    """The UUID that a value spells; None for anything else."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _read(organization: Organization, options: PayloadOptions, abouts: Iterable[About]) -> _Known:
    entities: Mapping[UUID, Entity] = {}
    related: Mapping[UUID, Entity] = {}
    changes: Mapping[UUID, EntityChange] = {}
    if options.hydrate_entity or options.include_relations:
        entities = read_entities(organization, {one.entity_id for one in abouts if one.entity_id})
    if options.include_relations:
        related = read_entities(organization, {target for one in entities.values() for target in _targets(one)})
    if options.include_activity or options.include_changed_attributes:
        wanted = {one.change_id for one in abouts if one.change_id}
        changes = {row.pk: row for row in EntityChange.objects.of(organization).filter(pk__in=wanted)}
    return _Known(entities, related, changes)


def _targets(entity: Entity) -> list[UUID]:
    """Whom its relations name, each once."""
    found = (uuid_in(one) for one in related_ids(entity.attributes))
    return [*dict.fromkeys(one for one in found if one is not None)][:MOST_RELATIONS]


def _additions(organization: Organization, options: PayloadOptions, about: About, known: _Known) -> JSONObject:
    entity = known.entities.get(about.entity_id) if about.entity_id else None
    change = known.changes.get(about.change_id) if about.change_id else None
    added: JSONObject = {}
    if options.hydrate_entity and entity is not None:
        added["entity"] = entity_document(organization, entity)
    if options.include_relations:
        found = (known.related.get(one) for one in _targets(entity)) if entity is not None else ()
        added["relations"] = [entity_document(organization, one) for one in found if one is not None]
    if options.include_activity and change is not None:
        added["activity"] = _activity(change)
    if options.include_changed_attributes:
        added["changed_attributes"] = changed_attributes(change)
    return added


def _activity(change: EntityChange) -> JSONObject:
    return {
        "id": str(change.pk),
        "type": change.operation,
        "at": timestamp(change.at),
        "actor": {"type": change.actor_type, "id": change.actor_id},
        "entity_id": str(change.entity_id),
        "version": change.version,
    }


def changed_attributes(change: EntityChange | None) -> JSONObject:
    """Attributes by what became of them: added and deleted with their value, updated with both, or for lists with
    the members that came and went, as the history of the entity tells them."""
    added: JSONObject = {}
    updated: JSONObject = {}
    deleted: JSONObject = {}
    for name, sides in told_changes(change).items() if change is not None else ():
        one = sides if isinstance(sides, dict) else {}
        if set(one) == {"new"}:
            added[name] = one["new"]
        elif set(one) == {"old"}:
            deleted[name] = one["old"]
        else:
            updated[name] = one
    return {"added": added, "updated": updated, "deleted": deleted}
