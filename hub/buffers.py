"""WriteBuffer: rows that may be written a moment later, by a thread of their own, and lost rather than waited for."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from multiprocessing.util import Finalize
from typing import ClassVar, Generic, TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections

Item = TypeVar("Item")

FLUSH_EVERY_S = 1.0
FLUSH_ROWS = 500
"""Rows that are written without waiting for the second to end; also the most of one write."""
CAPACITY = 20_000
"""Rows kept while the database cannot take them; later ones are dropped and counted."""

FLUSH_PRIORITY = 10
"""Any number: without one the last rows would not be written when the process ends."""

log = logging.getLogger(__name__)


class WriteBuffer(Generic[Item]):
    """Collects items and hands them to write in batches. add never waits and never raises."""

    threaded: ClassVar[bool] = True
    """False in tests, which call flush themselves."""

    def __init__(self, name: str, write: Callable[[list[Item]], None], *, capacity: int = CAPACITY) -> None:
        self.name = name
        self.write = write
        self.capacity = capacity
        self.dropped = 0
        self._waiting: deque[Item] = deque()
        self._enough = threading.Event()
        self._writing = threading.Lock()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, item: Item) -> None:
        """Keep the item for the next write, or count it as dropped when the buffer is full."""
        if len(self._waiting) >= self.capacity:
            self.dropped += 1
            return
        self._waiting.append(item)
        if len(self._waiting) >= FLUSH_ROWS:
            self._enough.set()
        if self._thread is None and self.threaded:
            self._start()

    def flush(self) -> int:
        """Write what waits, in batches; answers how many rows were written."""
        written = 0
        with self._writing:
            while batch := [self._waiting.popleft() for _ in range(min(FLUSH_ROWS, len(self._waiting)))]:
                if not self._write(batch):
                    break
                written += len(batch)
        return written

    def clear(self) -> None:
        """Throw away what waits and the count of what was dropped."""
        self._waiting.clear()
        self.dropped = 0

    def _write(self, batch: list[Item]) -> bool:
        try:
            self.write(batch)
        except (OperationalError, InterfaceError):
            self._waiting.extendleft(reversed(batch))
            return False
        except Exception:
            # These rows are no reason to stop the thread that writes all later ones.
            self.dropped += len(batch)
            log.exception("%s: %d rows could not be written and are lost", self.name, len(batch))
        return True

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=f"write {self.name}", daemon=True)
                self._thread.start()
                # Not atexit: the web server's workers are children of multiprocessing, which end without it.
                Finalize(None, self.flush, exitpriority=FLUSH_PRIORITY)

    def _run(self) -> None:
        while True:
            self._enough.wait(FLUSH_EVERY_S)
            self._enough.clear()
            close_old_connections()
            self.flush()
