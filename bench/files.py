"""Files through a file proxy: what they add to the memory of the web server, and how fast they pass."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from bench.measure import Bench, prepared
from bench.memory import peak_of, resident_mb

MIB = 1024 * 1024
GIB = 1024 * MIB
PIECE = b"QUJD" * 65536
"""Base64 of ABC, again and again: a file as it is, and a file within JSON."""
MOST_ADDED_MB = 50
PAUSE_S = 0.1


@dataclass
class Upstream:
    """A system that hands out files of any size: /raw as they are, /json in base64. sent counts by connection."""

    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    sent: list[int] = field(default_factory=list)
    ended: list[bool] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        """Until the listener is closed."""
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                number = len(self.sent)
                self.sent.append(0)
                self.ended.append(False)
                threading.Thread(target=self._answer, args=(connection, number), daemon=True).start()

    def _answer(self, connection: socket.socket, number: int) -> None:
        with connection, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536)
            parts = urlsplit(head.split(b" ")[1].decode())
            size = int(parse_qs(parts.query)["size"][0])
            before, after = (b'{"data": "', b'"}') if parts.path == "/json" else (b"", b"")
            length = len(before) + size + len(after)
            connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode() + before)
            for _ in range(size // len(PIECE)):
                connection.sendall(PIECE)
                self.sent[number] += len(PIECE)
            connection.sendall(after)
        self.ended[number] = True


@dataclass
class Files:
    """A hub with one recipe for files as they are and one for files in JSON."""

    bench: Bench
    upstream: Upstream
    integration_id: str

    def download(self, kind: str, size: int, *, at_most: int | None = None) -> int:
        """Bytes that came; at_most: hang up after so many."""
        connection = http.client.HTTPConnection("127.0.0.1", self.bench.hub.port, timeout=600)
        connection.request("GET", self._link(kind, size))
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"the file was not handed out: {answer.status} {answer.read(500).decode()}")
        received = 0
        while piece := answer.read(MIB):
            received += len(piece)
            if at_most is not None and received >= at_most:
                break
        connection.close()
        return received

    def added_mb(self, kind: str, size: int, *, expected: int) -> tuple[float, float]:
        """Megabytes that a download adds to the web server at its peak, and megabytes per second."""
        self.download(kind, MIB)
        before = self._memory()
        began = time.perf_counter()
        with peak_of(self._memory) as peak:
            received = self.download(kind, size)
        seconds = time.perf_counter() - began
        if received != expected:
            raise RuntimeError(f"{received} bytes came instead of {expected}")
        return peak[0] - before, received / MIB / seconds

    def seconds_until_left(self) -> float:
        """How long after whoever asked has hung up the other system is hung up on, too."""
        self.download("raw", GIB, at_most=4 * MIB)
        began = time.perf_counter()
        while not self.upstream.ended[-1]:
            if time.perf_counter() - began > 60:
                raise RuntimeError("the other system is still sending after a minute")
            time.sleep(PAUSE_S)
        return time.perf_counter() - began

    def _memory(self) -> float:
        web = self.bench.hub.web
        return resident_mb([web.pid]) if web is not None else 0.0

    def _link(self, kind: str, size: int) -> str:
        """The path and query of a signed link to a file of that size."""
        hub, token = self.bench.hub, self.bench.token
        named = {"orgId": "1", "integrationId": self.integration_id, "useCaseSlug": kind, "size": str(size)}
        address = f"{hub.address}/download?{urlencode(named)}"
        file = hub.request("POST", "/v1/entity/file", {"filename": "f", "custom_download_url": address}, token).json()
        answer = hub.request("POST", f"/v1/entity/file/{file['_id']}:download", {}, token)
        if answer.status != 200:
            raise RuntimeError(f"the link was not signed: {answer.text}")
        parts = urlsplit(answer.json()["url"])
        return f"{parts.path}?{parts.query}"


@contextmanager
def set_up(database_url: str) -> Iterator[Files]:
    """The hub, the other system and the recipes between them."""
    upstream = Upstream()
    threading.Thread(target=upstream.serve, daemon=True).start()
    with prepared(database_url) as bench, upstream.listener:
        use_cases = [_recipe(upstream, kind) for kind in ("raw", "json")]
        answer = bench.hub.request("POST", "/v2/integrations", {"name": "DMS", "use_cases": use_cases}, bench.token)
        if answer.status != 201:
            raise RuntimeError(f"the recipes were not stored: {answer.text}")
        yield Files(bench, upstream, str(answer.json()["id"]))


def _recipe(upstream: Upstream, kind: str) -> dict[str, object]:
    is_raw = kind == "raw"
    step = {
        "url": f"{upstream.url}/{kind}?size={{{{params.size}}}}",
        "method": "GET",
        "response_type": "binary" if is_raw else "json",
    }
    response = {"body": f"steps[0].body{'' if is_raw else '.data'}", "encoding": "binary" if is_raw else "base64"}
    configuration = {"params": [{"name": "size", "required": True}], "steps": [step], "response": response}
    return {"name": kind, "slug": kind, "type": "file_proxy", "enabled": True, "configuration": configuration}
