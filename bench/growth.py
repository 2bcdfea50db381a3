"""The growth series: the same events beside 10 k, 100 k and 1 M stored entities, worked off by one warm worker."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any, NamedTuple

import psycopg

from bench import contracts, readings, scopes, workload
from bench.load import post_all
from bench.measure import Bench, Onlooker, prepared
from bench.stock.households import CONTACTS, ENTITIES
from tools import ROOT
from tools.running import Hub, own_database, rows, wait_for

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 3
"""Of each workload at each size; their median counts. One more before them warms the worker up."""
FAR_OFF = 10_000_000
"""Number of a contract that is not stored, nor are its customer and its meters."""
MOST_BYTES = 2_000_000
"""Of one request, well below what the hub takes."""

Payload = dict[str, Any]
"""Any: JSON."""
Payloads = Callable[["Stock", int], list[Payload]]
"""What one round sends: given what is stored and the number of the round, 0 for the one that warms up."""


class Stock(NamedTuple):
    """What is stored before anything is sent, and a source of chance that is the same in every run."""

    entities: int
    chance: random.Random

    @property
    def households(self) -> int:
        """As many contracts and billing accounts, CONTACTS times as many contacts, and so on."""
        return self.entities // ENTITIES


class Workload(NamedTuple):
    """Events of one use case. units: how many of what its goal counts are in one event."""

    slug: str
    what: str
    configuration: dict[str, Any]
    payloads: Payloads
    unit: str = "events/s"
    units: int = 1
    goal: int = 0


def _customers(stock: Stock, number: int) -> list[Payload]:
    """3,000 new and 3,000 that are stored somewhere and have moved since."""
    stored = CONTACTS * stock.households
    new = [workload.payload(stored + 3_000 * number + one) for one in range(3_000)]
    known = [_moved(stock.chance.randrange(stored), number) for _ in range(3_000)]
    return _shuffled(stock, new + known)


def _moved(customer: int, number: int) -> Payload:
    payload = workload.payload(customer)
    return payload | {"ADRESSE": payload["ADRESSE"] | {"HAUSNR": f"{number + 1}a"}}


def _contracts(stock: Stock, number: int) -> list[Payload]:
    """1,000 new ones, each with all it is related to, and 1,000 stored ones with another instalment and balance."""
    first = FAR_OFF + 1_000 * number
    new = [contracts.payload(first + one) for one in range(1_000)]
    known = [contracts.payload(stock.chance.randrange(stock.households), number + 1) for _ in range(1_000)]
    return _shuffled(stock, new + known)


def _readings(stock: Stock, number: int) -> list[Payload]:
    """20 batches of 1,000 new readings, each of 100 meters anywhere."""
    meters = range(contracts.METERS * stock.households)
    return [readings.payload(20 * number + one, stock.chance.sample(meters, readings.METERS)) for one in range(20)]


def _scopes(stock: Stock, number: int) -> list[Payload]:
    """100 accounts anywhere, the same in every round, whose bookings go on by one step."""
    step = max(1, stock.households // 100)
    return [scopes.payload(account * step, number) for account in range(100)]


def _shuffled(stock: Stock, payloads: list[Payload]) -> list[Payload]:
    stock.chance.shuffle(payloads)
    return payloads


WORKLOADS = (
    Workload("customer", "customer: half of them new", workload.configuration(), _customers),
    Workload("contract", "contract: 2 related, 3 meters", contracts.configuration(), _contracts, goal=3_000),
    Workload(
        "readings", "1,000 readings of 100 meters", readings.configuration(), _readings, "readings/s", 1_000, 8_000
    ),
    Workload("scope", "prune in a scope of 100", scopes.configuration(), _scopes),
)


@dataclass
class Growth:
    """A hub with stored entities and one warm worker."""

    bench: Bench
    stock: Stock

    def rate(self, workload: Workload) -> float:
        """Events per second: the median of the rounds."""
        self._round(workload, 0)
        return median(self._round(workload, number) for number in range(1, ROUNDS + 1))

    def _round(self, workload: Workload, number: int) -> float:
        """Have the events wait, then let the worker go; events per second until the last is committed.

        Raises RuntimeError when one did not end well: a failure costs less than what is measured here.
        """
        hub = self.bench.hub
        payloads = workload.payloads(self.stock, number)
        with Onlooker(hub.database_url) as onlooker:
            wait_for(lambda: not onlooker.is_held(), "the worker to rest", pause_s=0.005)
            with _held_lanes(hub):
                post_all(hub.port, self.bench.token, self._bodies(workload, payloads), clients=2)
            wait_for(onlooker.is_held, "the worker to begin", pause_s=0.005)
            started = time.perf_counter()
            wait_for(lambda: onlooker.last() is None, "the last event", patience_s=600, pause_s=0.005)
            seconds = time.perf_counter() - started
        self._check(workload)
        return len(payloads) / seconds

    def _bodies(self, workload: Workload, payloads: Sequence[Payload]) -> list[bytes]:
        """Requests of up to 100 events."""
        size = len(json.dumps(payloads[0]))
        per_request = max(1, min(100, MOST_BYTES // size))
        return [
            json.dumps(self._request(workload, payloads[first : first + per_request]), ensure_ascii=False).encode()
            for first in range(0, len(payloads), per_request)
        ]

    def _request(self, workload: Workload, payloads: Sequence[Payload]) -> dict[str, Any]:
        event = {"use_case_slug": workload.slug, "timestamp": "2026-01-15T08:00:00Z", "format": "json"}
        return {
            "integration_id": self.bench.integration_id,
            "events": [event | {"payload": payload} for payload in payloads],
        }

    def _check(self, workload: Workload) -> None:
        bad = rows(
            self.bench.hub.database_url,
            "SELECT status, code, message FROM inbound_inboundoutcome WHERE status <> 'success' LIMIT 1",
        )
        if bad:
            raise RuntimeError(f"an event of {workload.slug} ended as {bad[0]}")


@contextmanager
def _held_lanes(hub: Hub) -> Iterator[None]:
    """No worker takes a lane meanwhile."""
    with psycopg.connect(hub.database_url) as connection:
        connection.execute("SELECT id FROM inbound_lane ORDER BY id FOR NO KEY UPDATE")
        yield


@contextmanager
def grown(entities: int) -> Iterator[Growth]:
    """A hub of its own with that many stored entities, and statistics as autovacuum leaves them behind."""
    with own_database() as url, prepared(url) as bench:
        for each in WORKLOADS[1:]:  # the customers come with the bench
            _add_use_case(bench, each)
        command = [sys.executable, "-m", "bench.stock", "--entities", str(entities), "--organization", "works"]
        done = subprocess.run(
            command, cwd=ROOT, env=bench.hub.environment(), capture_output=True, text=True, check=True
        )
        print(f"  {done.stdout.splitlines()[-2]}", flush=True)
        bench.hub.start_worker()
        yield Growth(bench, Stock(entities, random.Random(entities)))


def _add_use_case(bench: Bench, workload: Workload) -> None:
    use_case = {
        "name": workload.slug.title(),
        "slug": workload.slug,
        "type": "inbound",
        "enabled": True,
        "configuration": workload.configuration,
    }
    path = f"/v1/integrations/{bench.integration_id}/use-cases"
    answer = bench.hub.request("POST", path, use_case, bench.token)
    if answer.status != 201:
        raise RuntimeError(f"the use case {workload.slug} was not created: {answer.text}")


def rates(entities: int) -> Iterator[tuple[Workload, float]]:
    """Each workload with its events per second beside that many stored entities."""
    with grown(entities) as growth:
        for each in WORKLOADS:
            yield each, growth.rate(each)
