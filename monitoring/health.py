"""Health: how an integration is doing right now, from its last hour and its queue; pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from monitoring.tallies import Tally
from monitoring.waiting import Waiting

FAILING_SHARE = 0.05
"""Failures of the last hour from which an integration is failing, not merely troubled."""
LONGEST_WAIT = timedelta(minutes=15)
"""An event that waits longer than this needs a look."""


class Health(StrEnum):
    """Worst first."""

    FAILING = "failing"
    TROUBLED = "troubled"
    BEHIND = "behind"
    UNHEARD = "unheard"
    EMPTY = "empty"
    HEALTHY = "healthy"
    QUIET = "quiet"


ORDER = list(Health)


def health_of(*, recent: Tally, whole: Tally, waiting: Waiting, use_cases: int, at: datetime) -> Health:
    """recent is the last hour, whole the range that the page shows."""
    if recent.failed:
        return Health.FAILING if recent.failed >= FAILING_SHARE * recent.attempted else Health.TROUBLED
    if waiting.oldest_at is not None and at - waiting.oldest_at > LONGEST_WAIT:
        return Health.BEHIND
    if whole.ignored and not whole.attempted:
        return Health.UNHEARD
    if not use_cases:
        return Health.EMPTY
    return Health.HEALTHY if whole.total else Health.QUIET
