"""forget_issues: issues that have no failures left to show go with all that belongs to them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from hub.retention.walking import unheld
from monitoring.models import MonitoringEvent
from monitoring.models.issues import Issue, IssueBucket, IssueEntry, IssueSubject


def forget_issues(limit: datetime, most: int) -> int:
    """Delete so many issues at most that last failed before limit and of whose failures none is kept; how many rows.

    One that others are merged into stays as long as they do, also where that happened a moment ago.
    """
    kept = MonitoringEvent.objects.filter(issue_id=OuterRef("pk"))
    merged = Issue.objects.filter(merged_into=OuterRef("pk"))
    old = unheld(Issue.objects.filter(~Exists(kept), ~Exists(merged), last_at__lt=limit).order_by("pk"))
    keys = set(old.values_list("pk", flat=True)[:most])
    keys -= set(Issue.objects.filter(merged_into__in=keys).values_list("merged_into", flat=True))
    if not keys:
        return 0
    parts = (IssueBucket, IssueSubject, IssueEntry)
    gone = sum(part._default_manager.filter(issue_id__in=keys).delete()[0] for part in parts)
    return gone + Issue.objects.filter(pk__in=keys).delete()[0]
