"""apply: windows that have ended are forgotten, in small batches."""

from __future__ import annotations

from typing import Final

from hub import clock
from integrations.models import AskedRefresh

ROWS_PER_TRANSACTION: Final = 500
MOST_BATCHES: Final = 20


def apply() -> int:
    """One of SCHEDULES: how many went; what is left goes in the next run."""
    ended = AskedRefresh.objects.filter(until__lt=clock.now()).order_by("until")
    gone = 0
    for _ in range(MOST_BATCHES):
        keys = list(ended.values_list("pk", flat=True)[:ROWS_PER_TRANSACTION])
        # Asked once more: a window may have begun anew meanwhile.
        gone += AskedRefresh.objects.filter(pk__in=keys, until__lt=clock.now()).delete()[0] if keys else 0
        if len(keys) < ROWS_PER_TRANSACTION:
            break
    return gone
