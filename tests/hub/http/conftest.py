"""Both clients behind one function, so that every threat meets both; and names that resolve to what a test says."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable
from typing import Protocol

import pytest

from hub.http import client, resolving
from hub.http.addresses import EgressPolicy
from hub.http.failures import HttpFailure
from hub.http.messages import KIB, Answer, Budget, Request
from hub.http.pool import Pool
from hub.http.url import IpAddress, parse
from tests.hub.http.receivers import Receiver

LOOPBACK = EgressPolicy.of(["127.0.0.1"])
GENEROUS = Budget(connect_s=5, total_s=10, request_bytes=64 * KIB, read_bytes=64 * KIB, kept_bytes=64 * KIB)
SHORT = Budget(connect_s=0.5, total_s=0.5, request_bytes=64 * KIB, read_bytes=64 * KIB, kept_bytes=64 * KIB)
"""For what would never end: half a second is over before any receiver of a test gives up."""


class Send(Protocol):
    """A client under test."""

    def __call__(self, request: Request, *, policy: EgressPolicy = ..., budget: Budget = ...) -> Answer:
        """The answer, or HttpFailure."""


def _send_sync(request: Request, *, policy: EgressPolicy = LOOPBACK, budget: Budget = GENEROUS) -> Answer:
    return client.send(request, policy=policy, budget=budget)


def sent_async(request: Request, *, policy: EgressPolicy = LOOPBACK, budget: Budget = GENEROUS) -> Answer:
    """By the pool."""

    async def sent() -> Answer:
        async with Pool() as pool:
            return await pool.send(request, organization_id=1, policy=policy, budget=budget)

    return asyncio.run(sent())


@pytest.fixture(params=[_send_sync, sent_async], ids=["client", "pool"])
def send(request: pytest.FixtureRequest) -> Send:
    """One client, then the other."""
    return request.param  # type: ignore[no-any-return]  # pytest does not know


class Names:
    """A resolver in place of the system's. Each look-up takes the next answer, and the last one again and again."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._answers: dict[str, list[list[IpAddress]]] = {}

    def resolve(self, host: str, *answers: list[str]) -> None:
        """What host resolves to, at first and later."""
        self._answers[host] = [[ipaddress.ip_address(text) for text in answer] for answer in answers]

    def look_up(self, host: str, port: int) -> list[IpAddress]:
        """In the place of resolving.look_up."""
        self.asked.append(host)
        answers = self._answers.get(host)
        if not answers:
            raise OSError("no such name")
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Nothing resolves until the test says so."""
    made = Names()
    monkeypatch.setattr(resolving, "look_up", made.look_up)
    return made


def request_to(receiver: Receiver, path: str = "/", *, host: str = "127.0.0.1", method: str = "GET") -> Request:
    """A request without headers and body."""
    return Request(method, parse(f"http://{host}:{receiver.port}{path}"))


def failure_of(call: Callable[[], object]) -> HttpFailure:
    """The failure that call ends with."""
    with pytest.raises(HttpFailure) as caught:
        call()
    return caught.value
