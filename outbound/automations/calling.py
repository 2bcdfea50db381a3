"""take: a webhook is triggered, as a delivery of its own with everything that deliveries have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import orjson

from hub import background
from hub.events.shaping.pool import shape
from hub.ids import new_id, to_text
from hub.json_types import JSONObject
from outbound.automations.payloads import payload_for
from outbound.automations.steps import TriggerWebhook
from outbound.automations.taking import Context, Done, StepFailed, Taken, told
from outbound.models import Delivery, DeliveryBody, DeliveryState
from outbound.models.deliveries import DELIVERY_PREFIX
from outbound.preparing import DELIVER
from outbound.targets import Target, Unfit, target_of_webhook

EVENT_NAME: Final = "automation"
"""What deliveries are for that an automation triggers."""


@dataclass(frozen=True, slots=True)
class _Parcel:
    """What is about to be delivered; a body that is empty: the conditions of the webhook do not let it through."""

    target: Target
    body: bytes


def take(step: TriggerWebhook, context: Context) -> Taken:
    """Make the body, as the webhook shapes and filters it. Raises StepFailed."""
    target = target_of_webhook(organization_id=context.organization.pk, webhook_id=step.webhook_id)
    if isinstance(target, Unfit):
        raise StepFailed(target.message, code=target.code)
    payload = payload_for(target.webhook, target.configuration.payload, context, step.id)
    parcel = _Parcel(target, _body(target, payload, context))
    intent: JSONObject = {"webhook_id": step.webhook_id, "webhook_name": target.webhook.name}
    intent |= {"body": orjson.loads(parcel.body)} if parcel.body else {"filtered": True}
    return Taken(intent, partial(_deliver, parcel, context))


def _body(target: Target, payload: JSONObject, context: Context) -> bytes:
    text = orjson.dumps(payload)
    [shaped] = shape(target.plan, [(text, context.started_at)], event=orjson.dumps(context.document))
    if shaped.failure is not None:
        raise StepFailed(f"{target.webhook.name}: {shaped.failure.where}: {told(shaped.failure)}")
    if not target.conditions_hold(payload, shaped.answers):
        return b""
    return shaped.body.encode() or text


def _deliver(parcel: _Parcel, context: Context) -> Done:
    """The row is the queue: the deliverer takes it on, or it has ended here for everybody to see."""
    delivery_id = new_id()
    is_wanted = bool(parcel.body)
    configuration = parcel.target.configuration
    Delivery.objects.create(
        id=delivery_id,
        message_id=delivery_id,
        organization_id=context.organization.pk,
        webhook_id=parcel.target.webhook.pk,
        event_name=EVENT_NAME,
        correlation_id=context.correlation_id,
        order_key=context.entity_id if configuration.is_ordered else None,
        state=DeliveryState.WAITING if is_wanted else DeliveryState.SKIPPED,
        next_attempt_at=context.at if is_wanted else None,
        finished_at=None if is_wanted else context.at,
        code="" if is_wanted else "FILTERED",
        created_at=context.at,
    )
    if is_wanted:
        DeliveryBody.objects.create(delivery_id=delivery_id, body=parcel.body, request=parcel.target.request)
        background.after_commit(DELIVER)
    result: JSONObject = {
        "webhook_id": parcel.target.webhook.pk,
        "delivery_id": to_text(DELIVERY_PREFIX, delivery_id),
        "outcome": "queued" if is_wanted else "filtered",
    }
    return Done(result)
