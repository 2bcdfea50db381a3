"""What the bench runs within a hub: events published and prepared, deliveries made; each prints its figures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any
from uuid import uuid4

EVENT = "CustomerDetailsUpdated"
AT_ONCE = 500


def as_a_worker() -> None:
    """What a worker does before anything else."""
    import hub.urls  # noqa: F401 -- so that all is imported
    from hub import garbage

    garbage.collect_rarely(garbage.OF_A_WORKER)


def publish(events: int) -> None:
    """So many events become deliveries that are ready to be sent, published, worked out and prepared by the clock."""
    from hub.events import projecting
    from outbound import preparing
    from outbound.models import Delivery

    started = time.perf_counter()
    for first in range(0, events, AT_ONCE):
        _publish(first, min(AT_ONCE, events - first))
    published = time.perf_counter()
    while projecting.work():
        pass
    projected = time.perf_counter()
    while preparing.work():
        pass
    prepared_at = time.perf_counter()
    print(f"publish {(published - started) / events * 1000:.3f}")
    print(f"project {events / (projected - published):.0f}")
    print(f"prepare {Delivery.objects.count() / (prepared_at - projected):.0f}")


def publish_singly(events: int) -> None:
    """Transactions that write something small, with and without an event; the difference of the medians, in ms."""
    with_event = median(_seconds(partial(_publish, number, 1)) for number in range(events))
    without = median(_seconds(partial(_publish, 0, 0)) for _ in range(events))
    print(f"single {(with_event - without) * 1000:.3f}")


def deliver() -> None:
    """Everything that is due, in this process."""
    from outbound.delivering.turn import Turn

    started = time.perf_counter()
    settled = asyncio.run(Turn(lambda: False).run())
    print(f"deliver {settled / (time.perf_counter() - started):.0f}")


def deliver_singly(deliveries: int) -> None:
    """What a task per delivery does, without the price of a broker: read, send, record, one after the other."""
    from outbound.models import Delivery, DeliveryState

    waiting = Delivery.objects.filter(state=DeliveryState.WAITING).order_by("sequence")
    keys = list(waiting.values_list("pk", flat=True)[:deliveries])
    started = time.perf_counter()
    for key in keys:
        _deliver_one(key)
    print(f"singly {len(keys) / (time.perf_counter() - started):.0f}")


def _deliver_one(key: int) -> None:
    from hub import clock
    from hub.http import client
    from hub.http.addresses import EgressPolicy
    from hub.http.messages import WEBHOOK
    from hub.ids import new_id
    from outbound.delivering.claiming import Parcel
    from outbound.delivering.receivers import receiver_of
    from outbound.delivering.recording import Sent, record
    from outbound.delivering.requests import Outgoing, outgoing
    from outbound.models import Delivery, DeliveryBody, DeliveryState, Webhook
    from outbound.sql.parts import claimed_of

    delivery = Delivery.objects.get(pk=key)
    body = DeliveryBody.objects.get(pk=delivery.id)
    webhook = Webhook.objects.get(pk=delivery.webhook_id)
    delivery.state, delivery.lease, delivery.attempts = DeliveryState.SENDING, new_id(), 1
    delivery.save()
    parcel = Parcel(
        delivery=claimed_of(delivery, attempt=1),
        lease=delivery.lease,
        receiver=receiver_of(webhook, clock.now()),
        body=bytes(body.body),
        request=body.request,
        is_probe=False,
    )
    one = outgoing(parcel, clock.now())
    if not isinstance(one, Outgoing):
        raise RuntimeError(one.message)
    answer = client.send(one.request, policy=EgressPolicy.of_settings(), budget=WEBHOOK)
    record([Sent(one, clock.now(), 1, answer)])


def _publish(first: int, events: int) -> None:
    from django.db import transaction

    from hub import clock
    from hub.accounts.models import Organization
    from hub.events.catalogue import built_in
    from hub.events.publishing import NewEvent, publish
    from hub.ids import new_id

    organization = Organization.objects.get()
    made = [
        NewEvent(
            definition=built_in(EVENT),
            occurred_at=clock.now(),
            source="entity",
            nodes={"contact": _contact(str(organization.pk), first + one)},
            metadata={"operation": "updateEntity", "trigger_entity": str(new_id())},
        )
        for one in range(events)
    ]
    with transaction.atomic():
        Organization.objects.filter(pk=organization.pk).update(name=organization.name)
        if made:
            publish(organization.pk, made, organization.config_version)


def _contact(org: str, number: int) -> dict[str, Any]:  # Any: JSON
    contact = {"_schema": "contact", "_org": org, "_id": str(uuid4()), "_title": "Kern"}
    return contact | {"customer_number": f"C-{number}", "first_name": "Ada", "last_name": "Kern"}


def _seconds(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
