"""send_at_once: one delivery goes out while somebody waits for its end; one attempt, recorded like any other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from hub import clock, processes
from hub.database import no_transaction_is_open
from hub.http.addresses import EgressPolicy
from hub.http.batches import BatchSender
from hub.http.failures import FailureKind, HttpFailure
from hub.http.messages import WEBHOOK
from hub.http.pool import Pool
from outbound.delivering.claiming import GRACE, Parcel
from outbound.delivering.deciding import Outcome
from outbound.delivering.receivers import Receiver
from outbound.delivering.recording import Sent, record
from outbound.delivering.requests import Outgoing, Unsendable, outgoing
from outbound.delivering.sending import Sender
from outbound.models import Delivery
from outbound.sql.parts import Lease, claimed_of

LONGEST_S: Final = WEBHOOK.total_s
"""Of everything, a token that has to be fetched first included: whoever waits does not wait longer."""


@dataclass(frozen=True, slots=True)
class Urgent:
    """A delivery that is leased already, with what goes out. is_probe: the circuit of its receiver is open."""

    delivery: Delivery
    lease: Lease
    receiver: Receiver
    body: bytes
    request: Mapping[str, Any]  # Any: JSON
    is_probe: bool = False


def lease_at_once(at: datetime) -> Lease:
    """For a delivery that is inserted as one that is being sent: should this process end, the worker goes on."""
    return Lease(uuid4(), processes.own_name(), at + timedelta(seconds=LONGEST_S) + GRACE)


def send_at_once(urgent: Urgent) -> None:
    """Send and record; nothing is tried again. Must not be called within a transaction."""
    parcel = Parcel(
        delivery=claimed_of(urgent.delivery, attempt=1),
        lease=urgent.lease.id,
        receiver=_without_retries(urgent.receiver),
        body=urgent.body,
        request=urgent.request,
        is_probe=urgent.is_probe,
    )
    at, started = clock.now(), clock.monotonic()
    ready = outgoing(parcel, at)
    outcome = ready if isinstance(ready, Unsendable) else _outcome(ready)
    record([Sent(ready, at, round((clock.monotonic() - started) * 1000), outcome)])


def _without_retries(receiver: Receiver) -> Receiver:
    return replace(receiver, configuration=replace(receiver.configuration, retries=0))


def _outcome(ready: Outgoing) -> Outcome:
    with BatchSender(forbid_in_transaction=no_transaction_is_open) as sender:
        return sender.run(lambda pool: _in_time(ready, pool))


async def _in_time(ready: Outgoing, pool: Pool) -> Outcome:
    try:
        async with asyncio.timeout(LONGEST_S):
            return await Sender(pool, EgressPolicy.of_settings()).outcome(ready)
    except TimeoutError:
        return HttpFailure(FailureKind.TIMEOUT, f"There was no answer within {LONGEST_S:.0f} seconds.")
