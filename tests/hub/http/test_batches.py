"""A batch is sent from code that waits for it, on connections that earlier batches have left."""

from __future__ import annotations

import socket
import threading

import pytest

from hub.http.batches import BatchSender
from hub.http.messages import Request
from hub.http.pool import Pool
from tests.hub.http.conftest import GENEROUS, LOOPBACK, request_to
from tests.hub.http.receivers import Receiver, answering, saying

pytestmark = pytest.mark.once


def _batch(request: Request, count: int):
    async def batch(pool: Pool) -> list[int]:
        return [
            (await pool.send(request, organization_id=1, policy=LOOPBACK, budget=GENEROUS)).status for _ in range(count)
        ]

    return batch


def test_connections_outlive_a_batch():
    with Receiver(answering()) as receiver, BatchSender() as sender:
        assert sender.run(_batch(request_to(receiver), 2)) == [200, 200]
        assert sender.run(_batch(request_to(receiver), 1)) == [200]
        assert receiver.connections == 1


def test_a_connection_that_ended_between_batches_is_not_used():
    ended = threading.Semaphore(0)

    def script(connection: socket.socket) -> None:
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")(connection)
        ended.release()

    with Receiver(script) as receiver, BatchSender() as sender:
        request = Request("POST", request_to(receiver).url, (), b"{}")
        for _ in range(2):
            assert sender.run(_batch(request, 1)) == [200]
            assert ended.acquire(timeout=5)
        assert len(receiver.requests) == 2
