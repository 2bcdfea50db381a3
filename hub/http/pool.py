"""Pool: many requests at once for the deliverer of batches, on connections that no two organizations share."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Final, Self, TypeAlias

from hub import clock
from hub.http import gate
from hub.http.addresses import EgressPolicy
from hub.http.failures import FailureKind, HttpFailure, timed_out
from hub.http.messages import Answer, Budget, Request, Timings
from hub.http.resolving import resolve_soon
from hub.http.url import IpAddress, Url
from hub.http.wire import Received, Wire, connect

Place: TypeAlias = tuple[Hashable, EgressPolicy, str, str, int]
"""Organization, policy, scheme, host and port: what a connection may be used for again."""

KEEP_ALIVE_S: Final = 15.0
"""How long an idle connection is kept; shorter than usual servers and balancers keep theirs."""
MOST_IDLE: Final = 100
"""Kept for one place: as many as an organization has deliveries in flight, so that a burst connects once."""
CHECKED_FOR_S: Final = 2.0
"""How long checked addresses serve further connections of a batch. It is the addresses themselves that are kept and
connected to, so a name that changes its mind meanwhile changes nothing; and it is less than any delivery waits before
its next attempt, which is therefore checked anew."""


class Pool:
    """An async context manager, of one event loop. Code that is not asynchronous uses a BatchSender."""

    def __init__(self) -> None:
        self._idle: dict[Place, list[tuple[float, Wire]]] = {}
        self._checked: dict[Place, tuple[float, asyncio.Task[list[IpAddress]]]] = {}
        self._next_sweep = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End all idle connections; the pool may be used again."""
        for _, wire in (each for kept in self._idle.values() for each in kept):
            wire.close()
        self._idle.clear()
        await asyncio.sleep(0)  # the loop closes the sockets

    async def send(
        self, request: Request, *, organization_id: Hashable, policy: EgressPolicy, budget: Budget
    ) -> Answer:
        """The answer, whatever its status; a redirect is returned as it is. Raises HttpFailure.

        A kept connection that the receiver closed before it answered is replaced by a new one, once,
        when the request may arrive twice (Request.is_repeatable).
        """
        gate.check(request, policy=policy, budget=budget)
        url = request.url
        exchange = _Exchange(self, (organization_id, policy, url.scheme, url.host, url.port), request, budget)
        try:
            async with asyncio.timeout(budget.total_s):
                return await exchange.answer()
        except TimeoutError as error:
            raise timed_out(url.host) from error

    def find_idle(self, place: Place) -> Wire | None:
        """A kept connection for the caller alone, the one used last first."""
        kept = self._idle.get(place, [])
        oldest = clock.monotonic() - KEEP_ALIVE_S
        while kept:
            since, wire = kept.pop()
            if since >= oldest and wire.is_usable:
                return wire
            wire.close()
        return None

    def keep(self, place: Place, wire: Wire) -> None:
        """End of the use of a connection."""
        kept, now = self._idle.setdefault(place, []), clock.monotonic()
        if wire.is_usable and len(kept) < MOST_IDLE:
            kept.append((now, wire))
        else:
            wire.close()
        if now >= self._next_sweep:
            self._sweep(now)

    async def addresses(self, place: Place, url: Url, policy: EgressPolicy) -> list[IpAddress]:
        """The checked addresses of a host; connections that are made together share one look-up."""
        until, checking = self._checked.get(place, (0.0, None))
        now = clock.monotonic()
        if checking is None or until <= now or _has_failed(checking):
            checking = asyncio.ensure_future(resolve_soon(url, policy))
            checking.add_done_callback(_note_failure)
            self._checked[place] = (now + CHECKED_FOR_S, checking)
        return await asyncio.shield(checking)

    def _sweep(self, now: float) -> None:
        """Close what was idle for too long, and forget what was looked up long ago."""
        self._next_sweep = now + KEEP_ALIVE_S
        for place, kept in list(self._idle.items()):
            for since, wire in kept:
                if since < now - KEEP_ALIVE_S:
                    wire.close()
            self._idle[place] = [each for each in kept if each[0] >= now - KEEP_ALIVE_S]
        self._idle = {place: kept for place, kept in self._idle.items() if kept}
        self._checked = {place: known for place, known in self._checked.items() if known[0] > now}


def _has_failed(checking: asyncio.Task[list[IpAddress]]) -> bool:
    return checking.done() and (checking.cancelled() or checking.exception() is not None)


def _note_failure(checking: asyncio.Task[list[IpAddress]]) -> None:
    """Whoever waited for it may have run out of time meanwhile; then nobody else looks."""
    _has_failed(checking)


class _Exchange:
    """One request and its answer, on at most two connections."""

    def __init__(self, pool: Pool, place: Place, request: Request, budget: Budget) -> None:
        self._pool = pool
        self._place = place
        self._request = request
        self._budget = budget
        self._started = clock.monotonic()
        self._dns_ms = 0.0
        self._connect_ms = 0.0

    async def answer(self) -> Answer:
        """On a kept connection where there is one."""
        wire = self._pool.find_idle(self._place)
        if wire is not None:
            try:
                return await self._on(wire)
            except HttpFailure as failure:
                if not self._may_repeat(wire, failure):
                    raise
        return await self._on(await self._connect())

    def _may_repeat(self, wire: Wire, failure: HttpFailure) -> bool:
        return failure.kind is FailureKind.CONNECTION_LOST and not wire.has_answered and self._request.is_repeatable

    async def _connect(self) -> Wire:
        started = clock.monotonic()
        policy = self._place[1]
        addresses = await self._pool.addresses(self._place, self._request.url, policy)
        resolved = clock.monotonic()
        wire = await connect(self._request.url, addresses, policy=policy, connect_s=self._budget.connect_s)
        self._dns_ms, self._connect_ms = (resolved - started) * 1000, (clock.monotonic() - resolved) * 1000
        return wire

    async def _on(self, wire: Wire) -> Answer:
        try:
            received = await wire.exchange(self._request, self._budget)
        except BaseException:
            wire.close()
            raise
        self._pool.keep(self._place, wire)
        return Answer(
            received.status, received.headers, received.body, received.is_cut, self._timings(received), wire.address
        )

    def _timings(self, received: Received) -> Timings:
        first_byte_ms = (received.first_byte_at - self._started) * 1000
        return Timings(self._dns_ms, self._connect_ms, first_byte_ms, (clock.monotonic() - self._started) * 1000)
