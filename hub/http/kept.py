"""send_kept: one request of a thread that waits for its answer, on a connection that outlives it."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from hub.http.addresses import EgressPolicy
from hub.http.messages import Answer, Budget, Request
from hub.http.pool import Pool

LAST_PATIENCE_S: Final = 2.0
"""How long the end of the loop is waited for."""


def _nothing() -> None:
    """The default of forbid_in_transaction."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A pool and the loop of the thread in which it lives; a fork has neither."""

    process: int
    loop: asyncio.AbstractEventLoop
    pool: Pool
    thread: threading.Thread


_lock = threading.Lock()
_running: list[_Running] = []


def send_kept(
    request: Request,
    *,
    organization_id: Hashable,
    policy: EgressPolicy,
    budget: Budget,
    forbid_in_transaction: Callable[[], None] = _nothing,
) -> Answer:
    """The answer, whatever its status; a redirect is returned as it is. Raises HttpFailure.

    Connections are shared by the threads of this process, never by two organizations or policies. As Pool.send says,
    a request that may arrive twice is sent again where a kept connection turns out to be closed.
    """
    forbid_in_transaction()
    running = _of_this_process()
    sending = running.pool.send(request, organization_id=organization_id, policy=policy, budget=budget)
    return asyncio.run_coroutine_threadsafe(sending, running.loop).result()


def forget_connections() -> None:
    """End the kept connections and the thread that keeps them; the next request starts anew."""
    with _lock:
        while _running:
            running = _running.pop()
            if running.process == os.getpid():
                asyncio.run_coroutine_threadsafe(running.pool.close(), running.loop).result(LAST_PATIENCE_S)
                running.loop.call_soon_threadsafe(running.loop.stop)
                running.thread.join(LAST_PATIENCE_S)


def _of_this_process() -> _Running:
    found = _running[-1] if _running else None
    if found is not None and found.process == os.getpid():
        return found
    with _lock:
        if not _running or _running[-1].process != os.getpid():
            _running[:] = [_started()]
        return _running[-1]


def _started() -> _Running:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_run, args=(loop,), name="kept-connections", daemon=True)
    thread.start()
    return _Running(os.getpid(), loop, Pool(), thread)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()
