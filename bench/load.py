"""post_all: request bodies posted over a few kept-open connections, with the time each answer took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Load:
    """What a run of requests took. latencies_s is sorted."""

    seconds: float
    latencies_s: list[float]

    def percentile_ms(self, share: float) -> float:
        """The latency that this share of the requests stayed below."""
        return percentile(self.latencies_s, share) * 1000


def percentile(figures: Sequence[float], share: float) -> float:
    """What this share of the figures, which are sorted, stayed below."""
    return figures[min(len(figures) - 1, int(len(figures) * share))]


INTAKE: Final = "/v3/erp/updates/events"


@dataclass(frozen=True)
class Door:
    """Where bodies are posted, and what every answer must hold."""

    port: int
    path: str
    token: str
    told: bytes


def post_all(port: int, token: str, bodies: Sequence[bytes], *, clients: int) -> Load:
    """Post every body of events once, shared among clients that each wait for their answer. Raises when one is not a
    200."""
    return post_to(Door(port, INTAKE, token, b'"success"'), bodies, clients=clients)


def post_to(door: Door, bodies: Sequence[bytes], *, clients: int, per_second: float = 0.0) -> Load:
    """The same for another door; so many a second, or as fast as the answers come.

    With a rate, an answer takes from the moment at which its request was due: one whose client was still waiting for
    another answer is as late as it would be for whoever sends it.
    """
    return asyncio.run(_post_all(door, bodies, clients, per_second))


async def _post_all(door: Door, bodies: Sequence[bytes], clients: int, per_second: float) -> Load:
    started = time.perf_counter()
    waiting = iter((started + place / per_second if per_second else 0.0, body) for place, body in enumerate(bodies))
    latencies: list[float] = []
    await asyncio.gather(*(_client(door, waiting, latencies) for _ in range(clients)))
    return Load(time.perf_counter() - started, sorted(latencies))


async def _client(door: Door, waiting: Iterator[tuple[float, bytes]], latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    for due, body in waiting:
        if due:
            await asyncio.sleep(max(due - time.perf_counter(), 0))
        started = due or time.perf_counter()
        answer = await exchange(reader, writer, door.path, door.token, body)
        if door.told not in answer:
            raise RuntimeError(f"200 {answer[:300].decode()}")
        latencies.append(time.perf_counter() - started)
    writer.close()


async def exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, token: str, body: bytes
) -> bytes:
    """Post one body over a connection that stays open; the body of the answer. Raises when it is not a 200."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await writer.drain()
    answer = await reader.readuntil(b"\r\n\r\n")
    status = answer.split(b" ", 2)[1]
    length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    content = await reader.readexactly(int(length.split(b":")[1]))
    if status != b"200":
        raise RuntimeError(f"{status.decode()} {content[:300].decode()}")
    return content
