"""Counters of a one-minute window: in memory of one process, or in Redis for all of them."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from functools import lru_cache
from typing import Protocol

import redis
from django.conf import settings

from hub import clock

WINDOW_S = 60
KEYS_IN_MEMORY = 50_000
"""Keys of one kind (organizations, client addresses) counted in one minute; beyond it the oldest is forgotten."""
STORE_TIMEOUT_S = 0.2
STORE_REST_S = 5.0
"""After a failure the store is left alone this long: a request waits for a dead one only once."""

_COUNT = """
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
if count == tonumber(ARGV[1]) then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return count
"""

log = logging.getLogger(__name__)


class Counters(Protocol):
    """Counts per key and window."""

    def add(self, key: str, window: int, amount: int) -> int | None:
        """The count after adding amount, or None when the store cannot be reached."""


class MemoryCounters:
    """For the one web process of the embedded mode. A key's kind is what stands before its first colon.

    Each kind has room of its own: nobody resets an organization's count by coming from many addresses.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = 0
        self._kinds: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def add(self, key: str, window: int, amount: int) -> int | None:
        """As Counters.add; never None."""
        with self._lock:
            if window != self._window:
                self._window = window
                self._kinds.clear()
            counts = self._kinds[key.partition(":")[0]]
            if key not in counts and len(counts) >= KEYS_IN_MEMORY:
                del counts[next(iter(counts))]
            counts[key] = counts.get(key, 0) + amount
            return counts[key]


class RedisCounters:
    """For many web processes: one script call per count, and silence for a while when it fails."""

    def __init__(self, url: str) -> None:
        client = redis.Redis.from_url(url, socket_timeout=STORE_TIMEOUT_S, socket_connect_timeout=STORE_TIMEOUT_S)
        self._script = client.register_script(_COUNT)
        self._rests_until_s = 0.0

    def add(self, key: str, window: int, amount: int) -> int | None:
        """As Counters.add; None also while the store is left alone after a failure."""
        if clock.monotonic() < self._rests_until_s:
            return None
        try:
            return int(
                self._script(keys=[f"{settings.HUB_REDIS_PREFIX}count:{key}:{window}"], args=[amount, 2 * WINDOW_S])
            )
        except redis.RedisError as error:
            self._rests_until_s = clock.monotonic() + STORE_REST_S
            log.warning("rate limits are off for %d s: %s", STORE_REST_S, error)
            return None


@lru_cache(maxsize=8)
def _counters_at(url: str) -> Counters:
    return RedisCounters(url) if url else MemoryCounters()


def counters() -> Counters:
    """The counters the settings name."""
    return _counters_at(settings.HUB_REDIS_URL)


def forget_all() -> None:
    """Start with empty counters."""
    _counters_at.cache_clear()
