"""connect: a socket to a checked address that never waits beyond its deadline, however slowly the peer drips."""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from hub.http import tls
from hub.http.addresses import EgressPolicy
from hub.http.deadline import Deadline
from hub.http.failures import FailureKind, HttpFailure, of_connecting, of_securing, timed_out, went_elsewhere
from hub.http.messages import HEAD_BYTES
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
    failure = timed_out(url.host)
    for position, address in enumerate(addresses):
        try:
            watch(Stage.CONNECT)
            plain = _open(url, address, seconds=within.left() / (len(addresses) - position))
            opened = plain if url.scheme == "http" else _secured(url, plain, policy, within, watch)
            opened.deadline, opened.address = deadline, str(address)
            return opened
        except HttpFailure as error:
            failure = error
            if not error.is_transient:
                break
    raise failure


def _open(url: Url, address: IpAddress, *, seconds: float) -> PlainSocket:
    opened = PlainSocket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    with _closing_on_failure(opened):
        try:
            opened.settimeout(seconds)
            opened.connect((str(address), url.port))
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = ip_address(opened.getpeername()[0])
        except OSError as error:
            raise of_connecting(url.host, error) from error
        if peer != address:
            raise went_elsewhere(url.host)
    return opened


def _secured(
    url: Url, plain: PlainSocket, policy: EgressPolicy, within: Deadline, watch: Callable[[Stage], None]
) -> TlsSocket:
    watch(Stage.SECURE)
    context = tls.context(policy.ca_file, TlsSocket)
    with _closing_on_failure(plain):
        try:
            secured = context.wrap_socket(plain, server_hostname=url.host, do_handshake_on_connect=False)
        except OSError as error:
            raise of_securing(url.host, error) from error
    with _closing_on_failure(secured):
        try:
            secured.settimeout(within.left())
            secured.do_handshake()
        except OSError as error:
            raise of_securing(url.host, error) from error
    assert isinstance(secured, TlsSocket)  # the context makes no others
    return secured


@contextmanager
def _closing_on_failure(opened: socket.socket) -> Iterator[None]:
    try:
        yield
    except BaseException:
        opened.close()
        raise
