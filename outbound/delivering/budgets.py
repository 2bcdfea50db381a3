"""budget_of and time_for: what an attempt may take, by the bytes that it sends; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from hub.http.messages import MIB, WEBHOOK, Budget, Pieces, Request

BYTES_PER_S: Final = MIB // 2
"""What a receiver of files has to take at least: 100 MiB in 200 s, on top of the time that any request has."""


def budget_of(request: Request) -> Budget:
    """Of one request. What is read from a file may be long, and has the longer the longer it is."""
    if not isinstance(request.body, Pieces):
        return WEBHOOK
    size = request.body.size
    return replace(
        WEBHOOK, total_s=WEBHOOK.total_s + size / BYTES_PER_S, request_bytes=max(size, WEBHOOK.request_bytes)
    )


def time_for(file_bytes: int) -> timedelta:
    """How long an attempt may take that carries files of so many bytes, until it is given up: they are read from the
    storage first, then sent, as base64 at worst."""
    return timedelta(seconds=WEBHOOK.total_s + (1 + 4 / 3) * file_bytes / BYTES_PER_S)
