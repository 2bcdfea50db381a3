"""receivers: a process that answers what the hub delivers, at once or after a pause."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event as ProcessEvent
from typing import Any, Final

NO_CONTENT: Final = b"HTTP/1.1 204 No Content\r\n\r\n"


class _Receiver(asyncio.Protocol):
    """Answers every request alike, after a pause; understands what the hub sends and nothing else."""

    def __init__(self, pause_s: float, answer: bytes) -> None:
        self._pause_s = pause_s
        self._said = answer
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
            self._transport.write(self._said)


def _serve(listeners: list[socket.socket], pause_s: float, answer: bytes, ready: ProcessEvent) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        for listener in listeners:
            await loop.create_server(lambda: _Receiver(pause_s, answer), sock=listener, backlog=1024)
        ready.set()
        await asyncio.Event().wait()

    asyncio.run(main())


@contextmanager
def receivers(number: int, pause_s: float, answer: bytes = NO_CONTENT) -> Iterator[list[int]]:
    """The ports of so many receivers, in one process of their own; answer is all that they ever say."""
    listeners = [socket.create_server(("127.0.0.1", 0), backlog=1024) for _ in range(number)]
    ready = multiprocessing.Event()
    process = multiprocessing.Process(target=_serve, args=(listeners, pause_s, answer, ready), daemon=True)
    process.start()
    ready.wait(10)
    try:
        yield [listener.getsockname()[1] for listener in listeners]
    finally:
        process.kill()
        process.join()
        for listener in listeners:
            listener.close()
