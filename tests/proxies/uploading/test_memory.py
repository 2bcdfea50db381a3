"""A file of 64 MB passes through the hub without ever being in its memory."""

from __future__ import annotations

import base64
import hashlib
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from proxies.uploading.orders import FileToSend
from tests.builders import make_variable
from tests.proxies.uploading.world import a_file

MIB = 1024 * 1024
PIECE = bytes(range(256)) * 256
PIECES = 64 * MIB // len(PIECE)


class Counting:
    """A document system that keeps nothing: how many bytes came, and the digest of them."""

    def __init__(self) -> None:
        self.size = 0
        self.digest = hashlib.sha256()
        counting = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                left = int(self.headers["Content-Length"])
                while left:
                    piece = self.rfile.read(min(left, 65_536))
                    counting.digest.update(piece)
                    counting.size += len(piece)
                    left -= len(piece)
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@contextmanager
def counting() -> Iterator[Counting]:
    one = Counting()
    thread = Thread(target=one.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield one
    finally:
        one.server.shutdown()
        one.server.server_close()
        thread.join()


def large_file() -> FileToSend:
    facts = a_file().facts | {"size_bytes": PIECES * len(PIECE)}
    return FileToSend(facts=facts, size=PIECES * len(PIECE), pieces=lambda: (PIECE for _ in range(PIECES)))


def digest_of(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def in_document() -> Iterator[bytes]:
    yield b'{"doc":"'
    whole, rest = divmod(PIECES * len(PIECE), 3 * len(PIECE))
    for _ in range(whole):
        yield base64.b64encode(PIECE * 3)
    yield base64.b64encode((PIECE * 3)[:rest])
    yield b'"}'


@pytest.mark.parametrize(
    ("step", "expected"),
    [({}, lambda: (PIECE for _ in range(PIECES))), ({"body_jsonata": '{"doc": $file_data.base64}'}, in_document)],
    ids=["as it is", "in base64"],
)
def test_a_large_file_is_never_in_memory(world: Any, step: dict[str, str], expected: Any) -> None:
    with counting() as dms:
        make_variable(
            organization=world.organization, key="large", value=f"http://127.0.0.1:{dms.server.server_address[1]}"
        )
        world.one_step(url="{{env.large}}/upload", **step)
        tracemalloc.start()
        try:
            outcome = world.upload(large_file())
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert outcome.code == "FILE_UPLOADED"
    assert dms.digest.hexdigest() == digest_of(expected())
    assert peak < 8 * MIB
