"""An issue that is merged into another one: where its failures count, who is told, and how it is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.accounts.audit import Actor
from hub.accounts.models import AuditEntry
from hub.errors import Invalid
from hub.retention.running import apply
from monitoring.issues.acts import assign, resolve
from monitoring.issues.changing import By, IssueChanged, IssueMerged
from monitoring.issues.folding import fold
from monitoring.issues.merging import MOST_MERGED, merge, split
from monitoring.issues.query import newest_failures
from monitoring.models import MonitoringEvent
from monitoring.models.issues import Issue, IssueEntry, IssueState
from monitoring.record import record
from tests.builders import NOW, make_integration, make_use_case
from tests.hub.entities.conftest import Store, file_store, in_threads  # noqa: F401 -- a fixture
from tests.monitoring.issues.conftest import span_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def by(organization):
    """``by(issue, …)``: somebody who acts on what they see of the issue, and says why."""

    def make(issue: Issue, **fields: object) -> By:
        usual = {"organization": organization, "actor": Actor("user", "7"), "at": NOW + HOUR, "text": "Same cause"}
        return By(**usual | {"revision": issue.revision} | fields)

    return make


def codes(failing, *names):
    """One issue each, the last one failed last."""
    return [failing(code=name, at=NOW + timedelta(seconds=number)) for number, name in enumerate(names)]


def again(issue):
    return Issue.objects.get(pk=issue.pk)


def test_failures_of_a_merged_issue_count_for_the_other_one(failing, use_case, by):
    one, other = codes(failing, "TIMEOUT", "EXTERNAL_API_ERROR")
    merge(one, by(one), other)
    record([span_of(use_case, code="TIMEOUT", at=NOW + 2 * HOUR)] * 3)
    fold()
    assert (again(one).number, again(other).number, again(other).last_at) == (1, 4, NOW + 2 * HOUR)


def test_after_a_split_they_count_for_themselves(failing, use_case, by):
    one, other = codes(failing, "TIMEOUT", "EXTERNAL_API_ERROR")
    merge(one, by(one), other)
    split(again(one), by(again(one)))
    record([span_of(use_case, code="TIMEOUT")] * 3)
    fold()
    assert (again(one).number, again(other).number, again(one).state) == (4, 1, IssueState.NEW)


def test_a_failure_of_a_merged_issue_reopens_the_other_one(failing, use_case, by):
    one, other = codes(failing, "TIMEOUT", "EXTERNAL_API_ERROR")
    merge(one, by(one), other)
    resolve(again(other), by(again(other)))
    record([span_of(use_case, code="TIMEOUT", at=NOW + 2 * HOUR, use_case_version=use_case.version)])
    fold()
    assert (again(one).state, again(other).state) == (IssueState.MERGED, IssueState.REGRESSED)


def test_the_newest_failures_are_those_of_both(failing, organization, by):
    one, other = codes(failing, "TIMEOUT", "EXTERNAL_API_ERROR")
    merge(one, by(one), other)
    assert {span.issue_id for span in newest_failures(organization, other, [again(one)])} == {one.pk, other.pk}


def test_both_histories_and_the_audit_trail_tell_of_it_and_why(failing, by):
    one, other = codes(failing, "TIMEOUT", "EXTERNAL_API_ERROR")
    merge(one, by(one), other)
    entries = IssueEntry.objects.order_by("kind").values_list("issue_id", "kind", "other_id", "text")
    assert list(entries) == [(other.pk, "joined", one.pk, "Same cause"), (one.pk, "merged", other.pk, "Same cause")]
    assert AuditEntry.objects.get(action="issue.merged").changes["into"] == str(other.pk)


def test_a_reason_is_asked_for(failing, by):
    one, other = codes(failing, "TIMEOUT", "EXTERNAL_API_ERROR")
    with pytest.raises(Invalid):
        merge(one, by(one, text=" "), other)


def test_of_two_who_merge_issues_into_each_other_one_is_told(failing, by):
    one, other = codes(failing, "TIMEOUT", "EXTERNAL_API_ERROR")
    merge(one, by(one), other)
    with pytest.raises((IssueChanged, Invalid)):
        merge(other, by(other), one)
    assert again(other).merged_into is None


def test_who_merges_into_an_issue_that_was_merged_meanwhile_is_told(failing, by):
    one, two, three = codes(failing, "TIMEOUT", "EXTERNAL_API_ERROR", "UNKNOWN_ERROR")
    merge(two, by(two), three)
    with pytest.raises(Invalid):
        merge(one, by(one), two)
    assert again(one).state == IssueState.NEW


def test_an_issue_that_others_were_merged_into_is_not_merged(failing, by):
    one, two, three = codes(failing, "TIMEOUT", "EXTERNAL_API_ERROR", "UNKNOWN_ERROR")
    merge(one, by(one), two)
    with pytest.raises(Invalid, match="Other issues were merged"):
        merge(again(two), by(again(two)), three)


@pytest.mark.parametrize("fields", [{"sync_type": "managed_call"}, {"detail": {"host": "erp.example.com"}}])
def test_issues_of_another_step_or_target_are_not_merged(failing, by, fields):
    one, other = failing(), failing(code="TIMEOUT", at=NOW + HOUR, **fields)
    with pytest.raises(Invalid, match="same use case"):
        merge(one, by(one), other)


def test_issues_of_two_use_cases_are_not_merged(failing, organization, by):
    second = make_use_case(integration=make_integration(organization=organization))
    one, other = failing(), failing(use_case_id=second.pk, at=NOW + HOUR)
    with pytest.raises(Invalid, match="same use case"):
        merge(one, by(one), other)


def test_an_issue_is_not_merged_into_itself(failing, by):
    one = failing()
    with pytest.raises(Invalid):
        merge(one, by(one), one)


def test_only_so_many_issues_are_merged_into_one(failing, by):
    other, *merged, one = codes(failing, *(f"CODE_{number}" for number in range(MOST_MERGED + 2)))
    Issue.objects.filter(pk__in=[issue.pk for issue in merged]).update(state="merged", merged_into=other.pk)
    with pytest.raises(Invalid, match="No more than"):
        merge(one, by(one), other)


def test_what_is_merged_is_not_decided_about(failing, by):
    one, other = codes(failing, "TIMEOUT", "EXTERNAL_API_ERROR")
    merge(one, by(one), other)
    merged = again(one)
    for act in (resolve, lambda issue, who: assign(issue, who, None), lambda issue, who: merge(issue, who, other)):
        with pytest.raises(IssueMerged):
            act(merged, by(merged))


def test_what_is_not_merged_is_not_split(failing, by):
    issue = failing()
    with pytest.raises(IssueChanged):
        split(issue, by(issue))


def test_a_neighbour_merges_nothing(failing, by, stage):
    one, other = codes(failing, "TIMEOUT", "EXTERNAL_API_ERROR")
    with pytest.raises(Invalid):
        merge(one, replace(by(one), organization=stage.next_door), other)


def test_an_issue_stays_as_long_as_one_that_was_merged_into_it(failing, clock, by):
    one, other = codes(failing, "TIMEOUT", "EXTERNAL_API_ERROR")
    merge(one, by(one), other)
    MonitoringEvent.objects.filter(issue_id=other.pk).delete()
    clock.move(days=91)
    apply()
    assert Issue.objects.count() == 2


def test_no_failure_is_lost_while_issues_are_merged_and_split(file_store: Store) -> None:  # noqa: F811 -- a fixture
    organization = file_store.organization
    use_case = make_use_case(integration=make_integration(organization=organization))
    record([span_of(use_case, code="TIMEOUT"), span_of(use_case, code="EXTERNAL_API_ERROR")])
    fold()
    one, other = Issue.objects.order_by("code")

    def fail_and_fold() -> None:
        for _ in range(10):
            record([span_of(use_case, code="TIMEOUT"), span_of(use_case, code="EXTERNAL_API_ERROR")])
            fold()

    def merge_and_split() -> None:
        for number in range(10):
            source, target = (one, other) if number % 2 else (other, one)
            seen = again(source)
            who = By(organization, Actor("user", "7"), NOW, seen.revision, "Same cause")
            try:
                merge(seen, who, again(target))
            except (IssueChanged, IssueMerged, Invalid):
                continue
            seen = again(source)
            split(seen, replace(who, revision=seen.revision))

    in_threads(fail_and_fold, fail_and_fold, merge_and_split)
    fold()
    assert sum(Issue.objects.order_by("pk").values_list("number", flat=True)) == 42
    assert not Issue.objects.exclude(merged_into=None).exists()
