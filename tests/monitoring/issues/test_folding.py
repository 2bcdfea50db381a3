"""What becomes of failures once they are folded into their issues."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from monitoring.issues.folding import fold
from monitoring.issues.telling import MOST_SUBJECTS
from monitoring.models import MonitoringEvent
from monitoring.models.issues import Issue, IssueBucket, IssueDelta, IssueEntry, IssueState
from monitoring.record import record
from tests.builders import NOW, make_integration, make_use_case
from tests.hub.entities.conftest import Store, file_store, in_threads  # noqa: F401 -- a fixture
from tests.monitoring.issues.conftest import span_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_failures_of_one_cause_are_one_issue(failing):
    issue = failing(times=3)
    assert (Issue.objects.count(), issue.number, issue.state) == (1, 3, IssueState.NEW)


def test_every_failure_names_its_issue(failing):
    issue = failing(times=2)
    assert set(MonitoringEvent.objects.values_list("issue_id", flat=True)) == {issue.pk}


def test_what_went_well_names_none(use_case):
    record([span_of(use_case, level="success")])
    assert MonitoringEvent.objects.get().issue_id is None
    assert not IssueDelta.objects.exists()


def test_failures_of_one_transaction_are_one_row_to_fold(use_case):
    record([span_of(use_case)] * 500)
    assert IssueDelta.objects.get().number == 500


def test_failures_of_replays_are_told_apart_from_the_others(failing):
    failing(times=8)
    issue = failing(times=3, is_again=True)
    assert (issue.number, issue.replays) == (8, 3)


def test_the_trend_leaves_replays_out(failing):
    issue = failing(times=2, is_again=True)
    assert (issue.replays, IssueBucket.objects.count()) == (2, 0)


def test_a_replay_that_fails_with_the_mended_version_reopens_the_issue(failing):
    issue = failing(use_case_version=1)
    Issue.objects.update(state=IssueState.RESOLVED, state_at=NOW, resolved_version=2)
    issue = failing(at=NOW + HOUR, use_case_version=2, is_again=True)
    assert issue.state == IssueState.REGRESSED


def test_replays_do_not_wake_an_issue_that_sleeps_until_it_has_failed_more_often(failing):
    failing()
    Issue.objects.update(state=IssueState.SNOOZED, snoozed_number=2)
    assert failing(times=5, is_again=True).state == IssueState.SNOOZED


def test_nothing_is_folded_twice(failing):
    failing(times=3)
    assert fold() == 0
    assert Issue.objects.get().number == 3


def test_first_and_last_are_those_of_all_failures(failing):
    failing(at=NOW - timedelta(hours=2))
    failing(at=NOW - timedelta(hours=5))
    issue = failing(at=NOW)
    assert (issue.first_at, issue.last_at, issue.number) == (NOW - timedelta(hours=5), NOW, 3)


def test_the_trend_counts_hours_and_days(failing):
    failing(times=2, at=NOW)
    failing(times=3, at=NOW + timedelta(minutes=59))
    failing(times=4, at=NOW + timedelta(minutes=60))
    hours = IssueBucket.objects.filter(width_minutes=60).order_by("starts_at").values_list("number", flat=True)
    assert list(hours) == [5, 4]
    day = IssueBucket.objects.get(width_minutes=1440)
    assert (day.number, day.starts_at) == (9, NOW.replace(hour=0))


def test_an_entity_that_is_hit_twice_is_one(use_case, failing):
    failing(entity_id=UUID(int=1))
    issue = failing(entity_id=UUID(int=1))
    assert failing(entity_id=UUID(int=2)).subjects == issue.subjects + 1 == 2


def test_entities_are_counted_no_further_than_a_thousand(use_case):
    record([span_of(use_case, entity_id=UUID(int=number)) for number in range(MOST_SUBJECTS - 1)])
    record([span_of(use_case, entity_id=UUID(int=2000 + number)) for number in range(5)])
    fold()
    assert Issue.objects.get().subjects == MOST_SUBJECTS


@pytest.mark.parametrize(
    "fields",
    [
        {"entity_id": UUID(int=1), "detail": {"schema": "s" * 1000}},
        {"detail": {"schema": {"a": 1}, "identifiers": {"number": "7" * 1000}}},
        {"detail": {"path": "p" * 1000, "host": "h" * 1000, "missing": [1, None], "warnings": [None], "steps": [1]}},
        {"detail": {"missing": "text", "warnings": {"a": 1}, "steps": {"a": 1}, "detail": [1]}},
        {"detail": ["no", "object"]},
    ],
)
def test_no_detail_is_too_long_or_too_strange_to_be_folded(failing, fields):
    assert failing(**fields).number == 1


def test_an_issue_that_comes_back_says_so_in_its_history(failing):
    issue = failing()
    Issue.objects.update(state=IssueState.RESOLVED, state_at=NOW)
    assert failing(at=NOW + timedelta(minutes=1)).state == IssueState.REGRESSED
    entry = IssueEntry.objects.get(issue_id=issue.pk)
    assert (entry.kind, entry.actor_type) == ("regressed", "system")


def test_time_alone_ends_a_snooze(failing, clock):
    failing()
    Issue.objects.update(state=IssueState.SNOOZED, snoozed_until=NOW + timedelta(hours=1))
    clock.move(hours=1)
    fold()
    assert Issue.objects.get().state == IssueState.ONGOING


def test_a_change_of_state_makes_older_decisions_stale(failing):
    revision = failing().revision
    Issue.objects.update(state=IssueState.RESOLVED, state_at=NOW)
    assert failing(at=NOW + timedelta(minutes=1)).revision == revision + 1


def test_many_that_fold_at_once_lose_no_failure(file_store: Store) -> None:  # noqa: F811 -- a fixture
    use_case = make_use_case(integration=make_integration(organization=file_store.organization))

    def fail_and_fold() -> None:
        for number in range(10):
            record([span_of(use_case, entity_id=UUID(int=number)), span_of(use_case, code="TIMEOUT", at=NOW + HOUR)])
            fold()

    in_threads(*[fail_and_fold] * 4)
    fold()
    numbers = Issue.objects.order_by("code").values_list("code", "number", "subjects")
    assert list(numbers) == [("MAPPING_EXPRESSION_FAILED", 40, 10), ("TIMEOUT", 40, 0)]
    assert sorted(IssueBucket.objects.values_list("width_minutes", "number")) == [(60, 40)] * 2 + [(1440, 40)] * 2
