"""capacity: how many more requests one worker may have out. Slow ones take no room from quick ones."""

from __future__ import annotations

import resource
from collections.abc import Collection
from functools import cache
from typing import Final

MOST_IN_FLIGHT: Final = 400
"""Requests that one worker has out at once; each receiver and each organization has its own bounds besides."""
SLOW_AFTER_S: Final = 5.0
"""A request that has been out for longer costs a socket and nothing else. It no longer counts against what a worker
and an organization may have out: a hundred receivers that hang would keep everybody else waiting for their time-out."""
MOST_OPEN: Final = 2_000
"""Requests that are out in all, slow ones included."""
OTHER_FILES: Final = 256
"""Files and connections that a worker has open besides."""


def capacity(begun_s: Collection[float], now_s: float) -> int:
    """begun_s: when each request that is out was begun, by the same clock as now_s."""
    quick = sum(now_s - begun < SLOW_AFTER_S for begun in begun_s)
    return max(0, min(MOST_IN_FLIGHT - quick, most_open() - len(begun_s)))


@cache
def most_open() -> int:
    """MOST_OPEN, or what the system allows this process, which is asked to allow as much as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_OPEN + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST_OPEN if soft == resource.RLIM_INFINITY else max(1, min(MOST_OPEN, soft - OTHER_FILES))
