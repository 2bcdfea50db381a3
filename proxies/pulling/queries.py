"""What pages and the API ask of schedules: where each stands, pages of its runs, one of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery, UUIDField, Value
from django.db.models.functions import Coalesce

from hub.accounts.models import Organization
from hub.errors import NotFound
from integrations.models import UseCase
from proxies.models import UNFINISHED_PULLS, Pull, PullKind, PullRun, PullState
from proxies.pulling.heartbeat import is_interrupted


class RunStatus(StrEnum):
    """How people call the state of a run: as it is stored, and interrupted where whoever read it is gone."""

    PLANNED = "planned"
    WAITING = "waiting"
    RUNNING = "running"
    INTERRUPTED = "interrupted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunNotFound(NotFound):
    """No such run of this schedule."""

    code = "PULL_RUN_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such run of this use case.")


@dataclass(frozen=True, slots=True)
class Standing:
    """pull None: the schedule was never looked at. under_way: the run that moves the cursor, where one does now."""

    pull: Pull | None = None
    under_way: PullRun | None = None
    last: PullRun | None = None
    """The newest that has ended, on demand or not."""
    failures: int = 0
    """Runs that failed since one succeeded, of those that move the cursor and are still kept."""


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs of a use case. since (included) and until (not) are about when they were planned; before: the last
    run of the page before."""

    use_case_id: UUID
    at: datetime
    status: RunStatus | None = None
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: UUID | None = None


NOWHERE: Final = Standing()


def status_of(run: PullRun, at: datetime) -> RunStatus:
    """How people call it at the moment."""
    return RunStatus.INTERRUPTED if is_interrupted(run, at) else RunStatus(run.state)


def standing_of(*, organization: Organization, use_case: UseCase) -> Standing:
    """Four queries."""
    return standings_of(organization=organization, use_case_ids=[use_case.pk]).get(use_case.pk, NOWHERE)


def standings_of(*, organization: Organization, use_case_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Use case → where its schedule stands; four queries for all of them."""
    runs = PullRun.objects.of(organization)
    pulls = {one.pk: one for one in Pull.objects.of(organization).filter(pk__in=use_case_ids)}
    going = runs.filter(use_case_id__in=use_case_ids, state__in=UNFINISHED_PULLS).exclude(kind=PullKind.ON_DEMAND)
    under_way = {run.use_case_id: run for run in going}
    counted = {key: (last_run, failures) for key, last_run, failures in _counted(organization, use_case_ids)}
    last = {run.pk: run for run in runs.filter(pk__in=[run_id for run_id, _ in counted.values() if run_id])}
    return {
        key: Standing(pulls.get(key), under_way.get(key), last.get(last_run), failures or 0)
        for key, (last_run, failures) in counted.items()
    }


def runs_page(*, organization: Organization, wanted: RunFilter, limit: int) -> Sequence[PullRun]:
    """At most limit runs, the newest first; one query."""
    runs = PullRun.objects.of(organization).filter(use_case_id=wanted.use_case_id)
    if wanted.status is not None:
        runs = runs.filter(_with(wanted.status, wanted.at))
    if wanted.kind:
        runs = runs.filter(kind=wanted.kind)
    if wanted.since is not None:
        runs = runs.filter(created_at__gte=wanted.since)
    if wanted.until is not None:
        runs = runs.filter(created_at__lt=wanted.until)
    if wanted.before is not None:
        runs = runs.filter(id__lt=wanted.before)
    return list(runs.order_by("-id")[:limit])


def get_run(*, organization: Organization, use_case: UseCase, run_id: UUID | None) -> PullRun:
    """The run. Raises RunNotFound, also for None, which stands for an id that nobody gave out."""
    found = PullRun.objects.of(organization).filter(use_case_id=use_case.pk, pk=run_id).first() if run_id else None
    if found is None:
        raise RunNotFound
    return found


def _counted(organization: Organization, use_case_ids: Collection[UUID]) -> Iterable[tuple[UUID, UUID, int | None]]:
    """Use case, its last run that has ended (or None), and its failures; each is found at the end of an index."""
    ended = PullRun.objects.filter(use_case_id=OuterRef("pk"), finished_at__isnull=False).order_by("-id")
    succeeded = PullRun.objects.filter(use_case_id=OuterRef(OuterRef("pk")), state=PullState.SUCCEEDED)
    last_success = succeeded.exclude(kind=PullKind.ON_DEMAND).order_by("-id").values("id")[:1]
    since = Coalesce(Subquery(last_success), Value(UUID(int=0), UUIDField()))
    failed = ended.exclude(kind=PullKind.ON_DEMAND).filter(state=PullState.FAILED, id__gt=since)
    per_use_case = failed.order_by().values("use_case_id").annotate(failures=Count("id")).values("failures")
    use_cases = UseCase.objects.of(organization).filter(pk__in=use_case_ids)
    last_run = Subquery(ended.values("id")[:1])
    return use_cases.annotate(last=last_run, failures=Subquery(per_use_case)).values_list("pk", "last", "failures")


def _with(status: RunStatus, at: datetime) -> Q:
    if status == RunStatus.INTERRUPTED:
        return Q(state=PullState.RUNNING, next_attempt_at__lte=at)
    if status == RunStatus.RUNNING:
        return Q(state=PullState.RUNNING, next_attempt_at__gt=at)
    return Q(state=status.value)
