"""fire: something is sent through a webhook, though no core event stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hub import background
from hub.accounts.models import Organization
from hub.ids import new_id, to_text
from hub.json_types import JSONObject
from outbound.models import Delivery, DeliveryInput, DeliveryState
from outbound.subscriptions import LISTENS_TO, PREPARE
from outbound.webhooks.queries import get_webhook


@dataclass(frozen=True, slots=True)
class Shot:
    """What is to be sent: the payload that conditions and expression of the webhook see. hop: see hub/hops.py."""

    payload: JSONObject
    correlation_id: str = ""
    is_test: bool = False
    hop: int = 0


@transaction.atomic
def fire(*, organization: Organization, webhook_id: str, shot: Shot, at: datetime) -> Delivery:
    """A planned delivery, which goes through the conditions, the expression, the limits and the retries of the webhook
    as any other does. Raises WebhookNotFound."""
    webhook = get_webhook(organization=organization, webhook_id=webhook_id)
    delivery = new_delivery(organization, webhook.pk, webhook.event_name, shot, at)
    delivery.save(force_insert=True)
    DeliveryInput.objects.create(delivery_id=delivery.id, payload=shot.payload, occurred_at=at, hop=shot.hop or None)
    background.after_commit(PREPARE)
    return delivery


def new_delivery(organization: Organization, webhook_id: str, event_name: str, shot: Shot, at: datetime) -> Delivery:
    """A planned delivery, unsaved. event_name may be what the webhook says it is for: the core event of it is named as
    its own deliveries name it."""
    delivery_id = new_id()
    return Delivery(
        id=delivery_id,
        message_id=delivery_id,
        organization_id=organization.pk,
        webhook_id=webhook_id,
        event_name=event_name.removeprefix(LISTENS_TO),
        correlation_id=shot.correlation_id or to_text("", delivery_id),
        state=DeliveryState.PLANNED,
        created_at=at,
        is_test=shot.is_test,
    )
