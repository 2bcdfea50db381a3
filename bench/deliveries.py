"""Deliveries per second to a local receiver, what publishing costs, and a task per delivery for comparison."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from bench.delivering import EVENT
from bench.measure import Bench, prepared
from bench.receivers import receivers
from tools import ROOT

MAPPINGS = 4
"""Receivers that share the events, so that no cap of one stands in the way."""
IN_FLIGHT = 100
"""Of each; the bench raises the caps of endpoints and of the organization."""
EXPRESSION = '{"_ack_id": _ack_id, "number": contact.customer_number, "name": contact.last_name}'


@contextmanager
def subscribed(database_url: str, pause_s: float, mappings: int = MAPPINGS) -> Iterator[Bench]:
    """A hub with a use case of so many mappings, each to a receiver that answers after pause_s."""
    with receivers(mappings, pause_s) as ports, prepared(database_url) as bench:
        webhooks = [_webhook(bench, port, number) for number, port in enumerate(ports)]
        _use_case(bench, webhooks)
        yield bench


def run(bench: Bench, call: str) -> dict[str, float]:
    """What a function of bench/delivering.py, run within the hub, prints: name → figure."""
    environment = bench.hub.environment() | {
        "HUB_EGRESS_ALLOW": "127.0.0.1",
        "HUB_DELIVERIES_PER_ORGANIZATION": "0",
        "HUB_DELIVERY_THREAD": "false",
    }
    program = f"import django; django.setup(); from bench.delivering import *; as_a_worker(); {call}"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return {name: float(figure) for name, figure in map(str.split, done.stdout.splitlines())}


def check_delivered(bench: Bench, deliveries: int) -> None:
    """Raise RuntimeError unless so many have arrived."""
    with psycopg.connect(bench.hub.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM outbound_delivery WHERE state = 'succeeded'").fetchone()
    if row is None or row[0] != deliveries:
        raise RuntimeError(f"{row} of {deliveries} deliveries arrived")


def _use_case(bench: Bench, webhooks: Sequence[str]) -> None:
    mappings = [
        {
            "name": f"Receiver {number}",
            "enabled": True,
            "jsonata_expression": EXPRESSION,
            "delivery": {"type": "webhook", "webhook_id": webhook_id},
        }
        for number, webhook_id in enumerate(webhooks)
    ]
    use_case = {
        "name": "Contacts",
        "slug": "contacts-out",
        "type": "outbound",
        "enabled": True,
        "configuration": {"event_catalog_event": EVENT, "mappings": mappings},
    }
    _created(bench, f"/v1/integrations/{bench.integration_id}/use-cases", use_case)


def _webhook(bench: Bench, port: int, number: int) -> str:
    webhook = {
        "name": f"Receiver {number}",
        "eventName": "erp",
        "url": f"http://127.0.0.1:{port}/{number}",
        "httpMethod": "POST",
        "maxInFlight": IN_FLIGHT,
    }
    return _created(bench, "/v1/webhooks/configs", webhook)


def _created(bench: Bench, path: str, body: dict[str, object]) -> str:
    answer = bench.hub.request("POST", path, body, bench.token)
    if answer.status != 201:
        raise RuntimeError(answer.text)
    return str(answer.json()["id"])
