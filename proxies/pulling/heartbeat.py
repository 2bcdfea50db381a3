"""reading: while a run is read here its lease is renewed, by one thread and one statement for all runs of a process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connections

from hub import clock
from proxies.models import PullRun, PullState
from proxies.pulling.claiming import LEASE

BEAT_S: Final = 5.0
"""Four beats fit into a lease, so that one that fails costs nobody a run."""
LONGEST_PAGE_S: Final = 120.0
"""The call of a page has 25 s, its token 10 s, expressions and intake some seconds. A thread that takes longer hangs:
its lease is renewed no further."""

logger = logging.getLogger(__name__)


class Heartbeat:
    """Renews leases every beat_s, in a thread that lives while there are any."""

    def __init__(self, beat_s: float = BEAT_S) -> None:
        self._beat_s = beat_s
        self._leases: dict[UUID, tuple[UUID, float]] = {}
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def reading(self, run: PullRun) -> Iterator[Callable[[], None]]:
        """The run stays this worker's meanwhile. What it yields is to be called whenever a page is begun."""
        run_id, lease = run.pk, run.lease
        if lease is None:
            yield lambda: None
            return
        self._hold(run_id, lease)
        try:
            yield lambda: self._hold(run_id, lease)
        finally:
            self._let_go(run_id)

    def beat(self) -> None:
        """Renew what is held; one statement, none where nothing is."""
        with self._lock:
            held = {run_id: lease for run_id, (lease, until) in self._leases.items() if until > clock.monotonic()}
        if held:
            running = PullRun.objects.filter(pk__in=held, lease__in=held.values(), state=PullState.RUNNING)
            running.update(next_attempt_at=clock.now() + LEASE)

    def _hold(self, run_id: UUID, lease: UUID) -> None:
        with self._lock:
            self._leases[run_id] = lease, clock.monotonic() + LONGEST_PAGE_S
            self._idle.clear()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pull-heartbeat", daemon=True)
                self._thread.start()

    def _let_go(self, run_id: UUID) -> None:
        with self._lock:
            self._leases.pop(run_id, None)
            if not self._leases:
                self._idle.set()

    def _run(self) -> None:
        try:
            while not self._has_ended():
                if not self._idle.wait(self._beat_s):
                    self._beat_quietly()
        finally:
            connections.close_all()

    def _has_ended(self) -> bool:
        with self._lock:
            if self._leases:
                return False
            self._thread = None
            return True

    def _beat_quietly(self) -> None:
        try:
            self.beat()
        except Exception:
            # The next beat may come through; without any the run is read again by somebody else.
            logger.exception("Leases of runs were not renewed.")
            connections.close_all()


reading: Final = Heartbeat().reading


def is_interrupted(run: PullRun, at: datetime) -> bool:
    """Whether whoever read the run is gone; it waits for another worker then, which reads its page again."""
    return run.state == PullState.RUNNING and run.next_attempt_at is not None and run.next_attempt_at <= at
