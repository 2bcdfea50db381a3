"""trigger: the action of an automation that informs the ERP, by a webhook, while the automation waits (operation 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.models import Entity, EntityChange
from hub.errors import Invalid
from hub.events.hydration import read_entities
from hub.json_types import ROOT, JSONObject
from outbound.actions.taking import ActionKey, Letter, Taken, draft_of, ended, find_earlier, take
from outbound.actions.telling import tell
from outbound.delivering.receivers import Receiver, known_receivers
from outbound.hops import hop_of_origin, with_hop
from outbound.models import Delivery, DeliveryInput, DeliveryState, Webhook
from outbound.payloads.additions import About, uuid_in
from outbound.payloads.making import made
from outbound.payloads.ready import Ready
from outbound.payloads.trigger import Cause, trigger_payload
from outbound.webhooks.configuration import PayloadOptions, WebhookConfiguration

ORIGIN: Final = "automation"
ACT: Final = "trigger_erp"
HELD: Final = "WEBHOOK_HELD"


@dataclass(frozen=True, slots=True)
class ErpTrigger:
    """Which webhook is called about which entity, in which run of which flow; created_at: when it was asked for.

    hop: see hub/hops.py.
    """

    key: ActionKey
    webhook_id: str
    entity_id: str
    activity_id: str
    flow_name: str
    created_at: datetime
    hop: int = 0


def trigger_erp(*, organization: Organization, wanted: ErpTrigger, at: datetime) -> Taken:
    """What became of it, within 30 seconds; a receiver that fails is no error. A repeat answers the first success.

    Must not be called within a transaction. Raises Invalid for a webhook or an entity that is not there,
    ActionInProgress, ReceiverAtItsLimit.
    """
    earlier = find_earlier(organization=organization, key=wanted.key)
    if earlier is not None:
        return earlier
    webhook = Webhook.objects.of(organization).filter(pk=wanted.webhook_id).first()
    if webhook is None:
        raise Invalid("There is no webhook with this webhook_id.", code="WEBHOOK_NOT_FOUND")
    entity = entity_of(organization, wanted.entity_id)
    letter = _letter(organization, wanted, webhook, entity, at)
    taken = take(organization=organization, key=wanted.key, letter=letter)
    tell(organization=organization, taken=taken, entity_id=entity.pk, object_type=entity.schema, at=at)
    return taken


def entity_of(organization: Organization, entity_id: str) -> Entity:
    """The live entity that an action is about; raises Invalid."""
    wanted = uuid_in(entity_id)
    entity = read_entities(organization, [wanted]).get(wanted) if wanted else None
    if entity is None:
        raise Invalid("There is no entity with this entity_id.", code="ENTITY_NOT_FOUND")
    return entity


def _letter(organization: Organization, wanted: ErpTrigger, webhook: Webhook, entity: Entity, at: datetime) -> Letter:
    payload = trigger_payload(
        organization=organization,
        webhook=webhook,
        options=_options(webhook),
        about=About(entity.pk, _change_of(organization, entity, wanted.activity_id)),
        cause=_cause(wanted),
        at=wanted.created_at,
    )
    delivery = draft_of(organization, wanted.key, webhook.pk, payload, at)
    origin = DeliveryInput(
        delivery_id=delivery.id, payload=payload, occurred_at=wanted.created_at, hop=wanted.hop or None
    )
    [ready] = made([(delivery, origin)])
    if ready.state is not DeliveryState.WAITING:
        return ended(delivery, ready.state, ready.code, ready.message, origin)
    return _addressed(ready, delivery, origin, at)


def _options(webhook: Webhook) -> PayloadOptions:
    """Of a webhook that cannot be used as it is the usual ones: its delivery ends with the reason."""
    try:
        return WebhookConfiguration.parse(webhook.configuration, ROOT).payload
    except Invalid:
        return PayloadOptions()


def _change_of(organization: Organization, entity: Entity, activity_id: str) -> UUID | None:
    """The activity, where it is a change of the entity: whoever runs automations may count activities of its own."""
    wanted = uuid_in(activity_id)
    changes = EntityChange.objects.of(organization).filter(pk=wanted or entity.pk, entity_id=entity.pk)
    return wanted if wanted and changes.exists() else None


def _cause(wanted: ErpTrigger) -> Cause:
    members = {
        "action": ACT,
        "origin": ORIGIN,
        "automation_name": wanted.flow_name,
        "execution_id": wanted.key.execution_id,
        "action_id": wanted.key.action_id,
    }
    return Cause(wanted.key.execution_id, members)


def _addressed(ready: Ready, delivery: Delivery, origin: DeliveryInput, at: datetime) -> Letter:
    known = known_receivers([delivery.webhook_id], at)
    if ending := known.gone.get(delivery.webhook_id):
        return ended(delivery, DeliveryState.FAILED, ending.code, ending.message, origin)
    receiver = known.receivers.get(delivery.webhook_id)
    if not isinstance(receiver, Receiver):
        message = "The webhook is paused, or its receiver has failed too often: nothing was sent."
        return ended(delivery, DeliveryState.FAILED, HELD, message, origin)
    request: JSONObject = with_hop(ready.target.request, hop_of_origin(origin)) if ready.target else {}
    return Letter(delivery, receiver, ready.body, request, origin, is_probe=delivery.webhook_id in known.probing)
