"""action_payload: what goes out when an automation acts on an entity (outbound.md section 7.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import orjson

from hub.accounts.models import Organization
from hub.entities.changesets import CHANGESETS, changesets_in
from hub.entities.documents import document_of
from hub.entities.links import related_ids
from hub.entities.models import Entity, EntityChange
from hub.entities.past.differences import told_changes
from hub.events.hydration import read_entities
from hub.json_encoding import encode, timestamp
from hub.json_types import JSONObject, JSONValue
from outbound.webhooks.configuration import PayloadOptions

STUB: Final = ("_schema", "_id", "_title")
MOST_RELATIONS: Final = 200
"""Entities that relations holds; the first ones stay."""
NOTHING_CHANGED: Final[JSONObject] = {"added": {}, "updated": {}, "deleted": {}}


@dataclass(frozen=True, slots=True)
class Subject:
    """What the action is about: an entity as it is now, and the change behind it, where one is known."""

    entity: Entity
    change: EntityChange | None = None


def find_subject(*, organization: Organization, entity_id: str, activity_id: str) -> Subject | None:
    """None where there is no such live entity. An activity that is no change of the entity is passed over: whoever
    runs automations may count activities of its own. Two queries at most."""
    wanted, change_id = _uuid(entity_id), _uuid(activity_id)
    entity = read_entities(organization, [wanted]).get(wanted) if wanted else None
    if entity is None:
        return None
    if change_id is None:
        return Subject(entity)
    return Subject(entity, EntityChange.objects.of(organization).filter(pk=change_id, entity_id=entity.pk).first())


def action_payload(
    organization: Organization, subject: Subject, options: PayloadOptions, metadata: JSONObject
) -> JSONObject:
    """metadata and entity always; relations, activity and changed_attributes as far as the options name them."""
    document = document_for(organization, subject.entity)
    if options.apply_changesets:
        document = _with_proposals(document)
    payload: JSONObject = {
        "metadata": metadata,
        "entity": document if options.hydrate_entity else _stub(document),
    }
    if options.include_relations:
        payload["relations"] = _relations(organization, subject.entity)
    if options.include_activity and subject.change is not None:
        payload["activity"] = _activity(subject.change)
    if options.include_changed_attributes:
        payload["changed_attributes"] = _changed(subject.change)
    return payload


def document_for(organization: Organization, entity: Entity) -> JSONObject:
    """The entity as API clients see it, with moments as texts."""
    document: JSONObject = orjson.loads(encode(document_of(entity, organization)))
    return document


def _stub(document: JSONObject) -> JSONObject:
    return {name: document[name] for name in STUB if name in document}


def _with_proposals(document: JSONObject) -> JSONObject:
    """Values that wait stand in place of the present ones; ``_changesets`` still tells of them."""
    shown = dict(document)
    for name, changeset in changesets_in({CHANGESETS: document.get(CHANGESETS)}).items():
        shown[name] = changeset.get("value")
    return shown


def _relations(organization: Organization, entity: Entity) -> list[JSONValue]:
    related = list(_uuids(related_ids(entity.attributes)))[:MOST_RELATIONS]
    found = read_entities(organization, related)
    return [document_for(organization, found[one]) for one in related if one in found]


def _activity(change: EntityChange) -> JSONObject:
    return {"_id": str(change.pk), "type": change.operation, "timestamp": timestamp(change.at)}


def _changed(change: EntityChange | None) -> JSONObject:
    """By what became of each attribute; empty where no change is behind the action."""
    if change is None:
        return dict(NOTHING_CHANGED)
    added: JSONObject = {}
    updated: JSONObject = {}
    deleted: JSONObject = {}
    for name, sides in told_changes(change).items():
        told = sides if isinstance(sides, dict) else {}
        if name == CHANGESETS:
            continue
        if "old" not in told and "new" in told:
            added[name] = told["new"]
        elif "new" not in told and "old" in told:
            deleted[name] = told["old"]
        else:
            updated[name] = told
    return {"added": added, "updated": updated, "deleted": deleted}


def _uuids(texts: Iterable[str]) -> Iterable[UUID]:
    return (found for text in texts if (found := _uuid(text)) is not None)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
