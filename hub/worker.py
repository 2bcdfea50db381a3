"""Loop: what the embedded worker does between start and stop."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string

from hub import clock, garbage, health

IDLE_PAUSE_S = 0.05
"""How long the loop waits before it looks again when nothing was due; also lets single events gather into a slice."""
TROUBLE_PAUSE_S = 1.0
"""Pause after a round that failed: the database is away, a disk is full, a stage met what nobody foresaw."""
HEARTBEAT_S = 5.0

logger = logging.getLogger("hub.worker")

Stage = Callable[[], int]


class Loop:
    """Calls every stage in turn, every schedule when its time has come, and says that it is alive."""

    def __init__(self, *, name: str, stop: threading.Event) -> None:
        self.name = name
        self.stop = stop
        self.stages: list[Stage] = [import_string(path) for path in settings.WORKER_STAGES]
        self.endings: list[Callable[[], None]] = [import_string(path) for path in settings.WORKER_ENDINGS]
        self.schedules: dict[str, Callable[[], object]] = {path: import_string(path) for path in settings.SCHEDULES}
        started = clock.monotonic()
        self.next_run = {path: started + seconds for path, seconds in settings.SCHEDULES.items()}
        self.next_heartbeat = started

    def run(self, *, until_idle: bool = False) -> None:
        """Work until stop is set, or, with until_idle, until a round found nothing due."""
        garbage.collect_rarely(garbage.OF_A_WORKER)
        try:
            self._rounds(until_idle=until_idle)
        finally:
            for end in self.endings:
                end()

    def _rounds(self, *, until_idle: bool) -> None:
        while not self.stop.is_set():
            done = self._round() if until_idle else self._guarded_round()
            if done == 0:
                if until_idle:
                    return
                self.stop.wait(IDLE_PAUSE_S)

    def _guarded_round(self) -> int:
        """A round that goes wrong is not the end of the worker, whatever it was: everybody waits for it."""
        try:
            return self._round()
        except Exception:
            logger.exception("A round of the worker failed; it tries again.")
            close_old_connections()
            self.stop.wait(TROUBLE_PAUSE_S)
            return 1

    def _round(self) -> int:
        self._beat()
        self._run_schedules()
        return sum(stage() for stage in self.stages)

    def _beat(self) -> None:
        if clock.monotonic() >= self.next_heartbeat:
            health.beat(name=self.name, process_id=os.getpid(), at=clock.now())
            self.next_heartbeat = clock.monotonic() + HEARTBEAT_S

    def _run_schedules(self) -> None:
        for path, run in self.schedules.items():
            if clock.monotonic() >= self.next_run[path]:
                self.next_run[path] = clock.monotonic() + settings.SCHEDULES[path]
                run()
