"""subject_of: on what an automation is rehearsed: an event of the past, an entity, a payload, or a sample."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from hub.accounts.models import Organization
from hub.entities.documents import document_of
from hub.entities.models import Entity
from hub.entities.schemas.book import book_of
from hub.errors import NotFound
from hub.events.catalogue import sample_of
from hub.events.catalogue.sample_entities import sample_entity
from hub.events.definitions import get_event
from hub.events.history import get_core_event
from hub.json_encoding import encode, timestamp
from hub.json_types import JSONObject
from outbound.automations.configuration import Trigger
from outbound.automations.jobs import visible

OF_EVENT, OF_ENTITY, OF_PAYLOAD, OF_SAMPLE = ORIGINS = ("event", "entity", "payload", "sample")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to rehearse on; nothing: the catalogue's sample, or the entity that changed last."""

    event_id: UUID | None = None
    entity_id: UUID | None = None
    payload: JSONObject | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """The document that starts the run, the entity it is about, and which of ORIGINS it comes from."""

    document: JSONObject
    entity_id: UUID | None
    origin: str


def subject_of(*, organization: Organization, trigger: Trigger, wanted: Wanted, at: datetime) -> Subject:
    """Raises NotFound for an event or an entity that is not there, and EventNotFound for a sample of no event."""
    if wanted.payload is not None:
        return Subject(wanted.payload, _entity_in(wanted.payload), OF_PAYLOAD)
    if not trigger.is_core_event:
        return _of_change(organization, trigger, wanted.entity_id, at)
    if wanted.event_id is not None:
        event = get_core_event(organization=organization, name=trigger.event_name, event_id=wanted.event_id)
        return Subject(visible(event), event.entity_id, OF_EVENT)
    definition = get_event(organization=organization, name=trigger.event_name).definition
    sample = sample_of(definition, book_of(organization), organization=organization.public_id)
    return Subject(sample, None, OF_SAMPLE)


def _of_change(organization: Organization, trigger: Trigger, entity_id: UUID | None, at: datetime) -> Subject:
    """As if the entity had just been changed in everything it has."""
    entities = Entity.objects.of(organization).filter(schema=trigger.schema, deleted_at__isnull=True)
    if entity_id is not None:
        entity = entities.filter(pk=entity_id).first()
        if entity is None:
            raise NotFound(f"There is no {trigger.schema} with this id.")
    else:
        entity = entities.order_by("-updated_at", "-id").first()
    if entity is None:
        schema = book_of(organization).schema_of(trigger.schema)
        document = sample_entity(schema, organization.public_id)
        return Subject(_changed(document, trigger, at), None, OF_SAMPLE)
    document = orjson.loads(encode(document_of(entity, organization)))
    return Subject(_changed(document, trigger, at), entity.pk, OF_ENTITY)


def _changed(entity: JSONObject, trigger: Trigger, at: datetime) -> JSONObject:
    attributes: JSONObject = {name: value for name, value in entity.items() if not name.startswith("_")}
    return {
        "operation": trigger.operations[0],
        "entity": entity,
        "previous": None,
        "changed_attributes": {"added": attributes, "updated": {}, "deleted": {}},
        "_org_id": entity.get("_org"),
        "_event_time": timestamp(at),
        "_trigger_source_type": "user",
        "_trigger_source": "",
    }


def _entity_in(payload: JSONObject) -> UUID | None:
    entity = payload.get("entity")
    told = payload.get("trigger_entity") or (entity.get("_id") if isinstance(entity, dict) else None)
    try:
        return UUID(told) if isinstance(told, str) else None
    except ValueError:
        return None
