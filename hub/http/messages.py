"""Request, Budget and Answer: what goes out, how much it may cost, and what came back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from hub.http.url import Url

Headers: TypeAlias = tuple[tuple[str, str], ...]

KIB: Final = 1024
MIB: Final = 1024 * KIB
LOOK_UP_S: Final = 3.0
"""How long a name is looked up; the system's own limit is minutes."""
HEAD_BYTES: Final = 64 * KIB
"""Of the status line and the headers of an answer, together."""
HEAD_LINES: Final = 100

IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
NAMING_HEADERS: Final = frozenset({"webhook-id", "idempotency-key"})
"""Headers by which a receiver recognizes what it already has."""


HUB_AGENT: Final = "integration-hub"
"""What the hub calls itself where it calls others (proxies-and-security.md section 7); its version follows."""
WEBHOOK_AGENT: Final = "hub-webhooks"
"""What it calls itself where it delivers: receivers tell its deliveries by that (outbound.md 6.6)."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A body that is not in memory: size in bytes, and what reads it from its beginning, for each try anew.

    read may wait for a disk, so it is never called where an event loop runs.
    """

    size: int
    read: Callable[[], Iterator[bytes]] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One request. headers are what its author and the hub's own stages set; the clients add the rest.

    hop counts the hubs that what is sent here has passed, this one included. agent is the name in User-Agent. Its repr
    holds no secret.
    """

    method: str
    url: Url
    headers: Headers = field(default=(), repr=False)
    body: bytes | Pieces | None = field(default=None, repr=False)
    hop: int = 1
    agent: str = HUB_AGENT

    @property
    def body_bytes(self) -> int:
        """How long the body is; 0 without one."""
        return self.body.size if isinstance(self.body, Pieces) else len(self.body or b"")

    @property
    def is_repeatable(self) -> bool:
        """Whether it does no harm when the receiver gets it twice."""
        return self.method in IDEMPOTENT or any(name.lower() in NAMING_HEADERS for name, _ in self.headers)


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds and bytes that a request may take. total_s is the wall clock over everything.

    At most read_bytes of the body are read, as sent and as decoded. Where fewer are kept, the body is only looked at:
    a longer one is cut. Where kept_bytes is not less than read_bytes the body is needed: a longer one is a failure.
    """

    connect_s: float
    total_s: float
    request_bytes: int
    read_bytes: int
    kept_bytes: int

    @property
    def needs_whole_body(self) -> bool:
        """Whether a body that is longer than read_bytes is of no use."""
        return self.kept_bytes >= self.read_bytes


WEBHOOK: Final = Budget(connect_s=5, total_s=30, request_bytes=4 * MIB, read_bytes=MIB, kept_bytes=64 * KIB)
"""A delivery. What an event may weigh is checked where its body is made; this is the ceiling of all of them."""
TOKEN_REQUEST: Final = Budget(connect_s=5, total_s=10, request_bytes=64 * KIB, read_bytes=64 * KIB, kept_bytes=64 * KIB)
MANAGED_CALL: Final = Budget(connect_s=5, total_s=25, request_bytes=4 * MIB, read_bytes=10 * MIB, kept_bytes=10 * MIB)
"""Somebody waits for what the answer is mapped to; so all of it is needed."""
CONNECTION_TEST: Final = Budget(connect_s=3, total_s=10, request_bytes=MIB, read_bytes=128 * KIB, kept_bytes=64 * KIB)
"""Somebody sits in front of the page and looks at the beginning of the answer."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds. dns_ms and connect_ms, which includes TLS, are 0 where a connection was used again.

    first_byte_ms counts from the start until the head of the answer was read.
    """

    dns_ms: float
    connect_ms: float
    first_byte_ms: float
    total_ms: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, redirects included as they are. body holds what the budget keeps, decoded.

    address is the one that was connected to.
    """

    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    is_cut: bool
    timings: Timings
    address: str

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case, or None."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), None)
