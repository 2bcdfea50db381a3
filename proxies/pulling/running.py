"""work: runs that are due read page after page, beside the other stages, so that a slow source stops none of them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import close_old_connections, connections

from hub import clock
from hub.errors import HubError
from proxies.pulling.claiming import claim, is_any_due
from proxies.pulling.reading import read_on
from proxies.pulling.recording import note_failure

SIDE_BY_SIDE: Final = 4
"""Runs that one worker reads at a time. They wait for others most of the time."""
LONGEST_TURN_S: Final = 20.0
"""After so long no further page of a run is begun; it is claimed again once others have had their turn."""
LOOK_EVERY_S: Final = 0.5
"""An idle worker asks each stage twenty times a second; nobody notices whether a page is read half a second later."""
IDLE_PAUSE_S: Final = 0.2
LINGER_S: Final = 30.0
"""How long a thread looks for more before it ends."""
LAST_PATIENCE_S: Final = 5.0
"""How long a worker that ends waits for pages; one that has not come by then is read again by another."""

logger = logging.getLogger(__name__)


def work() -> int:
    """A turn; how many runs it took on. Where threads read, only wake one: 0 then."""
    if settings.HUB_DELIVERY_THREAD:
        _readers().look()
        return 0
    return turn(_over_after(LONGEST_TURN_S, lambda: False))


def turn(is_over: Callable[[], bool]) -> int:
    """Take runs on until none is due, or until it is over; how many."""
    taken = 0
    while not is_over() and (run := claim()) is not None:
        taken += 1
        try:
            read_on(run, _over_after(LONGEST_TURN_S, is_over))
        except Exception as error:
            # Whatever it is, it concerns this run alone.
            logger.exception("Run %s of use case %s met what nobody foresaw", run.id, run.use_case_id)
            unknown = HubError(f"{type(error).__name__}: {error}", code="UNKNOWN_ERROR")
            note_failure(run, unknown, may_pass=True)
    return taken


def _over_after(seconds: float, is_over: Callable[[], bool]) -> Callable[[], bool]:
    until = clock.monotonic() + seconds
    return lambda: is_over() or clock.monotonic() >= until


class Readers:
    """The threads of an embedded worker."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._next_look_s = 0.0

    def look(self) -> None:
        """Wake a thread where something is due; asks the database now and then."""
        if clock.monotonic() >= self._next_look_s:
            self._next_look_s = clock.monotonic() + LOOK_EVERY_S
            if is_any_due():
                self.wake()

    def wake(self) -> None:
        """Have one more thread look for what is due, where not all of them do."""
        with self._lock:
            self._threads = [one for one in self._threads if one.is_alive()]
            if len(self._threads) < SIDE_BY_SIDE:
                thread = threading.Thread(target=self._run, name="pulls", daemon=True)
                self._threads.append(thread)
                thread.start()

    def stop(self, patience_s: float) -> None:
        """Begin no further page and wait for those that are out, at most so long."""
        self._stopped.set()
        until = clock.monotonic() + patience_s
        for thread in self._threads:
            thread.join(max(0.0, until - clock.monotonic()))

    def _run(self) -> None:
        idle_since = clock.monotonic()
        try:
            while not self._stopped.is_set() and clock.monotonic() - idle_since < LINGER_S:
                close_old_connections()
                if turn(self._stopped.is_set):
                    idle_since = clock.monotonic()
                self._stopped.wait(IDLE_PAUSE_S)
        except Exception:
            logger.exception("Reading failed; it begins anew with what is due.")
        finally:
            connections.close_all()


_reading: list[Readers] = []


def _readers() -> Readers:
    if not _reading:
        _reading.append(Readers())
    return _reading[0]


def end() -> None:
    """One of WORKER_ENDINGS: begin no further page, and wait a moment for what is out."""
    while _reading:
        _reading.pop().stop(LAST_PATIENCE_S)
