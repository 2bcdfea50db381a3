"""URLs that no call may lead to, and the connections that are tried meanwhile."""

from __future__ import annotations

import socket
from typing import Any

import pytest

NOWHERE = [
    *("https://169.254.169.254/latest/meta-data/", "https://127.0.0.1:8000/admin/", "https://10.0.0.5/"),
    *("https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://0177.0.0.1/", "https://0/"),
    *("https://[::ffff:127.0.0.1]/", "https://[::127.0.0.1]/", "https://[64:ff9b::a9fe:a9fe]/"),
    *("https://[2002:7f00:1::]/", "https://[fec0::1]/", "https://[fd00:ec2::254]/", "https://[::1]/"),
    *("https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/", "https://ⓛocalhost/"),
    *("https://127.0.0.1\\@good.com/", "https://good.com\\@127.0.0.1/"),
    *("https://good.com@10.0.0.5/", "https://user:pw@good.com/"),
    *("https://localhost./", "https://LOCALHOST/", "https://a.localhost/", "https://metadata.google.internal/"),
    *("file:///etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL", "ftp://x.example/", "https://db.example:5432/"),
    f"https://{'0x' + '0' * 246 + '7f000001'}.example.com/",
]
"""In https, so that none of them is refused for want of encryption alone."""
WITH_NUL = "https://127.0.0.1\0.example.com/"
"""One that no configuration can hold in every database, but requests and answers can."""


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The address of every connection that this process tries to make during the test; they are made all the same."""
    tried: list[Any] = []
    plain = socket.socket.connect

    def connect(opened: socket.socket, address: Any) -> None:
        tried.append(address)
        plain(opened, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return tried
