"""Deadline: a moment after which nothing is waited for."""

from __future__ import annotations

from hub import clock
from hub.http.failures import timed_out


class Deadline:
    """So many seconds from now, by the clock on the wall: what a drip of bytes cannot extend."""

    def __init__(self, host: str, seconds: float) -> None:
        self.host = host
        self._at = clock.monotonic() + seconds

    def left(self) -> float:
        """Seconds until then, more than 0. Raises HttpFailure when it has passed."""
        seconds = self._at - clock.monotonic()
        if seconds <= 0:
            raise timed_out(self.host)
        return seconds
