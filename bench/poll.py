"""Poll and acknowledgement through the web server: eight ERPs, each with its own stream, 100 messages at a time."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.load import exchange
from bench.measure import Bench, prepared
from tools import ROOT
from tools.running import Hub

INTEGRATIONS = 8
BATCH = 100
AIM = 200
"""Polls with their acknowledgement per second, over all integrations."""
BATCHES = 40
"""Of one integration in a measurement."""


@dataclass
class Polled:
    """Integrations whose queues are full."""

    bench: Bench
    integrations: list[str]

    def rate(self) -> float:
        """Batches that were polled and confirmed per second, until every queue is empty."""
        started = time.perf_counter()
        batches = asyncio.run(self._drain())
        return batches / (time.perf_counter() - started)

    async def _drain(self) -> int:
        return sum(await asyncio.gather(*map(self._consume, self.integrations)))

    async def _consume(self, integration_id: str) -> int:
        """What an ERP does: poll, confirm, again; how many batches it got."""
        messages = f"/v1/integrations/{integration_id}/outbound/messages"
        reader, writer = await asyncio.open_connection("127.0.0.1", self.bench.hub.port)
        batches = 0
        while True:
            answer = await exchange(reader, writer, f"{messages}/poll", self.bench.token, b'{"limit":100}')
            got = json.loads(answer)["messages"]
            if not got:
                break
            acks = [{"id": one["id"], "lease_token": one["lease_token"]} for one in got]
            body = json.dumps({"acks": acks}).encode()
            answer = await exchange(reader, writer, f"{messages}/ack", self.bench.token, body)
            if answer.count(b'"accepted"') != len(got):
                raise RuntimeError(f"not all were accepted: {answer[:300].decode()}")
            batches += 1
        writer.close()
        return batches


@contextmanager
def filled(database_url: str, batches: int = BATCHES) -> Iterator[Polled]:
    """A hub with the integrations, their queues filled by a process of its own."""
    with prepared(database_url) as bench:
        hub, token = bench.hub, bench.token
        integrations = [_integration(hub, token, number) for number in range(INTEGRATIONS)]
        command = [sys.executable, "-m", "bench.fill_queue", str(batches * BATCH), *integrations]
        subprocess.run(command, cwd=ROOT, env=hub.environment(), check=True)
        yield Polled(bench, integrations)


def _integration(hub: Hub, token: str, number: int) -> str:
    answer = hub.request("POST", "/v2/integrations", {"name": f"ERP {number}"}, token)
    if answer.status != 201:
        raise RuntimeError(f"the integration was not created: {answer.text}")
    return str(answer.json()["id"])
