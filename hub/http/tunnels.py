"""open_plain: a TCP connection to a checked address, by the way that the policy's egress describes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Final, TypeVar

from hub import clock
from hub.http.egress import Egress
from hub.http.failures import FailureKind, HttpFailure, connecting_timed_out, of_connecting, went_elsewhere
from hub.http.resolving import start_look_up
from hub.http.url import IpAddress, Url

LONGEST_HEAD: Final = 8 * 1024
"""Bytes that a forward proxy may say before the tunnel stands."""
PROXY_FAILED: Final = "EHOSTUNREACH"
"""What callers are told when the tunnel does not come about: which proxy it is concerns the operator alone."""

Plain = TypeVar("Plain", bound=socket.socket)


def open_plain(url: Url, address: IpAddress, *, egress: Egress, seconds: float, sockets: type[Plain]) -> Plain:
    """A connected socket whose other end is the address, within so many seconds. Raises HttpFailure."""
    until = clock.monotonic() + seconds
    if egress.proxy is None:
        return _opened(url, address, url.port, egress, until, sockets)
    opened = _opened(url, _proxy_address(url, egress.proxy, until), egress.proxy.port, egress, until, sockets)
    with closing_on_failure(opened):
        _ask_for_tunnel(opened, url, address, egress.authorization, until)
    return opened


@contextmanager
def closing_on_failure(opened: socket.socket) -> Iterator[None]:
    """Whatever goes wrong inside, the socket is closed."""
    try:
        yield
    except BaseException:
        opened.close()
        raise


def _opened(url: Url, address: IpAddress, port: int, egress: Egress, until: float, sockets: type[Plain]) -> Plain:
    opened = sockets(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    with closing_on_failure(opened):
        try:
            if egress.source is not None:
                opened.bind((str(egress.source), 0))
            opened.settimeout(_left(url.host, until))
            opened.connect((str(address), port))
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = ip_address(opened.getpeername()[0])
        except OSError as error:
            raise of_connecting(url.host, error) from error
        if peer != address:
            raise went_elsewhere(url.host)
    return opened


def _proxy_address(url: Url, proxy: Url, until: float) -> IpAddress:
    """Where the operator's proxy is; no policy judges that."""
    if proxy.address is not None:
        return proxy.address
    try:
        return start_look_up(proxy).result(timeout=_left(url.host, until))[0]
    except TimeoutError:
        raise connecting_timed_out(url.host) from None
    except HttpFailure as failure:
        raise _no_tunnel(url.host) from failure


def _ask_for_tunnel(opened: socket.socket, url: Url, address: IpAddress, authorization: str, until: float) -> None:
    """CONNECT to the address and not to the name: what was checked is what is reached."""
    host = f"[{address}]" if address.version == 6 else str(address)
    place = f"{host}:{url.port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if authorization:
        lines.append(f"Proxy-Authorization: {authorization}")
    try:
        opened.settimeout(_left(url.host, until))
        socket.socket.sendall(opened, "\r\n".join([*lines, "", ""]).encode())
        head = _head(opened, url.host, until)
    except TimeoutError as error:
        raise connecting_timed_out(url.host) from error
    except OSError as error:
        raise _no_tunnel(url.host) from error
    version, _, rest = head.partition(b" ")
    if not version.startswith(b"HTTP/1.") or not rest.startswith(b"200"):
        raise _no_tunnel(url.host)


def _head(opened: socket.socket, host: str, until: float) -> bytes:
    """Up to the empty line and not a byte more: what follows belongs to whoever is at the other end."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        opened.settimeout(_left(host, until))
        piece = opened.recv(1)
        if not piece or len(head) == LONGEST_HEAD:
            raise _no_tunnel(host)
        head += piece
    return bytes(head)


def _left(host: str, until: float) -> float:
    seconds = until - clock.monotonic()
    if seconds <= 0:
        raise connecting_timed_out(host)
    return seconds


def _no_tunnel(host: str) -> HttpFailure:
    sentence = f"The forward proxy of the hub does not connect to {host}."
    return HttpFailure(FailureKind.CONNECT_FAILED, sentence, network_code=PROXY_FAILED)
