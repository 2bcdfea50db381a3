"""Wire: one connection of the pool, to an address that was checked for it. aiohttp's parser reads what comes back."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any, Final

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpProcessingError, RawResponseMessage, StreamWriter

from hub import clock
from hub.http import gate, headers, tls
from hub.http.addresses import EgressPolicy
from hub.http.bodies import Body
from hub.http.failures import (
    HttpFailure,
    connecting_timed_out,
    lost,
    not_http,
    of_connecting,
    of_securing,
    went_elsewhere,
)
from hub.http.messages import HEAD_LINES, Budget, Headers, Pieces, Request
from hub.http.tunnels import open_plain
from hub.http.url import IpAddress, Url

LONGEST_LINE: Final = 16 * 1024
"""Bytes of one header; gate.check_head counts all of them."""
MOST_EARLY_ANSWERS: Final = 16
"""Such as 100 and 103, before the one that counts."""
READ_AHEAD: Final = 64 * 1024
"""Bytes of a body that may lie unread before the peer has to wait."""
BROKEN_HANDSHAKE: Final = (ssl.SSLError, ConnectionResetError, ConnectionAbortedError)


class Received:
    """What came back, and when its head did."""

    __slots__ = ("body", "first_byte_at", "headers", "is_cut", "status")

    def __init__(self, status: int, received: Headers) -> None:
        self.status = status
        self.headers = received
        self.first_byte_at = clock.monotonic()
        self.body = b""
        self.is_cut = False


class Wire:
    """Carries one request after the other, never two at once. has_answered tells of the present one."""

    __slots__ = ("_protocol", "address", "has_answered", "host")

    def __init__(self, host: str, address: str, protocol: ResponseHandler) -> None:
        self.host = host
        self.address = address
        self.has_answered = False
        self._protocol = protocol

    @property
    def is_usable(self) -> bool:
        """Whether another request may be sent: open, and nothing came that nobody asked for."""
        return self._protocol.is_connected() and not self._protocol.should_close

    def close(self) -> None:
        """At once, whatever is under way."""
        self._protocol.abort()

    async def exchange(self, request: Request, budget: Budget) -> Received:
        """The answer to a request that was checked. Raises HttpFailure; the caller watches the clock."""
        self.has_answered = False
        with _as_failures(self.host):
            self._send(request)
            if isinstance(request.body, Pieces):
                message, content = await self._read_head_while_sending(request.body)
            else:
                message, content = await self._read_head()
            return await self._receive(message, content, budget)

    def _send(self, request: Request) -> None:
        self._protocol.set_response_params(
            skip_payload=request.method == "HEAD",
            read_until_eof=True,
            auto_decompress=False,
            read_bufsize=READ_AHEAD,
            max_line_size=LONGEST_LINE,
            max_field_size=LONGEST_LINE,
            max_headers=HEAD_LINES,
        )
        if self._protocol.transport is None:
            raise lost(self.host)
        body = request.body if isinstance(request.body, bytes) else b""
        self._protocol.transport.write(headers.head_of(request, keeps_alive=True) + body)

    async def _read_head_while_sending(self, body: Pieces) -> tuple[RawResponseMessage, aiohttp.StreamReader]:
        """A receiver that answers before it has everything gets no more, and the connection is of no further use."""
        reading = asyncio.ensure_future(self._read_head())
        try:
            is_whole = await self._send_pieces(body, reading)
            message, content = await reading
        finally:
            reading.cancel()
        if not is_whole:
            self._protocol.force_close()
        return message, content

    async def _send_pieces(self, body: Pieces, reading: asyncio.Future[Any]) -> bool:
        """Whether all of it went out. One piece is in memory at a time, and one more in the buffer of the socket."""
        writer = StreamWriter(self._protocol, asyncio.get_running_loop())
        pieces = body.read()
        try:
            while piece := await asyncio.to_thread(next, pieces, b""):
                if reading.done():
                    return False
                await writer.write(piece, LIMIT=0)
        except (aiohttp.ClientConnectionError, ConnectionError):
            return False  # it may have answered before it hung up; reading it tells
        return True

    async def _read_head(self) -> tuple[RawResponseMessage, aiohttp.StreamReader]:
        """Of the answer itself; what some send before it is skipped."""
        for _ in range(MOST_EARLY_ANSWERS):
            message, content = await self._protocol.read()
            self.has_answered = True
            if message.code >= 200 or message.code == 101:
                return message, content
        raise not_http(self.host)

    async def _receive(self, message: RawResponseMessage, content: aiohttp.StreamReader, budget: Budget) -> Received:
        if message.should_close:
            self._protocol.force_close()
        received = Received(message.code, tuple(message.headers.items()))
        gate.check_head(self.host, received.status, received.headers)
        body = Body(host=self.host, headers=received.headers, budget=budget)
        while not body.is_full and (piece := await content.readany()):
            body.feed(piece)
        received.body, received.is_cut = body.finish()
        return received


async def connect(url: Url, addresses: Sequence[IpAddress], *, policy: EgressPolicy, connect_s: float) -> Wire:
    """A wire to the first of the addresses that answers, within connect_s for all of them, TLS included.

    Raises HttpFailure.
    """
    until = clock.monotonic() + connect_s
    failure = connecting_timed_out(url.host)
    for position, address in enumerate(addresses):
        try:
            seconds = (until - clock.monotonic()) / (len(addresses) - position)
            async with asyncio.timeout(seconds):
                return await _open(url, address, policy, seconds)
        except TimeoutError:
            failure = connecting_timed_out(url.host)
        except HttpFailure as error:
            failure = error
            if not error.is_transient:
                break
    raise failure


async def _open(url: Url, address: IpAddress, policy: EgressPolicy, seconds: float) -> Wire:
    if not policy.egress.is_direct:
        return await _open_by_detour(url, address, policy, seconds)
    loop = asyncio.get_running_loop()
    secured_by = await _context(url, policy)
    try:
        transport, protocol = await loop.create_connection(
            lambda: ResponseHandler(loop),
            str(address),
            url.port,
            ssl=secured_by,
            server_hostname=url.host if secured_by else None,
        )
    except OSError as error:
        raise _of_opening(url, error) from error
    peer = transport.get_extra_info("peername")  # None when it is gone already, which the first request will notice
    if peer is not None and ip_address(peer[0]) != address:
        transport.abort()
        raise went_elsewhere(url.host)
    return Wire(url.host, str(address), protocol)


async def _open_by_detour(url: Url, address: IpAddress, policy: EgressPolicy, seconds: float) -> Wire:
    """From another source or through a forward proxy: a thread opens the socket, and the loop takes it over."""
    loop = asyncio.get_running_loop()
    secured_by = await _context(url, policy)
    opening = loop.run_in_executor(None, lambda: _plain(url, address, policy, seconds))
    try:
        plain = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close_what_nobody_waits_for)
        raise
    try:
        _, protocol = await loop.create_connection(
            lambda: ResponseHandler(loop),
            sock=plain,
            ssl=secured_by,
            server_hostname=url.host if secured_by else None,
        )
    except OSError as error:
        raise _of_opening(url, error) from error
    return Wire(url.host, str(address), protocol)


async def _context(url: Url, policy: EgressPolicy) -> ssl.SSLContext | None:
    """None for a connection without encryption."""
    if url.scheme != "https":
        return None
    try:
        return await tls.context_soon(policy.ca_file, policy.authorities)
    except OSError as error:
        raise _of_opening(url, error) from error


def _plain(url: Url, address: IpAddress, policy: EgressPolicy, seconds: float) -> socket.socket:
    opened = open_plain(url, address, egress=policy.egress, seconds=seconds, sockets=socket.socket)
    opened.setblocking(False)
    return opened


def _close_what_nobody_waits_for(opening: asyncio.Future[socket.socket]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def _of_opening(url: Url, error: OSError) -> HttpFailure:
    if url.scheme == "https" and isinstance(error, BROKEN_HANDSHAKE):
        return of_securing(url.host, error)
    return of_connecting(url.host, error)


@contextmanager
def _as_failures(host: str) -> Iterator[None]:
    try:
        yield
    except (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError, ConnectionError) as error:
        raise lost(host) from error
    except HttpProcessingError as error:
        raise not_http(host) from error
