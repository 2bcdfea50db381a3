"""claim: the oldest runs that are due, leased so that no other worker takes them on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from django.db.models import Exists, F, OuterRef

from hub import clock, database
from hub.events.models import CoreEvent
from outbound.models import AutomationRun, RunState
from outbound.models.automations import UNFINISHED_RUNS

AT_ONCE: Final = 50
"""Runs that one turn takes on."""
LOOKED_AT: Final = 500
"""Runs that are due among which those are looked for whose event is worked out."""
LEASE: Final = timedelta(seconds=60)
"""Longer than a step can take: its expressions have seconds, its writes the time of a statement."""


def claim() -> list[AutomationRun]:
    """Up to AT_ONCE runs, each counted as an attempt, in the order in which they were planned.

    Runs of one automation about one entity keep their order: one is due only when none before it is on its way. Nor
    is one whose event is still being worked out.
    """
    at = clock.now()
    lease = uuid4()
    keys = _due(at)
    if not keys:
        return []
    chosen = AutomationRun.objects.filter(pk__in=keys, state__in=UNFINISHED_RUNS, next_attempt_at__lte=at)
    won = database.retrying(
        lambda: chosen.update(
            state=RunState.RUNNING, lease=lease, next_attempt_at=at + LEASE, attempts=F("attempts") + 1
        )
    )
    return list(AutomationRun.objects.filter(pk__in=keys, lease=lease).order_by("sequence")) if won else []


def release(runs: Sequence[AutomationRun]) -> None:
    """Give back what was claimed and not begun; it counts as no attempt."""
    for run in runs:
        held = AutomationRun.objects.filter(pk=run.pk, lease=run.lease)
        held.update(state=RunState.WAITING, lease=None, next_attempt_at=clock.now(), attempts=F("attempts") - 1)


def _due(at: datetime) -> list[int]:
    going = AutomationRun.objects.filter(state__in=UNFINISHED_RUNS)
    earlier = going.filter(
        automation_id=OuterRef("automation_id"), entity_id=OuterRef("entity_id"), sequence__lt=OuterRef("sequence")
    )
    due = going.filter(~Exists(earlier), next_attempt_at__lte=at).order_by("sequence")
    rows = list(due.values_list("sequence", "core_event_id")[:LOOKED_AT])
    wanted = [event_id for _, event_id in rows if event_id is not None]
    raw = set(CoreEvent.objects.filter(pk__in=wanted, state=CoreEvent.State.RAW).values_list("pk", flat=True))
    return [sequence for sequence, event_id in rows if event_id not in raw][:AT_ONCE]
