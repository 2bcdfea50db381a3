"""now(), in UTC; the only reader of the system clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC, with microseconds."""
    return datetime.now(tz=UTC)


def monotonic() -> float:
    """Seconds that only grow; for durations, never for dates."""
    return time.monotonic()
