"""Reach: whether the collector takes what it is sent, told in the log when that changes and not with every batch."""

from __future__ import annotations

import logging
import threading

log = logging.getLogger(__name__)


class Reach:
    """Counts what waits and what is lost; several threads may tell it things. most: spans that may wait."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._waiting = 0
        self._sending = 0
        self._lost = 0
        self._is_away = False
        self._has_ended = False
        self._heard = ""

    def admit(self) -> bool:
        """Whether one more span may wait; where it may not it is lost."""
        with self._lock:
            is_full = self._waiting >= self._most
            self._waiting += not is_full
            self._lost += is_full
        return not is_full

    def taken(self, count: int) -> None:
        """So many wait no longer, they are being sent."""
        with self._lock:
            self._waiting -= count
            self._sending += count
            self._heard = ""

    def hear(self, record: logging.LogRecord) -> bool:
        """A filter for the logger of whatever sends: its first words about a batch are kept, and none are logged."""
        self._heard = self._heard or record.getMessage()
        return False

    def arrived(self, count: int) -> None:
        """A batch of so many was sent. Says so, with what was lost, if the one before it was not."""
        with self._lock:
            self._sending -= count
            was_away, lost = self._is_away, self._lost
            if was_away:
                self._is_away, self._lost = False, 0
        if was_away:
            log.warning("The collector of traces takes spans again.", extra={"spans_lost": lost})

    def failed(self, count: int) -> None:
        """A batch of so many is lost. Says so, with the reason that was heard, if the one before it was sent."""
        with self._lock:
            is_news, self._is_away = not self._is_away and not self._has_ended, True
            self._sending -= count
            self._lost += count
        if is_news:
            told = "The collector of traces takes no spans. They are lost until it does, and then their number is told."
            log.warning(told, extra={"reason": self._heard})

    def end(self) -> None:
        """The process sends no more. Says what was lost without being told of, or is still on its way."""
        with self._lock:
            self._has_ended = True
            lost = self._lost + self._waiting + self._sending
        if lost:
            log.warning("The process ends with spans that no collector has taken.", extra={"spans_lost": lost})
