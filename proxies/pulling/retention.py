"""apply: runs of schedules are kept for 28 days, then deleted in small batches."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hub import clock
from hub.ids import first_id_at
from integrations.models import UseCase
from proxies.models import Pull, PullRun

KEPT: Final = timedelta(days=28)
ROWS_PER_TRANSACTION: Final = 500
MOST_BATCHES: Final = 20
"""Batches of one run; what is left goes in the next, so that nothing holds the worker for long."""


def apply() -> int:
    """Delete the runs that ended long ago, and what is remembered of use cases that are gone; how many runs went."""
    Pull.objects.exclude(use_case_id__in=UseCase.objects.values("pk")).delete()
    old = PullRun.objects.filter(finished_at__isnull=False, id__lt=first_id_at(clock.now() - KEPT)).order_by("id")
    gone = 0
    for _ in range(MOST_BATCHES):
        ids = list(old.values_list("id", flat=True)[:ROWS_PER_TRANSACTION])
        gone += PullRun.objects.filter(id__in=ids).delete()[0] if ids else 0
        if len(ids) < ROWS_PER_TRANSACTION:
            break
    return gone
