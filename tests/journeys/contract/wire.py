"""Bytes on a real connection: requests that no client library would send."""

from __future__ import annotations

import contextlib
import json
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tools.running import PATIENCE_S, Hub

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True)
class Reply:
    """What came back; status 0 when the server closed the connection without a word."""

    status: int
    head: bytes
    body: bytes

    def json(self) -> Any:
        """The parsed body. Any: whatever was sent."""
        return json.loads(self.body)


def exchange(hub: Hub, head: list[str], pieces: Iterable[bytes] = (), *, closes: bool = False) -> Reply:
    """Send the lines of a head and then the pieces as they are; closes ends our half of the connection after them."""
    with socket.create_connection(("127.0.0.1", hub.port), timeout=PATIENCE_S) as connection:
        # A server that has answered may close before it has read everything.
        with contextlib.suppress(ConnectionError):
            connection.sendall("".join(f"{line}\r\n" for line in [*head, ""]).encode())
            for piece in pieces:
                connection.sendall(piece)
            if closes:
                connection.shutdown(socket.SHUT_WR)
        return _read(connection)


def _read(connection: socket.socket) -> Reply:
    told = b""
    with contextlib.suppress(ConnectionError):
        while not _is_whole(told) and (piece := connection.recv(65536)):
            told += piece
    head, _, body = told.partition(b"\r\n\r\n")
    return Reply(int(head.split(b" ", 2)[1]) if head else 0, head, body)


def _is_whole(told: bytes) -> bool:
    head, end, body = told.partition(b"\r\n\r\n")
    length = LENGTH.search(head + b"\r\n")
    return bool(end) and length is not None and len(body) >= int(length[1])


def chunk(content: bytes) -> bytes:
    """One chunk of a chunked body; an empty one ends it."""
    return b"%x\r\n%b\r\n" % (len(content), content)
