"""payload_for: what a webhook gets that an automation triggers (outbound.md section 7.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

import orjson

from hub.entities.documents import document_of
from hub.entities.links import related_ids
from hub.entities.models import Entity
from hub.events.hydration import read_entities
from hub.json_encoding import encode, timestamp
from hub.json_types import JSONObject, JSONValue
from outbound.automations.taking import Context
from outbound.models import Webhook
from outbound.webhooks.configuration import PayloadOptions

ORIGIN: Final = "automation"
STUB: Final = ("_schema", "_id", "_title")
MOST_RELATIONS: Final = 200


def payload_for(webhook: Webhook, options: PayloadOptions, context: Context, action_id: UUID | None) -> JSONObject:
    """metadata and entity always; relations and changed_attributes where the webhook wants them; mapped_entities that
    earlier steps wrote; input where earlier steps made one. Two queries at most."""
    ids = [one for one in (context.entity_id, *context.made) if one is not None]
    entities = read_entities(context.organization, ids)
    entity = entities.get(context.entity_id) if context.entity_id else None
    payload: JSONObject = {
        "metadata": _metadata(webhook, context, action_id),
        "entity": _entity(entity, options, context),
    }
    if options.include_relations:
        payload["relations"] = _relations(entity, context)
    if options.include_changed_attributes:
        payload["changed_attributes"] = context.document.get("changed_attributes") or {}
    if context.made:
        payload["mapped_entities"] = [_document(entities[one], context) for one in context.made if one in entities]
    if context.input is not context.document:
        payload["input"] = context.input
    return payload


def _metadata(webhook: Webhook, context: Context, action_id: UUID | None) -> JSONObject:
    operation = context.document.get("operation")
    return {
        "organization_id": str(context.organization.pk),
        "webhook_id": webhook.pk,
        "webhook_name": webhook.name,
        "creation_timestamp": timestamp(context.at),
        "correlation_id": context.correlation_id,
        "action": operation or context.document.get("_event_name"),
        "origin": ORIGIN,
        "automation_name": context.automation_name,
        "execution_id": context.execution_id,
        "action_id": str(action_id),
    }


def _entity(entity: Entity | None, options: PayloadOptions, context: Context) -> JSONValue:
    """As it is now; of one that is gone what the trigger tells of it."""
    if entity is None:
        told = context.document.get("entity")
        return told if isinstance(told, dict) else None
    document = _document(entity, context)
    return document if options.hydrate_entity else _stub(document)


def _relations(entity: Entity | None, context: Context) -> list[JSONValue]:
    related = _ids(related_ids(entity.attributes)) if entity is not None else []
    found = read_entities(context.organization, related[:MOST_RELATIONS])
    return [_document(found[one], context) for one in related if one in found]


def _ids(texts: Iterable[str]) -> list[UUID]:
    found: list[UUID] = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _document(entity: Entity, context: Context) -> JSONObject:
    document: JSONObject = orjson.loads(encode(document_of(entity, context.organization)))
    return document


def _stub(document: JSONObject) -> JSONObject:
    return {name: document[name] for name in STUB if name in document}
