"""trigger: the action of an automation that informs the ERP, by a webhook, while the automation waits (operation 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from hub.accounts.models import Organization
from hub.errors import Invalid
from hub.events.shaping.plan import EXPRESSION_FAILED
from hub.events.shaping.pool import shape
from hub.json_encoding import timestamp
from hub.json_types import JSONObject
from outbound.actions.payload import Subject, action_payload, find_subject
from outbound.actions.taking import ActionKey, Letter, Taken, find_earlier, take
from outbound.actions.telling import tell
from outbound.delivering.receivers import known_receivers
from outbound.models import Webhook
from outbound.preparing import sentence_of
from outbound.targets import Target, Unfit, target_of_webhook
from outbound.webhooks.filters import Pending, holds

ORIGIN: Final = "automation"
ACT: Final = "trigger_erp"
HELD: Final = "WEBHOOK_HELD"


@dataclass(frozen=True, slots=True)
class Trigger:
    """Which webhook is called about which entity, in which run of which flow; created_at: when it was asked for."""

    key: ActionKey
    webhook_id: str
    entity_id: str
    activity_id: str
    flow_name: str
    created_at: datetime


def trigger(*, organization: Organization, wanted: Trigger, at: datetime) -> Taken:
    """What became of it, within 30 seconds; a receiver that fails is no error. A repeat answers the first success.

    Must not be called within a transaction. Raises Invalid for a webhook or an entity that is not there, and
    ActionInProgress.
    """
    earlier = find_earlier(organization=organization, key=wanted.key)
    if earlier is not None:
        return earlier
    webhook = Webhook.objects.of(organization).filter(pk=wanted.webhook_id).first()
    if webhook is None:
        raise Invalid("There is no webhook with this webhook_id.", code="WEBHOOK_NOT_FOUND")
    subject = find_subject(organization=organization, entity_id=wanted.entity_id, activity_id=wanted.activity_id)
    if subject is None:
        raise Invalid("There is no entity with this entity_id.", code="ENTITY_NOT_FOUND")
    letter = _letter(organization, wanted, subject, at)
    taken = take(organization=organization, key=wanted.key, letter=letter, at=at)
    entity = subject.entity
    tell(organization=organization, taken=taken, entity_id=entity.pk, object_type=entity.schema, at=at)
    return taken


def _letter(organization: Organization, wanted: Trigger, subject: Subject, at: datetime) -> Letter:
    target = target_of_webhook(organization_id=organization.pk, webhook_id=wanted.webhook_id)
    if isinstance(target, Unfit):
        return Letter(wanted.webhook_id, code=target.code, message=target.message)
    metadata = _metadata(organization, wanted, target.webhook)
    payload = action_payload(organization, subject, target.configuration.payload, metadata)
    made = _made(target, payload, wanted)
    return made if made.code else _addressed(target, made.body, at)


def _made(target: Target, payload: JSONObject, wanted: Trigger) -> Letter:
    """With the body that the webhook makes of the payload, or the reason why there is none."""
    text = orjson.dumps(payload)
    [shaped] = shape(target.plan, [(text, wanted.created_at)])
    if shaped.failure is not None:
        return Letter(target.webhook.pk, code=EXPRESSION_FAILED, message=sentence_of(shaped.failure))
    held = holds(target.configuration.conditions, payload)
    if not (held.settle(shaped.answers) if isinstance(held, Pending) else held):
        message = "The conditions of the webhook leave this out; nothing was sent."
        return Letter(target.webhook.pk, code="FILTERED", message=message, is_left_out=True)
    return Letter(target.webhook.pk, body=shaped.body.encode() or text)


def _addressed(target: Target, body: bytes, at: datetime) -> Letter:
    webhook_id = target.webhook.pk
    known = known_receivers([webhook_id], at)
    if ending := known.gone.get(webhook_id):
        return Letter(webhook_id, code=ending.code, message=ending.message)
    receiver = known.receivers.get(webhook_id)
    if receiver is None:
        message = f"{target.webhook.name} is paused, or its receiver has failed too often: nothing was sent."
        return Letter(webhook_id, code=HELD, message=message)
    return Letter(webhook_id, receiver, body, target.request, is_probe=webhook_id in known.probing)


def _metadata(organization: Organization, wanted: Trigger, webhook: Webhook) -> JSONObject:
    return {
        "organization_id": organization.public_id,
        "webhook_id": webhook.pk,
        "webhook_name": webhook.name,
        "creation_timestamp": timestamp(wanted.created_at),
        "correlation_id": wanted.key.execution_id,
        "action": ACT,
        "origin": ORIGIN,
        "automation_name": wanted.flow_name,
        "execution_id": wanted.key.execution_id,
        "action_id": wanted.key.action_id,
    }
