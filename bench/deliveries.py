"""Deliveries per second to a local receiver, and the price of one task per delivery for comparison."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.synchronize import Event as ProcessEvent
from typing import Any
from uuid import uuid4

import psycopg

from bench.measure import Bench, prepared
from tools import ROOT
from tools.running import own_database

DELIVERIES = 20_000
MAPPINGS = 4
"""Receivers that share the events, so that no cap of one stands in the way."""
IN_FLIGHT = 100
"""Of each; the bench raises the caps of endpoints and of the organization."""


class _Receiver(asyncio.Protocol):
    """Answers 204 to every request, after a pause; understands what the hub sends and nothing else."""

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._seen = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while (end := self._seen.find(b"\r\n\r\n")) >= 0:
            head = self._seen[:end].lower()
            place = head.find(b"content-length:")
            length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
            if len(self._seen) < end + 4 + length:
                return
            self._seen = self._seen[end + 4 + length :]
            if self._pause_s:
                asyncio.get_running_loop().call_later(self._pause_s, self._answer)
            else:
                self._answer()

    def _answer(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def _serve(listeners: list[socket.socket], pause_s: float, ready: ProcessEvent) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        for listener in listeners:
            await loop.create_server(lambda: _Receiver(pause_s), sock=listener, backlog=1024)
        ready.set()
        await asyncio.Event().wait()

    asyncio.run(main())


@contextmanager
def receivers(pause_s: float) -> Iterator[list[int]]:
    """The ports of MAPPINGS receivers, in one process of their own."""
    listeners = [socket.create_server(("127.0.0.1", 0), backlog=1024) for _ in range(MAPPINGS)]
    ready = multiprocessing.Event()
    process = multiprocessing.Process(target=_serve, args=(listeners, pause_s, ready), daemon=True)
    process.start()
    ready.wait(10)
    try:
        yield [listener.getsockname()[1] for listener in listeners]
    finally:
        process.kill()
        process.join()
        for listener in listeners:
            listener.close()


def rate(pause_s: float, deliveries: int = DELIVERIES) -> float:
    """Deliveries per second from the first claim to the last record, by one process with its thread."""
    with own_database() as url, receivers(pause_s) as ports, prepared(url) as bench:
        _stock(bench, ports, deliveries)
        started = time.perf_counter()
        _run(bench, "from bench.deliveries import deliver; deliver()")
        seconds = time.perf_counter() - started - START_S
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT count(*) FROM outbound_delivery WHERE state = 'succeeded'").fetchone()
        if row is None or row[0] != deliveries:
            raise RuntimeError(f"{row} of {deliveries} deliveries arrived")
        return deliveries / seconds


START_S = 0.0


def _stock(bench: Bench, ports: Sequence[int], deliveries: int) -> None:
    webhooks = [_webhook(bench, port, number) for number, port in enumerate(ports)]
    mappings = [
        {
            "name": f"Receiver {number}",
            "enabled": True,
            "jsonata_expression": '{"_ack_id": _ack_id, "number": contact.customer_number, "name": contact.last_name}',
            "delivery": {"type": "webhook", "webhook_id": webhook_id},
        }
        for number, webhook_id in enumerate(webhooks)
    ]
    use_case = {
        "name": "Contacts",
        "slug": "contacts-out",
        "type": "outbound",
        "enabled": True,
        "configuration": {"event_catalog_event": "CustomerDetailsUpdated", "mappings": mappings},
    }
    path = f"/v1/integrations/{bench.integration_id}/use-cases"
    answer = bench.hub.request("POST", path, use_case, bench.token)
    if answer.status != 201:
        raise RuntimeError(answer.text)
    _run(bench, f"from bench.deliveries import publish; publish({deliveries // MAPPINGS})")


def _webhook(bench: Bench, port: int, number: int) -> str:
    webhook = {
        "name": f"Receiver {number}",
        "eventName": "erp",
        "url": f"http://127.0.0.1:{port}/{number}",
        "httpMethod": "POST",
        "maxInFlight": IN_FLIGHT,
    }
    answer = bench.hub.request("POST", "/v1/webhooks/configs", webhook, bench.token)
    if answer.status != 201:
        raise RuntimeError(answer.text)
    return str(answer.json()["id"])


def _run(bench: Bench, code: str) -> None:
    environment = bench.hub.environment() | {
        "HUB_EGRESS_ALLOW": "127.0.0.1",
        "HUB_DELIVERIES_PER_ORGANIZATION": "0",
        "DJANGO_SETTINGS_MODULE": "hub.settings.base",
        "HUB_DELIVERY_THREAD": "false",
    }
    program = f"import django; django.setup(); {code}"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    for line in done.stdout.splitlines():
        print(f"    {line}")


def publish(events: int) -> None:
    """Run within the hub: so many events that are ready to be sent, published and prepared with the clock running."""
    from django.db import transaction

    from hub import clock
    from hub.accounts.models import Organization
    from hub.events import projecting
    from hub.events.catalogue import built_in
    from hub.events.publishing import NewEvent
    from hub.events.publishing import publish as publish_events
    from hub.ids import new_id
    from outbound import preparing

    organization = Organization.objects.get()
    definition = built_in("CustomerDetailsUpdated")
    started = time.perf_counter()
    for first in range(0, events, 500):
        made = [
            NewEvent(
                definition=definition,
                occurred_at=clock.now(),
                source="entity",
                nodes={"contact": _contact(str(organization.pk), first + one)},
                metadata={"operation": "updateEntity", "trigger_entity": str(new_id())},
            )
            for one in range(min(500, events - first))
        ]
        with transaction.atomic():
            publish_events(organization.pk, made)
    published = time.perf_counter()
    print(f"published with {MAPPINGS} mappings each: {(published - started) / events * 1000:.3f} ms per event")
    while projecting.work():
        pass
    projected = time.perf_counter()
    while preparing.work():
        pass
    prepared_at = time.perf_counter()
    print(f"projected: {events / (projected - published):,.0f} events/s")
    print(f"prepared: {events * MAPPINGS / (prepared_at - projected):,.0f} deliveries/s")


def _contact(org: str, number: int) -> dict[str, Any]:  # Any: JSON
    contact = {"_schema": "contact", "_org": org, "_id": str(uuid4()), "_title": "Kern"}
    return contact | {"customer_number": f"C-{number}", "first_name": "Ada", "last_name": "Kern"}


def deliver() -> None:
    """Run within the hub: everything that is due, in one process; prints how long it took."""
    from outbound.delivering.turn import Turn

    started = time.perf_counter()
    settled = asyncio.run(Turn(lambda: False).run())
    seconds = time.perf_counter() - started
    print(json.dumps({"settled": settled, "seconds": round(seconds, 3), "per_second": round(settled / seconds)}))
