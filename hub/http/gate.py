"""check: everything about a request that can be refused before a name is looked up; the same for both clients."""

from __future__ import annotations

import re
from typing import Final

from hub.http import headers
from hub.http.addresses import EgressPolicy
from hub.http.failures import FailureKind, HttpFailure
from hub.http.messages import HEAD_BYTES, HEAD_LINES, Budget, Headers, Request

_METHOD: Final = re.compile(r"[A-Z]{1,16}")
TUNNELS: Final = frozenset({"CONNECT", "TRACE"})
"""Methods that open a way through the receiver, or show what was sent."""


def check(request: Request, *, policy: EgressPolicy, budget: Budget) -> None:
    """Raise HttpFailure. What this lets pass has yet to be resolved and checked by the policy."""
    if not _METHOD.fullmatch(request.method) or request.method in TUNNELS:
        raise HttpFailure(FailureKind.HEADER_REFUSED, "The method is none that the hub sends. Use GET or POST.")
    headers.check(request.headers)
    policy.check_url(request.url)
    if request.body_bytes > budget.request_bytes:
        raise HttpFailure(
            FailureKind.REQUEST_TOO_LARGE,
            f"The request is larger than {budget.request_bytes} bytes. Send less at once.",
        )


def check_head(host: str, status: int, received: Headers) -> None:
    """Raise HttpFailure for an answer that is none, or has more headers than anybody needs."""
    if status < 200:
        raise HttpFailure(FailureKind.BAD_RESPONSE, f"{host} wants to speak another protocol than HTTP.")
    if len(received) > HEAD_LINES or sum(len(name) + len(value) for name, value in received) > HEAD_BYTES:
        raise HttpFailure(
            FailureKind.BAD_RESPONSE,
            f"{host} answered with more than {HEAD_LINES} headers or {HEAD_BYTES} bytes of them.",
        )
