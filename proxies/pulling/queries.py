"""What pages and the API ask of schedules: one with its standing, pages of its runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.accounts.models import Organization
from integrations.models import UseCase
from proxies.models import UNFINISHED_PULLS, Pull, PullKind, PullRun


@dataclass(frozen=True, slots=True)
class Standing:
    """pull None: the schedule was never looked at. under_way: the run that moves the cursor, where one does now."""

    pull: Pull | None
    under_way: PullRun | None
    last: PullRun | None
    """The newest that has ended, on demand or not."""


def standing_of(*, organization: Organization, use_case: UseCase) -> Standing:
    """Three queries."""
    runs = PullRun.objects.of(organization).filter(use_case_id=use_case.pk)
    going = runs.filter(state__in=UNFINISHED_PULLS).exclude(kind=PullKind.ON_DEMAND)
    return Standing(
        Pull.objects.of(organization).filter(pk=use_case.pk).first(),
        going.first(),
        runs.filter(finished_at__isnull=False).order_by("-id").first(),
    )


def runs_page(
    *, organization: Organization, use_case: UseCase, before: UUID | None = None, limit: int
) -> Sequence[PullRun]:
    """At most limit runs, the newest first, older than the one called before; one query."""
    runs = PullRun.objects.of(organization).filter(use_case_id=use_case.pk)
    if before is not None:
        runs = runs.filter(id__lt=before)
    return list(runs.order_by("-id")[:limit])
