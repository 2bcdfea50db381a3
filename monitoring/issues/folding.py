"""fold: what transactions added becomes issues, their trends and whom they hit; moves their states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from hub import clock, database
from monitoring.issues.hit import add_subjects
from monitoring.issues.states import NEW_FOR, Seen, Standing, state_after
from monitoring.models.issues import Issue, IssueBucket, IssueDelta, IssueEntry, IssueState

FOLD_AT_ONCE: Final = 5_000
"""Delta rows that one run folds; the rest waits for the next."""
BUCKETS_AT_ONCE: Final = 200
HOURS_AND_DAYS: Final = (60, 1440)
"""Widths of the buckets of a trend, in minutes."""
SYSTEM: Final = "system"
_COMMON: Final = ("organization_id", "integration_id", "use_case_id", "sync_type", "level", "code", "field", "host")
_CHANGED: Final = (
    *("first_at", "last_at", "number", "replays", "subjects", "last_version"),
    *("state", "state_at", "snoozed_until", "snoozed_number", "revision"),
)


def fold() -> int:
    """One transaction; how many delta rows were folded. Any number of processes may fold at once."""
    return database.retrying(_fold)


@transaction.atomic
def _fold() -> int:
    """Whoever folds holds its deltas, which others pass over, and then its issues, in the order of their ids."""
    at = clock.now()
    pending = IssueDelta.objects.order_by("id").select_for_update(skip_locked=True)
    deltas = sorted(_as_merged(list(pending[:FOLD_AT_ONCE])), key=lambda delta: (delta.issue_id, delta.pk))
    by_issue = {issue_id: list(same) for issue_id, same in groupby(deltas, key=lambda delta: delta.issue_id)}
    issues = _locked(by_issue, at)
    _add_buckets(deltas)
    hit = add_subjects(by_issue, issues)
    for issue in issues.values():
        _add(issue, by_issue.get(issue.pk, []))
        issue.subjects = hit.get(issue.pk, issue.subjects)
        _move(issue, by_issue.get(issue.pk, []), at)
    Issue.objects.bulk_update(issues.values(), _CHANGED, batch_size=BUCKETS_AT_ONCE)
    IssueDelta.objects.filter(pk__in=[delta.pk for delta in deltas]).delete()
    return len(deltas)


def _as_merged(deltas: list[IssueDelta]) -> list[IssueDelta]:
    """What failed of an issue that is merged counts for the one that it is merged into. Whoever merges or splits after
    this has been read does so after these failures."""
    merged = Issue.objects.filter(pk__in={delta.issue_id for delta in deltas}, merged_into__isnull=False)
    rules = dict(merged.order_by("pk").values_list("pk", "merged_into"))
    for delta in deltas:
        delta.issue_id = rules.get(delta.issue_id) or delta.issue_id
    return deltas


def _locked(by_issue: Mapping[UUID, Sequence[IssueDelta]], at: datetime) -> dict[UUID, Issue]:
    """Those that get something, made where they are new, and those whose time has come."""
    fresh = [_made_of(same[0]) for same in by_issue.values()]
    Issue.objects.bulk_create(fresh, ignore_conflicts=True)
    is_due = Q(state=IssueState.NEW, first_at__lte=at - NEW_FOR) | Q(state=IssueState.SNOOZED, snoozed_until__lte=at)
    wanted = Issue.objects.filter(Q(pk__in=list(by_issue)) | is_due).order_by("id")
    return {issue.pk: issue for issue in wanted.select_for_update(no_key=True)}


def _made_of(delta: IssueDelta) -> Issue:
    common = {name: getattr(delta, name) for name in _COMMON}
    times = {"first_at": delta.first_at, "last_at": delta.last_at, "state_at": delta.first_at}
    return Issue(id=delta.issue_id, **common, **times)


def _add(issue: Issue, deltas: Sequence[IssueDelta]) -> None:
    issue.number += sum(delta.number for delta in deltas)
    issue.replays += sum(delta.replays for delta in deltas)
    issue.first_at = min([issue.first_at, *(delta.first_at for delta in deltas)])
    issue.last_at = max([issue.last_at, *(delta.last_at for delta in deltas)])
    versions = [one for one in (issue.last_version, *(delta.use_case_version for delta in deltas)) if one is not None]
    issue.last_version = max(versions, default=None)


def _move(issue: Issue, deltas: Sequence[IssueDelta], at: datetime) -> None:
    """An issue that changes its state by itself says so in its history."""
    standing = Standing(
        issue.state,
        issue.state_at,
        issue.first_at,
        issue.number,
        issue.resolved_version,
        issue.snoozed_until,
        issue.snoozed_number,
    )
    state = state_after(standing, [Seen(delta.use_case_version, delta.last_at) for delta in deltas], at)
    if state == issue.state:
        return
    if issue.state != IssueState.NEW:
        IssueEntry.objects.create(issue_id=issue.pk, at=at, kind=state, actor_type=SYSTEM)
    issue.state, issue.state_at = state, at
    issue.snoozed_until = issue.snoozed_number = None
    issue.revision += 1


def _add_buckets(deltas: Iterable[IssueDelta]) -> None:
    """The issues are locked, so nobody else writes their buckets meanwhile."""
    numbers: dict[tuple[UUID, int, datetime], int] = defaultdict(int)
    for delta in deltas:
        for width in HOURS_AND_DAYS if delta.number else ():
            numbers[delta.issue_id, width, _start_of(delta.starts_at, width)] += delta.number
    found = IssueBucket.objects.filter(
        issue_id__in={place[0] for place in numbers}, starts_at__in={place[2] for place in numbers}
    )
    grown = [one for one in found if (one.issue_id, one.width_minutes, one.starts_at) in numbers]
    for bucket in grown:
        bucket.number += numbers.pop((bucket.issue_id, bucket.width_minutes, bucket.starts_at))
    IssueBucket.objects.bulk_update(grown, ["number"], batch_size=BUCKETS_AT_ONCE)
    IssueBucket.objects.bulk_create(
        IssueBucket(issue_id=issue_id, width_minutes=width, starts_at=starts_at, number=number)
        for (issue_id, width, starts_at), number in sorted(numbers.items())
    )


def _start_of(hour: datetime, width_minutes: int) -> datetime:
    return hour if width_minutes == HOURS_AND_DAYS[0] else hour - timedelta(hours=hour.hour)
