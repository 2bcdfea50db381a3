"""apply: core events are kept for 90 days, then deleted in small batches."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hub import clock
from hub.events.models import AutomationFiring, CoreEvent
from hub.ids import first_id_at

KEPT: Final = timedelta(days=90)
ROWS_PER_TRANSACTION: Final = 500
"""Payloads with their entities may be large."""
MOST_BATCHES: Final = 100
"""Batches of one run; what is left goes in the next, so that nothing holds the worker for long."""


def apply() -> int:
    """Delete the events that were published longer ago; how many went. An id tells when, so that it is one index."""
    old = CoreEvent.objects.filter(pk__lt=first_id_at(clock.now() - KEPT)).order_by("pk")
    gone = 0
    for _ in range(MOST_BATCHES):
        keys = list(old.values_list("pk", flat=True)[:ROWS_PER_TRANSACTION])
        gone += CoreEvent.objects.filter(pk__in=keys).delete()[0] if keys else 0
        if len(keys) < ROWS_PER_TRANSACTION:
            break
    gone += _forget_firings()
    return gone


def _forget_firings() -> int:
    """What automations have fired, as long as the events themselves."""
    keys = list(
        AutomationFiring.objects.filter(fired_at__lt=clock.now() - KEPT)
        .order_by("fired_at")
        .values_list("pk", flat=True)[: ROWS_PER_TRANSACTION * 2]
    )
    return AutomationFiring.objects.filter(pk__in=keys).delete()[0] if keys else 0
