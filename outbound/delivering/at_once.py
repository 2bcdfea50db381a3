"""begin_at_once, send_at_once: a delivery goes out while somebody waits; one attempt, recorded like any other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from hub import clock
from hub.database import no_transaction_is_open
from hub.http.failures import timed_out
from hub.http.messages import WEBHOOK
from hub.http.pool import Pool
from outbound.delivering.claiming import Parcel
from outbound.delivering.deciding import Outcome
from outbound.delivering.receivers import Receiver
from outbound.delivering.recording import Sent, record
from outbound.delivering.requests import Outgoing, outgoing
from outbound.delivering.sending import Sender
from outbound.delivering.slots import new_lease, take_slot
from outbound.delivering.told import telling_delivery
from outbound.delivering.traces import attempting, describe
from outbound.models import Delivery, DeliveryBody, DeliveryState
from outbound.sql.parts import claimed_of


def begin_at_once(
    delivery: Delivery,
    receiver: Receiver,
    *,
    body: bytes,
    request: Mapping[str, Any],  # Any: JSON
    at: datetime,
    is_probe: bool = False,
) -> Parcel:
    """Store a new delivery as one that this process sends now: should it end meanwhile, a worker takes over.

    In the caller's transaction. Raises ReceiverAtItsLimit, and nothing is stored; see slots.patiently.
    """
    take_slot(receiver, at)
    lease = new_lease(at)
    delivery.state, delivery.attempts = DeliveryState.SENDING, 1
    delivery.lease, delivery.leased_by, delivery.leased_until = lease.id, lease.holder, lease.until
    delivery.save(force_insert=True)
    DeliveryBody.objects.create(delivery_id=delivery.id, body=body, request=request)
    return Parcel(
        delivery=claimed_of(delivery, attempt=1),
        lease=lease.id,
        receiver=replace(receiver, configuration=replace(receiver.configuration, retries=0)),
        body=body,
        request=request,
        is_probe=is_probe,
    )


def send_at_once(parcel: Parcel) -> None:
    """Send and record; nothing is tried again. Must not be called within a transaction."""
    no_transaction_is_open()
    at, started = clock.now(), clock.monotonic()
    one = outgoing(parcel, at)
    with telling_delivery(parcel.delivery), attempting(one) as attempt:
        went, outcome = asyncio.run(_exchange(one)) if isinstance(one, Outgoing) else (one, one)
        describe(attempt, outcome)
    record([Sent(went, at, round((clock.monotonic() - started) * 1000), outcome)])


async def _exchange(one: Outgoing) -> tuple[Outgoing, Outcome]:
    """Within 30 s, a token that has to be fetched first included: whoever waits does not wait longer."""
    async with Pool() as pool:
        try:
            async with asyncio.timeout(WEBHOOK.total_s):
                return await Sender(pool).exchange(one)
        except TimeoutError:
            return one, timed_out(one.request.url.host)
