"""Intake beside retention: single requests at a steady rate, alone and while an old stock is deleted and packed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from bench.load import INTAKE, Door, post_to
from bench.measure import Bench, prepared
from bench.workload import payload
from tools import ROOT

ROUNDS: Final = 4
"""Alone and beside retention in turn, so that what else the machine does meets both."""
SECONDS: Final = 15
PER_SECOND: Final = 60
CLIENTS: Final = 8
DAYS: Final = 30
"""Of the sixty that the stock was made over: the older half is deleted, of the others what is a week old is packed."""
AGES: Final = """
    INSERT INTO retention_retentionage (organization_id, kind, days)
    SELECT accounts_organization.id, kind, %(days)s
    FROM accounts_organization, unnest(%(kinds)s::text[]) kind WHERE slug = 'works'
"""
KINDS: Final = (
    *("inbound_payloads", "inbound_payloads_failed", "inbound_events", "spans", "access_logs", "core_events"),
    *("delivery_bodies", "delivery_bodies_failed", "deliveries"),
)
BODIES: Final = """
    INSERT INTO inbound_inboundbody (event_id, body)
    SELECT id, convert_to(replace(%(text)s, '"K-', '"K-' || sequence), 'UTF8') FROM inbound_inboundevent ORDER BY id
"""
"""Of a usual size; those of the stock are a few bytes."""
SENT: Final = """
    INSERT INTO outbound_deliverybody (delivery_id, body, request)
    SELECT id, convert_to(replace(%(text)s, '"K-', '"K-' || sequence), 'UTF8'), '{"method": "POST"}'
    FROM outbound_delivery ORDER BY id
"""


@dataclass
class Found:
    """What all rounds came to. Milliseconds of answers, sorted; rows that went and payloads that were packed, and the
    seconds that took; name of an act → its longest transaction in seconds."""

    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    gone: int = 0
    packed: int = 0
    seconds_deleting: float = 0.0
    seconds_packing: float = 0.0
    longest: dict[str, float] = field(default_factory=dict)

    def add(self, told: dict[str, Any]) -> None:
        """What a round of bench/deleting.py printed. Any: JSON."""
        self.gone += told["gone"]
        self.packed += told["packed"]
        self.seconds_deleting += told["seconds_deleting"]
        self.seconds_packing += told["seconds_packing"]
        for name, seconds in told["longest"].items():
            self.longest[name] = max(seconds, self.longest.get(name, 0.0))


@contextmanager
def aged(database_url: str, events: int) -> Iterator[Bench]:
    """A hub with so many events of the last sixty days, and a fifth as many deliveries, core events and requests."""
    with prepared(database_url) as bench:
        command = [sys.executable, "-m", "bench.stock", "--entities", "10", "--events", str(events)]
        subprocess.run(command, cwd=ROOT, env=bench.hub.environment(), stdout=subprocess.DEVNULL, check=True)
        text = json.dumps(payload(1), ensure_ascii=False)
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("TRUNCATE inbound_inboundbody")
            for statement in (BODIES, SENT):
                connection.execute(statement, {"text": text})
            connection.execute(AGES, {"days": DAYS, "kinds": list(KINDS)})
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")
        bench.accept(events=2000, per_request=1, clients=2)
        yield bench


def measured(bench: Bench) -> Found:
    """Raises RuntimeError when nothing was left to delete or pack before the end."""
    found = Found()
    for _ in range(ROUNDS):
        found.alone += _posted_ms(bench)
        with _at_work(bench, found):
            found.beside += _posted_ms(bench)
    found.alone.sort()
    found.beside.sort()
    return found


def _posted_ms(bench: Bench) -> list[float]:
    door = Door(bench.hub.port, INTAKE, bench.token, b'"success"')
    bodies = bench.bodies(SECONDS * PER_SECOND, 1)
    return [one * 1000 for one in post_to(door, bodies, clients=CLIENTS, per_second=PER_SECOND).latencies_s]


@contextmanager
def _at_work(bench: Bench, found: Found) -> Iterator[None]:
    """Retention goes on without a rest in a process of its own, as it does for some seconds of every minute."""
    command = [sys.executable, "-m", "bench.deleting"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}  # Any: of Popen
    with subprocess.Popen(command, cwd=ROOT, env=bench.hub.environment(), **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.write("go\n")
        process.stdin.flush()
        yield
        process.stdin.close()
        told = json.loads(process.stdout.read())
    if told["idle"]:
        raise RuntimeError("nothing was left to delete: take more --events")
    found.add(told)
