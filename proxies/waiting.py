"""waiting_for_upstream: how many requests of a web process may wait for other systems at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

from django.conf import settings

from hub.errors import HubError


class TooManyWaiting(HubError):
    """Every place is taken; nothing was sent."""

    code = "TOO_MANY_WAITING"
    status = 429
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}

    def __init__(self) -> None:
        super().__init__("Too many requests wait for other systems. Send the request again in a moment.")


class Places:
    """Counts who waits. A place is never waited for: that would take a thread just as well."""

    def __init__(self) -> None:
        self._taken = 0
        self._lock = threading.Lock()

    def take(self, most: int) -> bool:
        """Whether one of so many was free; whoever has taken one gives it back."""
        with self._lock:
            if self._taken >= most:
                return False
            self._taken += 1
            return True

    def give_back(self) -> None:
        """One is free again."""
        with self._lock:
            self._taken -= 1


_places = Places()


@contextmanager
def waiting_for_upstream() -> Iterator[None]:
    """Around everything for which a request waits outside the hub. Raises TooManyWaiting: a place is not waited for.

    HUB_MOST_WAITING places at most, and half of the web threads: the others keep serving pages and events.
    """
    if not _places.take(min(settings.HUB_MOST_WAITING, max(1, settings.HUB_WEB_THREADS // 2))):
        raise TooManyWaiting
    try:
        yield
    finally:
        _places.give_back()
