"""apply: runs are kept for 28 days, those whose condition did not hold for a week, then deleted in small batches."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hub import clock
from hub.ids import first_id_at
from outbound.models import AutomationRun, AutomationStep, RunState
from outbound.models.automations import UNFINISHED_RUNS

KEPT: Final = timedelta(days=28)
KEPT_SKIPPED: Final = timedelta(days=7)
ROWS_PER_TRANSACTION: Final = 500
MOST_BATCHES: Final = 20
"""Batches of one run; what is left goes in the next, so that nothing holds the worker for long."""


def apply() -> int:
    """Delete the runs that ended long ago, with their steps; how many runs went."""
    at = clock.now()
    ended = AutomationRun.objects.exclude(state__in=UNFINISHED_RUNS)
    skipped = ended.filter(state=RunState.SKIPPED, id__lt=first_id_at(at - KEPT_SKIPPED))
    old = ended.filter(id__lt=first_id_at(at - KEPT))
    gone = 0
    for rows in (skipped, old):
        for _ in range(MOST_BATCHES):
            ids = list(rows.order_by("id").values_list("id", flat=True)[:ROWS_PER_TRANSACTION])
            AutomationStep.objects.filter(run_id__in=ids).delete()
            gone += AutomationRun.objects.filter(id__in=ids).delete()[0] if ids else 0
            if len(ids) < ROWS_PER_TRANSACTION:
                break
    return gone
