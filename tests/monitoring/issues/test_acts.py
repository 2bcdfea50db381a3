"""What people do about an issue, and what happens when two do it at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.accounts.audit import Actor
from hub.accounts.models import AuditEntry, Role
from hub.errors import Invalid
from monitoring.issues.acts import add_note, assign, reopen, resolve, snooze_for, snooze_for_failures
from monitoring.issues.changing import By, IssueChanged
from monitoring.models.issues import Issue, IssueEntry, IssueState
from tests.builders import NOW, make_member

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def by(organization):
    """``by(issue, …)``: somebody who acts on what they see of the issue."""

    def make(issue: Issue, **fields: object) -> By:
        usual = {"organization": organization, "actor": Actor("user", "7"), "at": NOW + HOUR}
        return By(**usual | {"revision": issue.revision} | fields)

    return make


def state_of(issue: Issue) -> str:
    return Issue.objects.get(pk=issue.pk).state


def test_a_resolved_issue_comes_back_when_the_active_version_fails(failing, use_case, by):
    issue = failing(use_case_version=use_case.version)
    resolve(issue, by(issue))
    assert failing(at=NOW + 2 * HOUR, use_case_version=use_case.version).state == IssueState.REGRESSED


def test_an_issue_that_the_next_version_repairs_stays_resolved_until_that_fails(failing, use_case, by):
    issue = failing(use_case_version=use_case.version)
    resolve(issue, by(issue), in_next_version=True)
    assert failing(at=NOW + 2 * HOUR, use_case_version=use_case.version).state == IssueState.RESOLVED
    assert failing(at=NOW + 3 * HOUR, use_case_version=use_case.version + 1).state == IssueState.REGRESSED


def test_the_next_version_repairs_nothing_of_which_no_version_is_known(failing, use_case, by):
    issue = failing()
    with pytest.raises(Invalid):
        resolve(issue, by(issue), in_next_version=True)
    assert state_of(issue) == IssueState.NEW


def test_what_is_resolved_without_a_known_version_names_none(failing, use_case, by):
    issue = failing()
    resolve(issue, by(issue))
    assert Issue.objects.get(pk=issue.pk).resolved_version is None
    assert AuditEntry.objects.get(action="issue.resolved").changes.keys() == {"before"}


def test_of_two_who_decide_at_once_one_is_told(failing, by):
    issue = failing()
    resolve(issue, by(issue))
    with pytest.raises(IssueChanged):
        snooze_for(issue, by(issue), HOUR)
    assert state_of(issue) == IssueState.RESOLVED


def test_who_was_too_late_leaves_no_trace(failing, by):
    issue = failing()
    resolve(issue, by(issue))
    traces = IssueEntry.objects.count(), AuditEntry.objects.count()
    with pytest.raises(IssueChanged):
        assign(issue, by(issue), None)
    assert (IssueEntry.objects.count(), AuditEntry.objects.count()) == traces


def test_every_act_is_in_the_history_and_in_the_audit_trail(failing, by):
    issue = failing()
    resolve(issue, by(issue, text="Lookup table completed"))
    entry = IssueEntry.objects.get(issue_id=issue.pk)
    assert (entry.kind, entry.text, entry.actor_id) == ("resolved", "Lookup table completed", "7")
    audit = AuditEntry.objects.get(action="issue.resolved")
    assert (audit.object_id, audit.changes["before"]) == (str(issue.pk), "new")


def test_an_open_issue_cannot_be_reopened(failing, by):
    issue = failing()
    with pytest.raises(IssueChanged):
        reopen(issue, by(issue))


@pytest.mark.parametrize(("hours", "state"), [(2, IssueState.NEW), (48, IssueState.ONGOING)])
def test_a_reopened_issue_is_as_new_as_it_is_old(failing, by, hours, state):
    issue = failing()
    resolve(issue, by(issue))
    issue.refresh_from_db()
    reopen(issue, by(issue, at=NOW + hours * HOUR))
    assert state_of(issue) == state


def test_a_snooze_that_counts_ends_with_its_last_failure(failing, by):
    issue = failing()
    snooze_for_failures(issue, by(issue), 3)
    assert failing(times=2, at=NOW + HOUR).state == IssueState.SNOOZED
    assert failing(at=NOW + HOUR).state == IssueState.ONGOING


def test_what_is_resolved_cannot_be_snoozed(failing, by):
    issue = failing()
    resolve(issue, by(issue))
    issue.refresh_from_db()
    with pytest.raises(IssueChanged):
        snooze_for(issue, by(issue), HOUR)


@pytest.mark.parametrize("duration", [timedelta(0), timedelta(days=91), -HOUR])
def test_a_snooze_without_sense_is_refused(failing, by, duration):
    issue = failing()
    with pytest.raises(Invalid):
        snooze_for(issue, by(issue), duration)


def test_an_issue_is_taken_over_by_members_alone(failing, by, organization, stage):
    issue = failing()
    stranger = make_member(organization=stage.next_door, role=Role.OWNER)
    with pytest.raises(Invalid):
        assign(issue, by(issue), stranger.user_id)
    member = make_member(organization=organization)
    assign(issue, by(issue), member.user_id)
    assert Issue.objects.get().assignee_id == member.user_id


def test_a_note_can_be_written_however_the_issue_has_changed(failing, by):
    issue = failing()
    add_note(issue, by(issue, revision=0, text="Asked the ERP team"))
    assert IssueEntry.objects.get().text == "Asked the ERP team"


def test_a_neighbour_changes_nothing(failing, by, stage):
    issue = failing()
    with pytest.raises(IssueChanged):
        resolve(issue, by(issue, organization=stage.next_door))
