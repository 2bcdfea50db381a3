"""apply: kept answers go when their day is over, in small batches."""

from __future__ import annotations

from typing import Final

from hub import clock
from hub.api.idempotency.claims import KEPT
from hub.api.models import KeptAnswer

ROWS_PER_TRANSACTION: Final = 500
"""An answer may have a megabyte."""
MOST_BATCHES: Final = 100
"""Batches of one run; what is left goes in the next, so that nothing holds the worker for long."""


def apply() -> int:
    """Delete the answers that nobody is given any more; how many went."""
    old = KeptAnswer.objects.filter(created_at__lte=clock.now() - KEPT).order_by("created_at")
    gone = 0
    for _ in range(MOST_BATCHES):
        keys = list(old.values_list("pk", flat=True)[:ROWS_PER_TRANSACTION])
        gone += KeptAnswer.objects.filter(pk__in=keys).delete()[0] if keys else 0
        if len(keys) < ROWS_PER_TRANSACTION:
            break
    return gone
