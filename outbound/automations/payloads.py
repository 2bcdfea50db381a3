"""payload_for: what a webhook gets that an automation triggers (outbound.md section 7.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from hub.errors import Invalid
from hub.events.hydration import read_entities
from hub.events.nodes import entity_document
from hub.json_types import ROOT, JSONObject, JSONValue
from outbound.automations.taking import Context, StepFailed
from outbound.models import Webhook
from outbound.payloads.additions import about_of, additions_of
from outbound.payloads.changesets import applied
from outbound.payloads.trigger import STUB, Cause, metadata_of
from outbound.webhooks.configuration import PayloadOptions, WebhookConfiguration

ORIGIN: Final = "automation"


def payload_for(webhook: Webhook, context: Context, action_id: UUID | None) -> JSONObject:
    """metadata and entity always, and what the webhook wants beside them; mapped_entities that earlier steps wrote;
    input where earlier steps made one. Raises StepFailed for a webhook that cannot be read."""
    options = _options(webhook)
    ids = [one for one in (context.entity_id, *context.made) if one is not None]
    entities = {
        one: entity_document(context.organization, entity)
        for one, entity in read_entities(context.organization, ids).items()
    }
    about = about_of(context.document, context.entity_id)
    payload: JSONObject = {
        "metadata": metadata_of(webhook, _cause(context, action_id), context.at),
        "entity": _entity(entities.get(context.entity_id) if context.entity_id else None, options, context),
        **additions_of(context.organization, replace(options, hydrate_entity=False), [about])[0],
    }
    if context.made:
        payload["mapped_entities"] = [entities[one] for one in context.made if one in entities]
    if context.input is not context.document:
        payload["input"] = context.input
    return applied(payload) if options.apply_changesets else payload


def _options(webhook: Webhook) -> PayloadOptions:
    try:
        return WebhookConfiguration.parse(webhook.configuration, ROOT).payload
    except Invalid as error:
        message = f"The webhook {webhook.name} cannot be used as it is: {error.message}."
        raise StepFailed(message, code="WEBHOOK_INCOMPLETE") from error


def _cause(context: Context, action_id: UUID | None) -> Cause:
    action = context.document.get("operation") or context.document.get("_event_name")
    members: dict[str, str | bool] = {
        "action": str(action or ""),
        "origin": ORIGIN,
        "automation_name": context.automation_name,
        "execution_id": context.execution_id,
        "action_id": str(action_id),
    }
    return Cause(context.correlation_id, members)


def _entity(document: JSONObject | None, options: PayloadOptions, context: Context) -> JSONValue:
    """As it is now; of one that is gone what the trigger tells of it."""
    if document is None:
        told = context.document.get("entity")
        return told if isinstance(told, dict) else None
    return document if options.hydrate_entity else {name: document[name] for name in STUB if name in document}
