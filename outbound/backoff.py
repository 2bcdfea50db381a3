"""next_attempt_at: schedule, jitter, Retry-After; pure (outbound.md section 9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

SCHEDULE: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
)
"""Pauses after the first, second, … failed attempt."""
RETRIES: Final = 3
"""Retries of a webhook that says nothing else."""
MOST_RETRIES: Final = len(SCHEDULE)
RETRY_AFTER_CEILING: Final = timedelta(hours=24)
"""Longest pause that a receiver may ask for."""
JITTER: Final = 0.1
"""Every pause is up to this share shorter or longer, so that not everything comes back at once."""


def next_attempt_at(
    *,
    attempt: int,
    retries: int,
    failed_at: datetime,
    retry_after: timedelta | None,
    jitter: float,
    pauses: Sequence[timedelta] = SCHEDULE,
) -> datetime | None:
    """When to try again; None when the retries are spent.

    attempt counts from 1, and so many were made. jitter is a factor, 1 - JITTER to 1 + JITTER. What the receiver asks
    for in Retry-After wins where it is longer, up to RETRY_AFTER_CEILING. pauses: after the first, second, … failure.
    """
    if attempt > min(retries, len(pauses)):
        return None
    pause = pauses[attempt - 1] * jitter
    if retry_after is not None:
        pause = max(pause, min(retry_after, RETRY_AFTER_CEILING))
    return failed_at + pause
