"""take: a webhook is triggered, as a delivery of its own with everything that deliveries have."""

from __future__ import annotations

from functools import partial
from typing import Final

import orjson

from hub import background
from hub.hops import hop_in
from hub.ids import to_text
from hub.json_types import JSONObject
from outbound.automations.payloads import payload_for
from outbound.automations.steps import TriggerWebhook
from outbound.automations.taking import Context, Done, StepFailed, Taken
from outbound.firing import Shot, new_delivery
from outbound.models import DELIVERY_PREFIX, Delivery, DeliveryInput, DeliveryState
from outbound.payloads.making import made
from outbound.subscriptions import PREPARE
from outbound.webhooks.queries import WebhookNotFound, get_webhook

EVENT_NAME: Final = "automation"
"""What deliveries are for that an automation triggers."""
QUEUED, FILTERED = "queued", "filtered"


def take(step: TriggerWebhook, context: Context) -> Taken:
    """Make the body, as the webhook shapes and filters it, to see that it can be made. Raises StepFailed."""
    try:
        webhook = get_webhook(organization=context.organization, webhook_id=step.webhook_id)
    except WebhookNotFound as error:
        raise StepFailed(f"There is no webhook {step.webhook_id}.", code=error.code) from error
    payload = payload_for(webhook, context, step.id)
    shot = Shot(payload, context.correlation_id, hop=hop_in(context.chain))
    delivery = new_delivery(context.organization, webhook.pk, EVENT_NAME, shot, context.at)
    source = DeliveryInput(
        delivery_id=delivery.id, payload=payload, occurred_at=context.started_at, hop=shot.hop or None
    )
    [ready] = made([(delivery, source)])
    if ready.state is DeliveryState.FAILED:
        raise StepFailed(ready.message, code=ready.code)
    if ready.target is not None and ready.target.configuration.is_ordered:
        delivery.order_key = context.entity_id
    is_wanted = ready.state is DeliveryState.WAITING
    intent: JSONObject = {"webhook_id": webhook.pk, "webhook_name": webhook.name}
    intent |= {"body": orjson.loads(ready.body)} if is_wanted else {FILTERED: True}
    return Taken(intent, partial(_plan, delivery, source, QUEUED if is_wanted else FILTERED))


def _plan(delivery: Delivery, source: DeliveryInput, outcome: str) -> Done:
    """The row is the queue: the deliverer takes it on, or it ends as skipped, for everybody to see."""
    delivery.save(force_insert=True)
    source.save(force_insert=True)
    background.after_commit(PREPARE)
    result: JSONObject = {
        "webhook_id": delivery.webhook_id,
        "delivery_id": to_text(DELIVERY_PREFIX, delivery.id),
        "outcome": outcome,
    }
    return Done(result)
