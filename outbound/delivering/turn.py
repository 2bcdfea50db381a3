"""work: deliveries are claimed, sent side by side and recorded, round after round, until nothing is due."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connections

from hub import clock
from hub.accounts.models import Organization
from hub.http.pool import Pool
from outbound.attachments.carrying import Carried
from outbound.delivering import large
from outbound.delivering.capacity import capacity
from outbound.delivering.claiming import AnyParcel, FileParcel, Parcel, claim, free_lost
from outbound.delivering.deciding import Outcome
from outbound.delivering.recording import AnyOutgoing, Sent, record
from outbound.delivering.requests import Outgoing, Unsendable, Uploading, outgoing
from outbound.delivering.sending import Sender, Taken
from outbound.delivering.told import telling_delivery
from outbound.delivering.traces import attempting, describe
from outbound.delivering.uploading import FAILED_UNFORESEEN, UPLOADS_AT_ONCE, uploaded
from outbound.models import Delivery, DeliveryState

GATHER_S: Final = 0.004
"""How long answers are gathered before they are recorded together."""
IDLE_PAUSE_S: Final = 0.05
LOST_EVERY_S: Final = 10.0
LAST_PATIENCE_S: Final = 5.0
"""How long a worker that ends waits for answers; what has not come by then is sent again by another one."""
LONGEST_TURN_S: Final = 20.0
"""After so long nothing more is claimed, so that a worker that was told to stop does."""

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class Turn:
    """One stretch of delivering, with an event loop, connections and a database thread of its own."""

    def __init__(self, stop: Callable[[], bool], *, linger_s: float = 0.0) -> None:
        self.settled = 0
        self._stop = stop
        self._linger_s = linger_s
        self._done: list[Sent] = []
        self._flying: dict[asyncio.Task[None], float] = {}
        self._news = asyncio.Event()
        self._uploads = 0
        self._files = 0

    async def run(self) -> int:
        """Until nothing is due and nothing is out, or stop says so; how many attempts were recorded."""
        with ThreadPoolExecutor(1, thread_name_prefix="deliveries-database") as database_thread:
            self._database_thread = database_thread
            try:
                async with Pool() as pool:
                    self._sender = Sender(pool, self._renewed)
                    await self._rounds()
            finally:
                await self._in_database(connections.close_all)
        return self.settled

    async def _rounds(self) -> None:
        idle_since: float | None = None
        next_look_for_lost = clock.monotonic()
        while True:
            if clock.monotonic() >= next_look_for_lost:
                await self._in_database(lambda: free_lost(clock.now()))
                next_look_for_lost = clock.monotonic() + LOST_EVERY_S
            begun = await self._round()
            if begun or self._flying or self._done:
                idle_since = None
                await self._gather()
                continue
            idle_since = idle_since or clock.monotonic()
            if self._stop() or clock.monotonic() - idle_since >= self._linger_s:
                return
            await asyncio.sleep(IDLE_PAUSE_S)

    async def _round(self) -> int:
        """Record what has come back and claim anew, in one trip to the database's thread."""
        done, self._done = self._done, []
        most = 0 if self._stop() else capacity(self._flying.values(), clock.monotonic())
        room = _Room(most, UPLOADS_AT_ONCE - self._uploads, large.MOST_AT_ONCE - self._files)
        recorded, ready = await self._in_database(lambda: _record_and_claim(done, room))
        self.settled += recorded
        for one in ready:
            with telling_delivery(one.parcel.delivery):
                task = asyncio.create_task(self._send(one))
            self._flying[task] = clock.monotonic()
            task.add_done_callback(self._flying.pop)
        return len(ready)

    async def _gather(self) -> None:
        """Wait for an answer, and a moment longer for others that come with it; not for long, as others may be due."""
        if not self._done and self._flying:
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), IDLE_PAUSE_S)
        if self._flying:
            await asyncio.sleep(GATHER_S)

    async def _send(self, one: AnyOutgoing) -> None:
        at, started = clock.now(), clock.monotonic()
        try:
            went, outcome = await self._attempted(one)
        except Taken:
            return
        duration_ms = round((clock.monotonic() - started) * 1000)
        self._done.append(Sent(went, at, duration_ms, outcome))
        self._news.set()

    async def _attempted(self, one: AnyOutgoing) -> tuple[AnyOutgoing, Outcome]:
        went: AnyOutgoing = one
        outcome: Outcome
        with attempting(one) as attempt:
            if isinstance(one, Uploading):
                outcome = await self._upload(one)
            elif isinstance(one, Outgoing):
                went, outcome = await self._exchange(one)
            else:
                outcome = one
            describe(attempt, outcome)
        return went, outcome

    async def _upload(self, one: Uploading) -> Outcome:
        self._uploads += 1
        try:
            return await uploaded(one.parcel)
        finally:
            self._uploads -= 1

    async def _exchange(self, one: Outgoing) -> tuple[Outgoing, Outcome]:
        if one.files is None:
            return await self._sender.exchange(one)
        self._files += 1
        try:
            return await self._sender.exchange(one)
        finally:
            self._files -= 1

    async def _renewed(self, parcel: Parcel, carried: Carried) -> bool:
        return await self._in_database(lambda: large.renew(parcel.delivery, parcel.lease, carried, clock.now()))

    async def _in_database(self, function: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._database_thread, function)


