"""An issue lasts as long as its last failure is kept."""

from __future__ import annotations

from uuid import UUID

import pytest

from hub.retention.running import apply
from monitoring.models import MonitoringEvent
from monitoring.models.issues import Issue, IssueBucket, IssueEntry, IssueSubject
from tests.builders import NOW

pytestmark = pytest.mark.django_db

PARTS = (IssueBucket, IssueSubject, IssueEntry)


def test_an_issue_goes_with_its_last_failure_and_takes_everything_along(failing, clock):
    issue = failing(entity_id=UUID(int=1))
    IssueEntry.objects.create(issue_id=issue.pk, at=NOW, kind="note", actor_type="user")
    assert all(part.objects.exists() for part in PARTS)
    MonitoringEvent.objects.filter(issue_id=issue.pk).delete()
    clock.move(days=91)
    apply()
    assert not any(part.objects.exists() for part in (Issue, *PARTS))


def test_an_issue_stays_while_a_failure_of_it_is_kept(failing, clock):
    failing()
    clock.move(days=300)
    apply()
    assert Issue.objects.exists()


def test_the_hours_of_a_trend_go_before_its_days(failing, clock):
    failing()
    clock.move(days=9)
    apply()
    assert list(IssueBucket.objects.values_list("width_minutes", flat=True)) == [1440]
    assert Issue.objects.exists()
