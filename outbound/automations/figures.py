"""figures_of: what the list shows of each automation: its last run, and how many there were in 24 hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery

from hub.accounts.models import Organization
from outbound.models import Automation, AutomationRun, RunState

WINDOW: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Figure:
    """last_at None: it has never run. runs and failed: of 24 hours, without those whose condition did not hold."""

    automation: Automation
    last_at: datetime | None
    last_state: str
    runs: int
    failed: int


def figures_of(*, organization: Organization, at: datetime) -> Sequence[Figure]:
    """Every automation, oldest first; two queries."""
    newest = AutomationRun.objects.filter(automation_id=OuterRef("pk")).order_by("-id")
    automations = (
        Automation.objects.of(organization)
        .order_by("created_at", "id")
        .annotate(last_at=Subquery(newest.values("created_at")[:1]), last_state=Subquery(newest.values("state")[:1]))
    )
    counted = _counted(organization, at - WINDOW)
    return [Figure(one, one.last_at, one.last_state or "", *counted.get(one.pk, (0, 0))) for one in automations]


def _counted(organization: Organization, since: datetime) -> dict[UUID, tuple[int, int]]:
    runs = AutomationRun.objects.of(organization).filter(created_at__gte=since).exclude(state=RunState.SKIPPED)
    rows = runs.order_by().values("automation_id").annotate(n=Count("pk"), bad=Count("pk", filter=Q(state="failed")))
    return {row["automation_id"]: (row["n"], row["bad"]) for row in rows}
