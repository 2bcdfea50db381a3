"""connect: a socket to a checked address that never waits beyond its deadline, however slowly the peer drips."""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from hub.http import tls
from hub.http.addresses import EgressPolicy
from hub.http.deadline import Deadline
from hub.http.failures import FailureKind, HttpFailure, connecting_timed_out, of_securing
from hub.http.messages import HEAD_BYTES
from hub.http.tunnels import closing_on_failure, open_plain
from hub.http.url import IpAddress, Url

READ_AHEAD: Final = io.DEFAULT_BUFFER_SIZE
"""What the buffered reader may have taken of the body before the head is complete."""


class Stage(StrEnum):
    """What is under way until a connection stands."""

    ADDRESS = "address"
    """Whether the policy allows it, before anything is looked up."""
    NAME = "name"
    CONNECT = "connect"
    SECURE = "secure"


def unwatched(_: Stage) -> None:
    """Whoever is told of every stage as it begins, where nobody wants to know."""


if TYPE_CHECKING:
    _Socket: TypeAlias = socket.socket
else:
    _Socket = object


class Bounded(_Socket):
    """What both kinds of socket do before and after they wait. deadline and address are set before the first use."""

    deadline: Deadline
    address: str
    """Where it leads; a peer that is gone cannot be asked any more."""
    head_bytes: int | None = 0
    """Received so far of the head of the answer; None when the head is complete."""

    def recv_into(
        self, buffer: Any, nbytes: int | None = 0, flags: int = 0
    ) -> int:  # Any: the buffer protocol has no type
        self.settimeout(self.deadline.left())
        count = super().recv_into(buffer, nbytes or 0, flags)
        if self.head_bytes is not None:
            self.head_bytes += count
            self._check_head(self.head_bytes)
        return count

    def _check_head(self, received: int) -> None:
        if received > HEAD_BYTES + READ_AHEAD:
            raise HttpFailure(FailureKind.BAD_RESPONSE, f"{self.deadline.host} answered with headers without end.")

    def send(self, data: Any, flags: int = 0) -> int:  # Any: as above
        self.settimeout(self.deadline.left())
        return super().send(data, flags)

    def sendall(self, data: Any, flags: int = 0) -> None:  # Any: as above
        self.settimeout(self.deadline.left())
        super().sendall(data, flags)


class PlainSocket(Bounded, socket.socket):
    """To a host that the operator allows without encryption; under every TlsSocket, too."""


class TlsSocket(Bounded, ssl.SSLSocket):
    """To everybody else."""


def connect(
    url: Url,
    addresses: Sequence[IpAddress],
    *,
    policy: EgressPolicy,
    connect_s: float,
    deadline: Deadline,
    watch: Callable[[Stage], None] = unwatched,
) -> Bounded:
    """A socket to the first of the addresses that answers, within connect_s for all of them, TLS included.

    It waits until deadline. watch is told of each stage that begins, again for each address. Raises HttpFailure.
    """
    within = Deadline(url.host, min(connect_s, deadline.left()))
    failure = connecting_timed_out(url.host)
    for position, address in enumerate(addresses):
        try:
            watch(Stage.CONNECT)
            seconds = within.left() / (len(addresses) - position)
            plain = open_plain(url, address, egress=policy.egress, seconds=seconds, sockets=PlainSocket)
            opened = plain if url.scheme == "http" else _secured(url, plain, policy, within, watch)
            opened.deadline, opened.address = deadline, str(address)
            return opened
        except HttpFailure as error:
            failure = error
            if not error.is_transient:
                break
    raise connecting_timed_out(url.host) if failure.kind is FailureKind.TIMEOUT else failure


def _secured(
    url: Url, plain: PlainSocket, policy: EgressPolicy, within: Deadline, watch: Callable[[Stage], None]
) -> TlsSocket:
    watch(Stage.SECURE)
    context = tls.context(policy.ca_file, policy.authorities, TlsSocket)
    with closing_on_failure(plain):
        try:
            secured = context.wrap_socket(plain, server_hostname=url.host, do_handshake_on_connect=False)
        except OSError as error:
            raise of_securing(url.host, error) from error
    with closing_on_failure(secured):
        try:
            secured.settimeout(within.left())
            secured.do_handshake()
        except OSError as error:
            raise of_securing(url.host, error) from error
    assert isinstance(secured, TlsSocket)  # the context makes no others
    return secured
