"""What the pages of issues ask for is found by an index, however many spans and issues there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from hub import database
from inbound.query import EventFilter, list_events
from monitoring.issues import query
from monitoring.models.issues import Issue
from tests.builders import NOW

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
READS: dict[str, tuple[Callable[[Any, Issue], object], str]] = {
    "the list": (
        lambda home, issue: query.search_issues(organization=home, wanted=query.IssueSearch(), limit=50),
        "issues_by_last_failure",
    ),
    "trends": (
        lambda home, issue: query.trends_of([issue.pk], width=HOUR, steps=24, at=NOW),
        "one_issue_bucket|autoindex_monitoring_issuebucket|issue_buckets_by_age",
    ),
    "failures": (query.newest_failures, "spans_of_an_issue"),
    "entities": (
        lambda home, issue: query.subjects_of(issue, limit=20),
        "one_subject_per_issue|autoindex_monitoring_issuesubject",
    ),
    "the history": (lambda home, issue: query.entries_of(issue, limit=50), "issue_entries_by_time"),
    "events": (
        lambda home, issue: list_events(organization_id=home.pk, wanted=EventFilter(issue_id=issue.pk), limit=50),
        "spans_of_a",
    ),
}


@pytest.mark.parametrize("name", READS)
def test_an_index_answers(organization, failing, count_queries, name):
    read, index = READS[name]
    issue = failing()
    with count_queries() as counted:
        read(organization, issue)
    explain = "EXPLAIN QUERY PLAN "
    if connection.vendor == "postgresql":
        database.rows(database.BY_INDEX)
        explain = "EXPLAIN "
    plans = [str(database.rows(explain + one["sql"].replace("%", "%%"))) for one in counted]
    assert any(re.search(index, plan) for plan in plans)
    assert not [plan for plan in plans if "Seq Scan" in plan]
