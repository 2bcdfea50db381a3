"""Issues of an organization: the list by keyset, one of them, how many are open, trends, entities, newest failures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from hub.accounts.models import Organization
from hub.errors import NotFound
from monitoring.models import MonitoringEvent
from monitoring.models.issues import OPEN_STATES, Issue, IssueBucket, IssueEntry, IssueSubject

Position = tuple[datetime, UUID]
"""Where an issue stands in the list: last_at, id."""
SPANS_LOOKED_AT: Final = 1000
"""Newest failures of an issue whose distribution its page shows."""


class IssueNotFound(NotFound):
    """No such issue in this organization."""

    code = "ISSUE_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such issue.")


@dataclass(frozen=True, slots=True)
class IssueSearch:
    """What the list is narrowed to; empty fields narrow nothing. text is a part of code, field or host.

    before is the last row of the page before, after the first row of the page that follows; never both.
    """

    states: Collection[str] = ()
    integration_ids: Collection[UUID] = ()
    use_case_ids: Collection[UUID] = ()
    codes: Collection[str] = ()
    assignee_ids: Collection[int] = ()
    issue_ids: Collection[UUID] = ()
    text: str = ""
    before: Position | None = None
    after: Position | None = None


def search_issues(*, organization: Organization, wanted: IssueSearch, limit: int) -> list[Issue]:
    """At most limit issues, the last to fail first; with after those right above it. One query."""
    issues = _narrowed(organization, wanted)
    if wanted.states:
        issues = issues.filter(state__in=wanted.states)
    if wanted.after:
        at, issue_id = wanted.after
        above = issues.filter(Q(last_at__gt=at) | Q(last_at=at, pk__gt=issue_id))
        return list(above.order_by("last_at", "id")[:limit])[::-1]
    if wanted.before:
        at, issue_id = wanted.before
        issues = issues.filter(Q(last_at__lt=at) | Q(last_at=at, pk__lt=issue_id))
    return list(issues.order_by("-last_at", "-id")[:limit])


def counts_by_state(*, organization: Organization, wanted: IssueSearch) -> dict[str, int]:
    """How many there are in each state that has any, whatever states are wanted; one query."""
    counts = _narrowed(organization, wanted).values("state").annotate(number=Count("id")).order_by("state")
    return {row["state"]: row["number"] for row in counts}


def codes_of(organization: Organization) -> list[str]:
    """The codes of all its issues, by name; one query."""
    codes = Issue.objects.of(organization).order_by("code").values_list("code", flat=True).distinct()
    return list(codes)


def get_issue(*, organization: Organization, issue_id: UUID) -> Issue:
    """The issue; raises IssueNotFound."""
    issue = Issue.objects.of(organization).filter(pk=issue_id).first()
    if issue is None:
        raise IssueNotFound
    return issue


def issues_named(*, organization: Organization, issue_ids: Collection[UUID]) -> list[Issue]:
    """Those that there are, the last to fail first; no query for none."""
    if not issue_ids:
        return []
    return list(Issue.objects.of(organization).filter(pk__in=issue_ids).order_by("-last_at", "-id"))


def issues_of_events(*, organization: Organization, event_ids: Collection[UUID]) -> list[UUID]:
    """The issues that failures of these events count for, the last to fail first; two queries, none for no events."""
    if not event_ids:
        return []
    spans = MonitoringEvent.objects.of(organization).filter(event_id__in=event_ids, issue_id__isnull=False)
    issue_ids = {one for one in spans.values_list("issue_id", flat=True).distinct() if one}
    named = issues_named(organization=organization, issue_ids=issue_ids)
    return list(dict.fromkeys(one.merged_into or one.pk for one in named))


def open_by_integration(organization: Organization) -> dict[UUID, int]:
    """How many open issues each integration has that has any; one query."""
    issues = Issue.objects.of(organization).filter(state__in=OPEN_STATES)
    counts = issues.values("integration_id").annotate(number=Count("id")).order_by("integration_id")
    return {row["integration_id"]: row["number"] for row in counts}


def trends_of(issue_ids: Collection[UUID], *, width: timedelta, steps: int, at: datetime) -> Mapping[UUID, list[int]]:
    """Failures per hour or day of UTC, the oldest first, steps of them with the present one; one query or none.

    An issue without failures in that time has only zeros.
    """
    minutes = width // timedelta(minutes=1)
    last = datetime.fromtimestamp(at.timestamp() // width.total_seconds() * width.total_seconds(), tz=UTC)
    first = last - (steps - 1) * width
    trends: dict[UUID, list[int]] = defaultdict(lambda: [0] * steps)
    if issue_ids:
        found = IssueBucket.objects.filter(issue_id__in=issue_ids, width_minutes=minutes)
        window = found.filter(starts_at__gte=first, starts_at__lte=last)
        for issue_id, starts_at, number in window.values_list("issue_id", "starts_at", "number"):
            trends[issue_id][(starts_at - first) // width] = number
    return trends


def subjects_of(issue: Issue, *, limit: int) -> list[str]:
    """Entities that it hit, the latest to be hit for the first time first."""
    hit = IssueSubject.objects.filter(issue_id=issue.pk).order_by("-id")
    return list(hit.values_list("subject", flat=True)[:limit])


def entries_of(issue: Issue, *, limit: int) -> list[IssueEntry]:
    """What was done about it, the newest first."""
    return list(IssueEntry.objects.filter(issue_id=issue.pk).order_by("-at", "-id")[:limit])


def merged_into(organization: Organization, issue: Issue) -> list[Issue]:
    """The issues whose failures count for this one, by the time they were merged; one query."""
    return list(Issue.objects.of(organization).filter(merged_into=issue.pk).order_by("state_at", "id"))


def newest_failures(
    organization: Organization, issue: Issue, merged: Sequence[Issue] = ()
) -> Sequence[MonitoringEvent]:
    """At most SPANS_LOOKED_AT failures of the issue and of those merged into it, the newest first; an equal share of
    each, with one query each, so that no index has to be sorted anew."""
    share = SPANS_LOOKED_AT // (1 + len(merged))
    spans = [span for one in (issue, *merged) for span in _newest(organization, one.pk, share)]
    return sorted(spans, key=lambda span: (span.completed_at, span.pk), reverse=True) if merged else spans


def _newest(organization: Organization, issue_id: UUID, limit: int) -> list[MonitoringEvent]:
    spans = MonitoringEvent.objects.of(organization).filter(issue_id=issue_id)
    return list(spans.order_by("-completed_at", "-id")[:limit])


def with_merged(organization_id: int, issue_id: UUID) -> list[UUID]:
    """The issue itself, and those whose failures count for it; one query."""
    merged = Issue.objects.filter(organization_id=organization_id, merged_into=issue_id).order_by("id")
    return [issue_id, *merged.values_list("pk", flat=True)]


def _narrowed(organization: Organization, wanted: IssueSearch) -> QuerySet[Issue]:
    exact = {
        "integration_id__in": wanted.integration_ids,
        "use_case_id__in": wanted.use_case_ids,
        "code__in": wanted.codes,
        "assignee_id__in": wanted.assignee_ids,
        "pk__in": wanted.issue_ids,
    }
    issues = Issue.objects.of(organization).filter(**{name: value for name, value in exact.items() if value})
    if not wanted.text:
        return issues
    text = wanted.text
    return issues.filter(Q(code__icontains=text) | Q(field__icontains=text) | Q(host__icontains=text))
