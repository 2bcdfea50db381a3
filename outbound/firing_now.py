"""fire_now: something is sent through a webhook while somebody waits for what the receiver answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from hub import clock
from hub.accounts.models import Organization
from hub.database import no_transaction_is_open
from hub.errors import Conflict
from hub.http.addresses import EgressPolicy
from hub.http.failures import timed_out
from hub.http.messages import WEBHOOK
from hub.http.pool import Pool
from hub.processes import own_name
from outbound.deliveries import DeliveryDetail, get_delivery
from outbound.delivering.claiming import Parcel, new_lease
from outbound.delivering.deciding import Outcome
from outbound.delivering.receivers import Receiver, receiver_of
from outbound.delivering.recording import Sent, record
from outbound.delivering.requests import Outgoing, outgoing
from outbound.delivering.sending import Sender
from outbound.endings import Unsent, tell_unsent
from outbound.firing import Shot, new_delivery
from outbound.models import DeliveryBody, DeliveryInput, DeliveryState
from outbound.payloads.making import Ready, made
from outbound.sql.parts import claimed_of
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

    The limits of the webhook and an open circuit do not hold it back: somebody waits. Must not be called within a
    transaction. Raises WebhookNotFound, WebhookPaused.
    """
    no_transaction_is_open()
    webhook = get_webhook(organization=organization, webhook_id=webhook_id)
    if webhook.paused_at is not None:
        raise WebhookPaused(f"{webhook.name} is paused: resume it, or fire without waiting, and it goes out then.")
    delivery = new_delivery(organization, webhook.pk, webhook.event_name, shot, at)
    origin = DeliveryInput(delivery_id=delivery.id, payload=shot.payload, occurred_at=at)
    [ready] = made([(delivery, origin)])
    if ready.state is DeliveryState.WAITING:
        parcel = _claimed(ready, origin, receiver_of(webhook, at))
        record([_sent(parcel)])
    else:
        _end(ready, origin, at)
    return Fired(get_delivery(organization=organization, delivery_id=delivery.id), at, clock.now())


@transaction.atomic
def _claimed(ready: Ready, origin: DeliveryInput, receiver: Receiver) -> Parcel:
    """Stored as one that this process sends now: should it end meanwhile, a worker takes over."""
    lease, target = new_lease(clock.now()), ready.target
    assert target is not None  # it waits for its receiver
    delivery = ready.delivery
    delivery.state, delivery.attempts = DeliveryState.SENDING, 1
    delivery.lease, delivery.leased_by, delivery.leased_until = lease.id, own_name(), lease.until
    delivery.save(force_insert=True)
    origin.save(force_insert=True)
    DeliveryBody.objects.create(delivery_id=delivery.id, body=ready.body, request=target.request)
    return Parcel(
        delivery=claimed_of(delivery, attempt=1),
        lease=lease.id,
        receiver=replace(receiver, configuration=replace(receiver.configuration, retries=0)),
        body=ready.body,
        request=target.request,
        is_probe=False,
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
        tell_unsent([Unsent(delivery, ready.code, ready.message)], at)


def _sent(parcel: Parcel) -> Sent:
    at, started = clock.now(), clock.monotonic()
    one = outgoing(parcel, at)
    outcome = asyncio.run(_outcome(one)) if isinstance(one, Outgoing) else one
    return Sent(one, at, round((clock.monotonic() - started) * 1000), outcome)


async def _outcome(one: Outgoing) -> Outcome:
    async with Pool() as pool:
        try:
            async with asyncio.timeout(WEBHOOK.total_s):
                return await Sender(pool, EgressPolicy.of_settings()).outcome(one)
        except TimeoutError:
            return timed_out(one.request.url.host)