class _Room(NamedTuple):
    """How much more may go out: in all, of it uploads, and of it others that carry files."""

    capacity: int
    uploads: int
    files: int


def _record_and_claim(done: Iterable[Sent], room: _Room) -> tuple[int, list[AnyOutgoing]]:
    close_old_connections()
    recorded = record(list(done))
    return recorded, _requests_of(claim(**room._asdict()))


def _requests_of(parcels: Sequence[AnyParcel]) -> list[AnyOutgoing]:
    """One query for the versions of what the webhooks refer to, whatever the number."""
    organizations = {parcel.receiver.organization_id for parcel in parcels}
    rows = Organization.objects.filter(pk__in=organizations).values_list("pk", "config_version")
    versions = dict(rows) if organizations else {}
    return [
        Uploading(parcel)
        if isinstance(parcel, FileParcel)
        else _request_of(parcel, versions.get(parcel.receiver.organization_id))
        for parcel in parcels
    ]


def _request_of(parcel: Parcel, config_version: int | None) -> AnyOutgoing:
    """What nobody foresaw ends one attempt, and keeps no other delivery of the round from going out."""
    try:
        return outgoing(parcel, clock.now(), config_version)
    except (OperationalError, InterfaceError):
        raise  # the database is away
    except Exception as error:
        with telling_delivery(parcel.delivery):
            logger.exception("The request of a delivery met what nobody foresaw")
        message = f"The request could not be made: {type(error).__name__}. The log of the worker says more."
        return Unsendable(parcel, FAILED_UNFORESEEN, message, is_transient=True)


def work() -> int:
    """Deliver what is due; how many attempts were recorded. Where a thread delivers, only wake it: 0 then."""
    if settings.HUB_DELIVERY_THREAD:
        if Delivery.objects.filter(state__in=[DeliveryState.WAITING, DeliveryState.SENDING]).exists():
            _thread().wake()
        return 0
    deadline = clock.monotonic() + LONGEST_TURN_S
    return asyncio.run(Turn(lambda: clock.monotonic() >= deadline).run())


class DeliveryThread:
    """Delivers beside the other stages of an embedded worker: a receiver that hangs must not stop those."""

    LINGER_S: Final = 30.0

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def wake(self) -> None:
        """Have it look for what is due."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="deliveries", daemon=True)
                self._thread.start()

    def stop(self, patience_s: float) -> None:
        """Claim nothing more and wait for what is out, at most so long."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(patience_s)

    def _run(self) -> None:
        try:
            asyncio.run(Turn(self._stopped.is_set, linger_s=self.LINGER_S).run())
        except Exception:
            logger.exception("Delivering failed; it begins anew with what is due.")


_threads: list[DeliveryThread] = []


def _thread() -> DeliveryThread:
    if not _threads:
        _threads.append(DeliveryThread())
    return _threads[0]


def end() -> None:
    """One of WORKER_ENDINGS: claim nothing more, and wait a moment for what is out."""
    while _threads:
        _threads.pop().stop(LAST_PATIENCE_S)
