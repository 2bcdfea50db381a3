"""Receiver: the other end of the wire, on loopback, as badly behaved as a test wants it."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Self

Script = Callable[[socket.socket], None]
"""What happens after a request was read; the connection is closed when it raises OSError or says so itself."""

TLS_HELLO = b"\x16\x03"
"""What a client says first that expects encryption; to a receiver without it that is a request."""
LONGEST_LIFE_S = 10
"""No receiver does anything for longer."""


class Receiver:
    """Reads requests and plays a script after each. requests are the bytes that came, in order."""

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.callers: set[str] = set()
        self._script = script
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    @property
    def heads(self) -> list[str]:
        return [request.partition(b"\r\n\r\n")[0].decode() for request in self.requests]

    @property
    def bodies(self) -> list[bytes]:
        return [request.partition(b"\r\n\r\n")[2] for request in self.requests]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(LONGEST_LIFE_S)

    def _accept(self) -> None:
        while True:
            try:
                connection, caller = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self.callers.add(str(caller[0]))
            connection.settimeout(LONGEST_LIFE_S)
            self._open.append(connection)
            self._threads.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
            self._threads[-1].start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), plain:
            connection = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
            with connection:
                while (request := _read_request(connection)) is not None:
                    self.requests.append(request)
                    self._script(connection)


def _read_request(connection: socket.socket) -> bytes | None:
    received = b""
    while b"\r\n\r\n" not in received and not received.startswith(TLS_HELLO):
        piece = connection.recv(65536)
        if not piece:
            return None
        received += piece
    length = re.search(rb"(?im)^content-length: (\d+)\r$", received)
    missing = int(length[1]) if length else 0
    while len(received.partition(b"\r\n\r\n")[2]) < missing:
        received += connection.recv(65536)
    return received


def answering(
    body: bytes = b"ok", *, status: str = "200 OK", headers: tuple[str, ...] = (), has_length: bool = True
) -> Script:
    """A usual answer; the connection stays open."""
    lines = [f"HTTP/1.1 {status}", *headers, *([f"Content-Length: {len(body)}"] if has_length else [])]
    sent = "\r\n".join([*lines, "", ""]).encode() + body
    return lambda connection: connection.sendall(sent)


def saying(*pieces: bytes) -> Script:
    """Exactly these bytes, then the end of the connection."""

    def script(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_RDWR)

    return script


def dripping(head: bytes, drop: bytes, *, every_s: float) -> Script:
    """The head, then a drop now and then, for much longer than any test waits; then the end of the connection."""
    stop = threading.Event()

    def script(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(int(LONGEST_LIFE_S / 2 / every_s)):
            connection.sendall(drop)
            stop.wait(every_s)
        connection.shutdown(socket.SHUT_RDWR)

    return script


def flooding(head: bytes, piece: bytes, *, at_most: int) -> Script:
    """The head, then the piece again and again until so many bytes are sent or nobody takes more."""

    def script(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(at_most // len(piece)):
            connection.sendall(piece)

    return script
