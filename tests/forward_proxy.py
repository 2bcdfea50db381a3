"""ForwardProxy: a real CONNECT proxy on loopback that notes what it is asked for and leads all of it to one place."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self

LONGEST_LIFE_S = 10


class ForwardProxy:
    """Whatever address it is asked for, the tunnel ends at target, a port on loopback; None refuses them all."""

    def __init__(self, target: int | None) -> None:
        self.heads: list[str] = []
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept, daemon=True)

    @property
    def asked(self) -> list[str]:
        """The addresses with their ports, in order."""
        return [head.split(" ")[1] for head in self.heads]

    @property
    def url(self) -> str:
        """What a setting names it by."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in [self._acceptor, *self._threads]:
            thread.join(LONGEST_LIFE_S)
        for one in self._open:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.settimeout(LONGEST_LIFE_S)
            self._open.append(client)
            self._begin(self._serve, client)

    def _begin(self, function: object, *sockets: socket.socket) -> None:
        thread = threading.Thread(target=function, args=sockets, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                piece = client.recv(1)
                if not piece:
                    return
                head += piece
            self.heads.append(head.decode())
            if self._target is None:
                client.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
                client.shutdown(socket.SHUT_RDWR)
                return
            onward = socket.create_connection(("127.0.0.1", self._target), timeout=LONGEST_LIFE_S)
            self._open.append(onward)
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self._begin(self._pump, onward, client)
            self._pump(client, onward)

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                sink.sendall(piece)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
