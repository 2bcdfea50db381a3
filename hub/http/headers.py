"""Headers: which ones an author may set, what they may hold, and those the hub sets itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Final

from hub.http.failures import FailureKind, HttpFailure
from hub.http.messages import Headers, Request
from hub.tracing import spans

VERSION: Final = version("integration-hub")
HOP: Final = "X-Hub-Hop"
"""How many hubs a call has passed; one that receives more than LAST_HOP refuses it."""
LAST_HOP: Final = 5
TRACE: Final = "traceparent"
"""Names the span that the call is part of, where the hub traces."""
MOST_HEADERS: Final = 64
LONGEST_VALUE: Final = 8 * 1024
"""Bytes, as sent."""
WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_|~-]{1,128}")
_REFUSED_IN_VALUES = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")

OF_THE_CONNECTION: Final = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer", "expect"}
    | {"accept-encoding", "user-agent", "http2-settings"}
)
"""The clients write these, or need them absent."""
OF_INTERMEDIARIES: Final = frozenset({"forwarded", "via", "x-real-ip", "x-http-method-override", "metadata-flavor"})
"""Receivers believe these of the machine in front of them."""
REFUSED_FAMILIES: Final = ("proxy-", "x-forwarded-", "x-aws-ec2-metadata-token", "x-hub-")
OWN_OF_DELIVERIES: Final = frozenset({"x-hub-ack-id", "x-hub-app-token"})
"""Headers of a refused family that the hub's own stages set; what an author sets under these names is dropped."""
RESERVED_OF_WEBHOOKS: Final = frozenset(
    {"x-epilot-org-id", "authorization", "a-im", "accept-charset", "accept-datetime", "cache-control"}
    | {"content-encoding", "content-type", "content-range", "content-md5", "range", "date", "from"}
    | {"if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "max-forwards"}
    | {"origin", "pragma", "referer", "server", "warning"}
)
RESERVED_FAMILIES_OF_WEBHOOKS: Final = ("x-amz-", "x-amzn-", "webhook-")


@dataclass(frozen=True, slots=True)
class DroppedHeader:
    """A custom header that is not sent, and why: said when it is saved, and again with each attempt."""

    name: str
    reason: str


def sort_custom(headers: Iterable[tuple[str, str]]) -> tuple[Headers, tuple[DroppedHeader, ...]]:
    """The custom headers of a webhook that are sent, and those that are dropped, with the reason of each."""
    kept, dropped = list[tuple[str, str]](), list[DroppedHeader]()
    for name, value in headers:
        reason = _reason_to_drop(name) or find_fault(name, value)
        if reason is None and len(kept) == MOST_HEADERS:
            reason = f"There are more than {MOST_HEADERS} headers."
        if reason is None:
            kept.append((name, value))
        else:
            dropped.append(DroppedHeader(name, reason))
    return tuple(kept), tuple(dropped)


def find_fault(name: str, value: str) -> str | None:
    """What makes a header one that no request of the hub carries, as a sentence, or None. Never repeats the value."""
    fault = _fault_of_name(name)
    if fault is not None or (value.isascii() and value.isprintable() and len(value) <= LONGEST_VALUE):
        return fault
    if _REFUSED_IN_VALUES.search(value):
        return f"The value of {name} holds a line break or another control character."
    if len(value.encode()) > LONGEST_VALUE:
        return f"The value of {name} is longer than {LONGEST_VALUE} bytes."
    return None


def is_reserved(name: str) -> bool:
    """Whether the hub leaves the header out of what a caller wants to have sent."""
    lower = name.lower()
    return lower in OF_THE_CONNECTION or lower in OF_INTERMEDIARIES or lower.startswith(REFUSED_FAMILIES)


def check(headers: Headers) -> None:
    """Raise HttpFailure for the first header that no request may carry, or for too many of them."""
    if len(headers) > MOST_HEADERS:
        raise HttpFailure(FailureKind.HEADER_REFUSED, f"The request has more than {MOST_HEADERS} headers. Send fewer.")
    for name, value in headers:
        fault = find_fault(name, value)
        if fault is not None:
            raise HttpFailure(FailureKind.HEADER_REFUSED, fault)


def head_of(request: Request, *, keeps_alive: bool) -> bytes:
    """The request line and all headers as they are sent: the hub's own, then those of the request, which was checked.

    Content-Length stands wherever a body may. A traceparent of the request's author is the only one.
    """
    lines = [
        f"{request.method} {request.url.path_and_query} HTTP/1.1",
        f"Host: {request.url.authority}",
        f"User-Agent: {request.agent}/{VERSION}",
        "Accept-Encoding: identity",
        f"{HOP}: {request.hop}",
        *(f"{name}: {value}" for name, value in request.headers),
    ]
    if (parent := spans.present()) and not any(name.lower() == TRACE for name, _ in request.headers):
        lines.append(f"{TRACE}: {parent}")
    if request.body is not None or request.method in WITH_BODY:
        lines.append(f"Content-Length: {request.body_bytes}")
    if not keeps_alive:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "\r\n"]).encode()


@lru_cache(maxsize=1024)
def _fault_of_name(name: str) -> str | None:
    if not _NAME.fullmatch(name):
        return "The name holds a character that header names do not have, or is longer than 128 characters."
    lower = name.lower()
    if lower in OWN_OF_DELIVERIES:
        return None
    if is_reserved(name):
        return f"{name} is set by the hub or by nobody. Leave it out."
    return None


def _reason_to_drop(name: str) -> str | None:
    lower = name.lower()
    if lower in RESERVED_OF_WEBHOOKS | OWN_OF_DELIVERIES or lower.startswith(RESERVED_FAMILIES_OF_WEBHOOKS):
        return f"{name} belongs to the hub's own headers of a webhook. Choose another name."
    return None
