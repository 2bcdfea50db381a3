"""A body that is not in memory goes out piece by piece, whole and with its length, by both clients."""

from __future__ import annotations

import socket
import threading
import tracemalloc
from collections.abc import Iterator

import pytest

from hub.http.failures import FailureKind
from hub.http.messages import KIB, MIB, Budget, Pieces, Request
from hub.http.url import parse
from tests.hub.http.conftest import GENEROUS, Send, failure_of, sent_async
from tests.hub.http.receivers import Receiver, answering

pytestmark = pytest.mark.once

LARGE = Budget(connect_s=5, total_s=30, request_bytes=64 * MIB, read_bytes=64 * KIB, kept_bytes=64 * KIB)
PIECE = b"0123456789abcdef" * 16 * 1024


def posted(port: int, body: Pieces) -> Request:
    return Request("POST", parse(f"http://127.0.0.1:{port}/"), headers=(("webhook-id", "msg_1"),), body=body)


def of_texts(*texts: bytes) -> Pieces:
    return Pieces(sum(map(len, texts)), lambda: iter(texts))


def test_all_pieces_arrive_in_their_order_with_their_length(send: Send) -> None:
    with Receiver(answering()) as receiver:
        assert send(posted(receiver.port, of_texts(b"one,", b"two,", b"three"))).status == 200
    assert receiver.bodies == [b"one,two,three"]
    assert "Content-Length: 13" in receiver.heads[0]


def test_a_body_beyond_the_budget_is_refused_before_it_is_read(send: Send) -> None:
    def never() -> Iterator[bytes]:
        raise AssertionError

    with Receiver(answering()) as receiver:
        body = Pieces(GENEROUS.request_bytes + 1, never)
        assert failure_of(lambda: send(posted(receiver.port, body))).kind is FailureKind.REQUEST_TOO_LARGE
    assert receiver.requests == []


class Counting:
    """Reads the head of one request, then either counts the bytes of the body and answers, or answers at once."""

    def __init__(self, *, answers_early: bool = False) -> None:
        self.count = 0
        self._answers_early = answers_early
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, self._listener:
            head = connection.recv(64 * KIB)
            self.count = len(head.partition(b"\r\n\r\n")[2])
            if self._answers_early:
                connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
                connection.recv(1)
            while not self._answers_early and self.count < 48 * MIB:
                self.count += len(connection.recv(MIB))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    def end(self) -> None:
        self._thread.join(10)


def test_a_large_body_is_never_in_memory(send: Send) -> None:
    def many() -> Iterator[bytes]:
        for _ in range(48 * MIB // len(PIECE)):
            yield bytes(PIECE)

    receiver = Counting()
    tracemalloc.start()
    answer = send(posted(receiver.port, Pieces(48 * MIB, many)), budget=LARGE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    receiver.end()
    assert (answer.status, receiver.count) == (200, 48 * MIB)
    assert peak < 8 * MIB


def test_the_pool_takes_an_answer_that_comes_before_the_end_of_the_body() -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(48 * MIB // len(PIECE)):
            yield PIECE

    receiver = Counting(answers_early=True)
    try:
        answer = sent_async(posted(receiver.port, Pieces(48 * MIB, endless)), budget=LARGE)
    finally:
        receiver.end()
    assert answer.status == 413
