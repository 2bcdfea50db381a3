"""fire_now: something is sent through a webhook while somebody waits for what the receiver answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hub import clock
from hub.accounts.models import Organization
from hub.database import no_transaction_is_open
from hub.errors import Conflict
from outbound.deliveries import DeliveryDetail, get_delivery
from outbound.delivering.at_once import begin_at_once, send_at_once
from outbound.delivering.claiming import Parcel
from outbound.delivering.receivers import Receiver, receiver_of
from outbound.delivering.slots import patiently
from outbound.endings import Unsent, tell_unsent
from outbound.firing import Shot, new_delivery
from outbound.hops import with_hop
from outbound.models import DeliveryInput, DeliveryState
from outbound.payloads.hops import hop_of_origin
from outbound.payloads.making import made
from outbound.payloads.ready import Ready
from outbound.webhooks.queries import get_webhook


class WebhookPaused(Conflict):
    """Deliveries of the webhook are held, so nobody can wait for one."""

    code = "WEBHOOK_PAUSED"


@dataclass(frozen=True, slots=True)
class Fired:
    """How it ended. started_at and ended_at enclose everything, the expression too."""

    detail: DeliveryDetail
    started_at: datetime
    ended_at: datetime


def fire_now(*, organization: Organization, webhook_id: str, shot: Shot, at: datetime) -> Fired:
    """Conditions, expression, one attempt of at most 30 s, no retry; all of it is kept like any delivery.

    An open circuit does not hold it back: somebody waits. The limits of the webhook do, for two seconds at most: where
    there is no room by then, nothing is sent or kept. Must not be called within a transaction. Raises WebhookNotFound,
    WebhookPaused, ReceiverAtItsLimit.
    """
    no_transaction_is_open()
    webhook = get_webhook(organization=organization, webhook_id=webhook_id)
    if webhook.paused_at is not None:
        raise WebhookPaused(f"{webhook.name} is paused: resume it, or fire without waiting, and it goes out then.")
    delivery = new_delivery(organization, webhook.pk, webhook.event_name, shot, at)
    origin = DeliveryInput(delivery_id=delivery.id, payload=shot.payload, occurred_at=at, hop=shot.hop or None)
    [ready] = made([(delivery, origin)])
    if ready.state is DeliveryState.WAITING:
        receiver = receiver_of(webhook, at)
        send_at_once(patiently(lambda: _begun(ready, origin, receiver)))
    else:
        _end(ready, origin, at)
    return Fired(get_delivery(organization=organization, delivery_id=delivery.id), at, clock.now())


@transaction.atomic
def _begun(ready: Ready, origin: DeliveryInput, receiver: Receiver) -> Parcel:
    assert ready.target is not None  # it waits for its receiver
    origin.save(force_insert=True)
    return begin_at_once(
        ready.delivery,
        receiver,
        body=ready.body,
        request=with_hop(ready.target.request, hop_of_origin(origin)),
        at=clock.now(),
    )


@transaction.atomic
def _end(ready: Ready, origin: DeliveryInput, at: datetime) -> None:
    """What its conditions leave out, or what could not be made, ends before it is sent."""
    delivery = ready.delivery
    delivery.state, delivery.code, delivery.message = ready.state, ready.code, ready.message
    delivery.finished_at = at
    delivery.save(force_insert=True)
    origin.save(force_insert=True)
    if ready.state is DeliveryState.FAILED:
        tell_unsent([Unsent(delivery, ready.code, ready.message, is_data=ready.is_data)], at)
