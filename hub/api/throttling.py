"""count_request: the limit per organization and minute, and the one on failed authentication per client address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from hub.api.counters import WINDOW_S, counters
from hub.errors import HubError

COUNTED = "hub.allowance"
"""Where the request's environment keeps the allowance when a door before this one has counted the request."""
FAILED_AUTHENTICATIONS_PER_MINUTE = 20
"""Guesses answered per client address and minute; a valid token keeps working from that address."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a window after one request."""

    limit: int
    remaining: int
    reset_s: int
    is_spent: bool

    def headers(self) -> dict[str, str]:
        """RateLimit-Limit, -Remaining and -Reset."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_s),
        }


class RateLimited(HubError):
    """Too many requests in this minute."""

    code = "RATE_LIMITED"
    status = 429

    def __init__(self, message: str, allowance: Allowance) -> None:
        super().__init__(message)
        self.headers = allowance.headers() | {"Retry-After": str(allowance.reset_s)}


def count_request(organization_id: int, at: datetime) -> Allowance | None:
    """Count one request of the organization. None when there is no limit or the store cannot be reached.

    Raises RateLimited, which carries Retry-After, when the minute's allowance was already spent.
    """
    return _within_minute(f"organization:{organization_id}", at)


def count_address(address: str, at: datetime) -> Allowance | None:
    """The same for a request of which nothing is known but where it came from."""
    return _within_minute(f"address:{address}", at)


def _within_minute(key: str, at: datetime) -> Allowance | None:
    allowance = count(key, settings.HUB_RATE_LIMIT_PER_MINUTE, at)
    if allowance is not None and allowance.is_spent:
        raise RateLimited(f"More than {allowance.limit} requests in one minute.", allowance)
    return allowance


def count_failed_authentication(address: str, at: datetime) -> None:
    """Count one guess from the client address; raises RateLimited beyond 20 in one minute."""
    allowance = count(f"guess:{address}", FAILED_AUTHENTICATIONS_PER_MINUTE, at)
    if allowance is not None and allowance.is_spent:
        raise RateLimited("Too many failed authentications from this address.", allowance)


def count_environment_write(organization_id: int, at: datetime) -> None:
    """Count one change of variables, groups or portals, by whichever door; raises RateLimited beyond the limit."""
    allowance = count(f"environment-writes:{organization_id}", settings.HUB_ENVIRONMENT_WRITES_PER_MINUTE, at)
    if allowance is not None and allowance.is_spent:
        raise RateLimited(f"More than {allowance.limit} changes of the environment in one minute.", allowance)


def count(key: str, limit: int, at: datetime) -> Allowance | None:
    """Count one use of key in the minute of at; limit 0 means none."""
    if limit == 0:
        return None
    moment = at.timestamp()
    used = counters().add(key, int(moment // WINDOW_S), 1)
    if used is None:
        return None
    reset_s = WINDOW_S - int(moment % WINDOW_S)
    return Allowance(limit=limit, remaining=max(0, limit - used), reset_s=reset_s, is_spent=used > limit)
