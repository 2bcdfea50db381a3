"""one_call: how many requests an organization has sent on its behalf in a minute, and how many at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar, Final

from django.conf import settings

from hub.api.throttling import RateLimited, count
from hub.errors import HubError
from proxies.waiting import waiting_for_upstream

AT_ONCE: Final = 20
"""In one process: the rest of the threads stay free for everybody else."""

_out: Counter[int] = Counter()
_lock = threading.Lock()


class TooManyAtOnce(HubError):
    """The organization waits for as many other systems as it may."""

    code = "RATE_LIMITED"
    status = 429
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


@contextmanager
def one_call(organization_id: int, at: datetime) -> Iterator[None]:
    """Holds a place while the other system is waited for. Raises RateLimited, TooManyAtOnce or TooManyWaiting."""
    with _place(organization_id), waiting_for_upstream():
        allowance = count(f"upstream:{organization_id}", settings.HUB_SECURE_PROXY_CALLS_PER_MINUTE, at)
        if allowance is not None and allowance.is_spent:
            raise RateLimited(f"More than {allowance.limit} requests through secure proxies in one minute.", allowance)
        yield


@contextmanager
def _place(organization_id: int) -> Iterator[None]:
    with _lock:
        if _out[organization_id] >= AT_ONCE:
            raise TooManyAtOnce(f"{AT_ONCE} requests of this organization wait for other systems. Try again soon.")
        _out[organization_id] += 1
    try:
        yield
    finally:
        with _lock:
            _out[organization_id] -= 1
            if not _out[organization_id]:
                del _out[organization_id]
