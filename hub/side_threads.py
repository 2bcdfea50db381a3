"""SideThreads: serve a stage beside the others of an embedded worker; who waits for the world outside stops none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final, TypeAlias

from django.db import close_old_connections, connections

from hub import clock

IDLE_PAUSE_S: Final = 0.2

IsOver: TypeAlias = Callable[[], bool]

log = logging.getLogger(__name__)


class SideThreads:
    """At most at_once of them. turn does what is due until nothing is, or until it is over, and says how much it did.

    A thread that finds nothing looks again for linger_s seconds, then it ends; 0: it serves one turn.
    """

    def __init__(
        self,
        *,
        name: str,
        turn: Callable[[IsOver], int],
        is_any_due: Callable[[], bool],
        at_once: int,
        look_every_s: float,
        linger_s: float = 0.0,
    ) -> None:
        self._name, self._turn, self._is_any_due = name, turn, is_any_due
        self._at_once, self._look_every_s, self._linger_s = at_once, look_every_s, linger_s
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._next_look_s = 0.0

    def look(self) -> None:
        """Have one more thread serve where something is due; asks no sooner than look_every_s after the last time."""
        if clock.monotonic() < self._next_look_s:
            return
        self._next_look_s = clock.monotonic() + self._look_every_s
        with self._lock:
            self._threads = [one for one in self._threads if one.is_alive()]
            if len(self._threads) < self._at_once and self._is_any_due():
                thread = threading.Thread(target=self._serve, args=[self._stopped], name=self._name, daemon=True)
                self._threads.append(thread)
                thread.start()

    def end(self, patience_s: float) -> None:
        """Begin nothing further and wait for what is out, at most so many seconds; a later look begins anew."""
        with self._lock:
            self._stopped.set()
            threads = self._threads
            self._stopped, self._threads, self._next_look_s = threading.Event(), [], 0.0
        until = clock.monotonic() + patience_s
        for thread in threads:
            thread.join(max(0.0, until - clock.monotonic()))

    def _serve(self, stopped: threading.Event) -> None:
        idle_since = clock.monotonic()
        try:
            while not stopped.is_set():
                close_old_connections()
                if self._turn(stopped.is_set):
                    idle_since = clock.monotonic()
                if clock.monotonic() - idle_since >= self._linger_s:
                    break
                stopped.wait(IDLE_PAUSE_S)
        except Exception:
            log.exception("a thread of %s failed; another begins with what is due", self._name)
        finally:
            connections.close_all()
