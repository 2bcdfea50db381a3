"""plan: what is due becomes a run; a use case whose schedule nobody has seen yet is taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction

from hub import background, clock, database
from hub.ids import new_id, new_ids
from integrations.models import UseCase
from proxies.models import Pull, PullKind, PullRun
from proxies.pulling.schedules import Scheduled, scheduled

RUN: Final = "proxies.pulling.running.work"
"""The worker stage that takes runs on."""


def plan() -> int:
    """One of SCHEDULES: how many use cases were due. Three statements, and three more where there are any.

    A run that is still on its way when the next one is due stands for both.
    """
    at = clock.now()
    wanted = {one.use_case.pk: one for one in scheduled(UseCase.objects.filter(enabled=True)) if one.pull.every}
    Pull.objects.bulk_create([pull_of(one, at) for one in wanted.values()], ignore_conflicts=True)
    due = list(Pull.objects.filter(use_case_id__in=wanted, next_run_at__lte=at, paused_at__isnull=True))
    if due:
        database.retrying(partial(_plan, due, wanted, at))
    return len(due)


@transaction.atomic
def _plan(due: Sequence[Pull], wanted: Mapping[UUID, Scheduled], at: datetime) -> None:
    for pull in due:
        pull.next_run_at = max(pull.next_run_at + (wanted[pull.use_case_id].pull.every or timedelta()), at)
    Pull.objects.bulk_update(due, ["next_run_at"])
    ids = new_ids(len(due))
    runs = [run_of(pull, PullKind.SCHEDULED, at, run_id) for pull, run_id in zip(due, ids, strict=True)]
    PullRun.objects.bulk_create(runs, ignore_conflicts=True)
    background.after_commit(RUN)


def pull_of(one: Scheduled, at: datetime) -> Pull:
    """The row of a use case that has none yet; unsaved. Its first run is due at once."""
    use_case = one.use_case
    return Pull(
        use_case_id=use_case.pk,
        organization_id=use_case.organization_id,
        integration_id=use_case.integration_id,
        next_run_at=at,
    )


def run_of(pull: Pull, kind: PullKind, at: datetime, run_id: UUID | None = None) -> PullRun:
    """A run that is due at once; unsaved."""
    return PullRun(
        id=run_id or new_id(),
        organization_id=pull.organization_id,
        integration_id=pull.integration_id,
        use_case_id=pull.use_case_id,
        kind=kind,
        next_attempt_at=at,
        created_at=at,
    )
