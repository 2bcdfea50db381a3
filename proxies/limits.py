"""one_call: how many requests an organization has sent on its behalf in a minute, and how many at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.conf import settings

from hub.api.throttling import RateLimited, count
from hub.errors import HubError
from hub.shared_places import Scarce, shared_place
from proxies.waiting import waiting_for_upstream

AT_ONCE: Final = 20
"""In all processes of the hub: nobody takes all the threads, or the whole of a way out, for themselves."""
LIFE: Final = timedelta(seconds=60)
"""Twice as long as a request may take."""


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


def _place(organization_id: int) -> AbstractContextManager[None]:
    full = TooManyAtOnce(f"{AT_ONCE} requests of this organization wait for other systems. Try again soon.")
    return shared_place(Scarce("secure_proxy", AT_ONCE, LIFE, full), organization_id)
