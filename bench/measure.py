"""The measurements: accept, process, end to end, alone, memory, start; each on a hub of its own."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.load import Load, post_all
from bench.memory import resident_mb
from bench.slice_times import UNTOLD
from bench.workload import configuration, payload, requests
from tools import ROOT
from tools.running import Hub, rows, wait_for


class Onlooker:
    """Looks at both ends of the queue over one connection: counting it, or connecting anew each time, would take a
    fifth of the machine from the hub that is measured."""

    def __init__(self, database_url: str) -> None:
        if database_url.startswith("sqlite"):
            self._connection: Any = sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=30)
        else:
            self._connection = psycopg.connect(database_url, autocommit=True)

    def __enter__(self) -> Onlooker:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def first(self) -> int | None:
        """The sequence of the event that comes first; None when the queue is empty."""
        return self._sequence("ASC")

    def last(self) -> int | None:
        """The sequence of the event that comes last; None when the queue is empty."""
        return self._sequence("DESC")

    def is_held(self) -> bool:
        """Whether a worker has taken a lane."""
        row = self._connection.execute("SELECT 1 FROM inbound_lane WHERE leased_until IS NOT NULL LIMIT 1").fetchone()
        return row is not None

    def _sequence(self, direction: str) -> int | None:
        statement = f"SELECT sequence FROM inbound_queuedevent ORDER BY sequence {direction} LIMIT 1"
        row = self._connection.execute(statement).fetchone()
        return row[0] if row else None


@dataclass
class Bench:
    """A prepared hub with one integration and the customer use case."""

    hub: Hub
    token: str
    integration_id: str
    sent: int = 0

    def bodies(self, events: int, per_request: int) -> list[bytes]:
        """Requests about customers that were not sent before."""
        made = list(requests(self.integration_id, events=events, per_request=per_request, first=self.sent))
        self.sent += events
        return made

    def accept(self, *, events: int, per_request: int, clients: int) -> Load:
        """Post and wait for the answers only."""
        return post_all(self.hub.port, self.token, self.bodies(events, per_request), clients=clients)

    def waiting(self) -> int:
        """Events without an outcome."""
        return int(rows(self.hub.database_url, "SELECT count(*) FROM inbound_queuedevent")[0][0])

    def drain(self) -> float:
        """Seconds from now until nothing waits."""
        started = time.perf_counter()
        self._wait_until_drained()
        return time.perf_counter() - started

    def _wait_until_drained(self) -> None:
        with Onlooker(self.hub.database_url) as onlooker:
            wait_for(lambda: onlooker.last() is None, "the last event", patience_s=600, pause_s=0.02)
        wait_for(lambda: not self.waiting(), "the queue to drain", patience_s=600, pause_s=0.02)

    def process(self) -> float:
        """Events per second of one worker that has started up: from its first commit to its last."""
        with Onlooker(self.hub.database_url) as onlooker:
            first = onlooker.first()
            self.hub.start_worker()
            wait_for(lambda: onlooker.first() != first, "the first commit", pause_s=0.02)
        waiting, started = self.waiting(), time.perf_counter()
        self._wait_until_drained()
        return waiting / (time.perf_counter() - started)

    def end_to_end(self, *, events: int, per_request: int, clients: int) -> float:
        """Events per second from the first request to the last outcome."""
        bodies = self.bodies(events, per_request)
        started = time.perf_counter()
        post_all(self.hub.port, self.token, bodies, clients=clients)
        self.drain()
        return events / (time.perf_counter() - started)

    def alone(self, times: int) -> list[float]:
        """Seconds until an event sent by itself is visible through the API, sorted."""
        return sorted(self._alone() for _ in range(times))

    def _alone(self) -> float:
        number = self.sent
        [body] = self.bodies(1, 1)
        query = {"q": f'_schema:contact AND customer_number:"{payload(number)["KUNNR"]}"', "size": 1}
        started = time.perf_counter()
        self.hub.request("POST", "/v3/erp/updates/events", body, self.token)
        wait_for(
            lambda: self.hub.request("POST", "/v1/entity:search", query, self.token).json()["hits"] == 1,
            "an entity to be visible",
            pause_s=0.005,
        )
        return time.perf_counter() - started

    def accept_while_processing(self, *, events: int) -> tuple[Load, float]:
        """Latency of single requests while a backlog is worked off, and the rate at which that went."""
        self.accept(events=events, per_request=100, clients=2)
        done: list[float] = []
        self.hub.start_worker()
        drain = threading.Thread(target=lambda: done.append(self.drain()))
        drain.start()
        load = self.accept(events=400, per_request=1, clients=2)
        drain.join()
        return load, events / done[0]

    def slice_times(self, events: int, *options: str) -> str:
        """Work off a backlog in a process of its own that times its steps; what it prints."""
        self.accept(events=events, per_request=100, clients=4)
        command = [sys.executable, "-m", "bench.slice_times", *options]
        done = subprocess.run(command, cwd=ROOT, env=self.hub.environment(), capture_output=True, text=True, check=True)
        return done.stdout.rstrip()

    def share_of_telling(self, events: int, rounds: int) -> float:
        """Of the transaction of a slice, what spans and counters take: the fastest of some rounds with and without."""
        with_them, without = [], []
        for _ in range(rounds):
            with_them.append(_transaction_ms(self.slice_times(events)))
            without.append(_transaction_ms(self.slice_times(events, UNTOLD)))
        return 1 - min(without) / min(with_them)

    def memory_mb(self) -> float:
        """Web server, workers and their children."""
        processes = [self.hub.web, *self.hub.workers]
        return resident_mb(process.pid for process in processes if process is not None)


def _transaction_ms(printed: str) -> float:
    """Of what slice_times prints."""
    return next(float(line.split()[1]) for line in printed.splitlines() if line.split()[0] == "transaction")


@contextmanager
def prepared(database_url: str, **variables: str) -> Iterator[Bench]:
    """A hub that answers; workers are started by the measurement."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        url = database_url or f"sqlite:///{folder}/hub.sqlite3"
        hub = Hub(Path(folder), url, variables=variables)
        try:
            token = hub.prepare()
            hub.start_web()
            yield Bench(hub, token, _integration(hub, token))
        finally:
            hub.end()


def start_seconds(bench: Bench) -> float:
    """From the start of the web server's process to the answer to its first event."""
    bench.hub.kill(bench.hub.web)
    [body] = bench.bodies(1, 1)
    started = time.perf_counter()
    bench.hub.start_web()
    answer = bench.hub.request("POST", "/v3/erp/updates/events", body, bench.token)
    if answer.status != 200:
        raise RuntimeError(f"the first event was not accepted: {answer.text}")
    return time.perf_counter() - started


def _integration(hub: Hub, token: str) -> str:
    use_case = {
        "name": "Customer",
        "slug": "customer",
        "type": "inbound",
        "enabled": True,
        "configuration": configuration(),
    }
    answer = hub.request("POST", "/v2/integrations", {"name": "Bench", "use_cases": [use_case]}, token)
    if answer.status != 201:
        raise RuntimeError(f"the integration was not created: {answer.text}")
    return str(answer.json()["id"])
