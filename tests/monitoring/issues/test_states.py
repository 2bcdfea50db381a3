"""When an issue changes its state without anybody's doing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitoring.issues.states import Seen, Standing, state_after
from monitoring.models.issues import IssueState
from tests.builders import NOW

HOUR = timedelta(hours=1)


def standing(state: IssueState, **fields: object) -> Standing:
    return Standing(state, **{"state_at": NOW, "first_at": NOW, "number": 5} | fields)  # type: ignore[arg-type]


def after(state: IssueState, *seen: Seen, hours: float = 1, **fields: object) -> IssueState:
    return state_after(standing(state, **fields), list(seen), NOW + hours * HOUR)


@pytest.mark.parametrize(("hours", "state"), [(23.9, IssueState.NEW), (24, IssueState.ONGOING)])
def test_an_issue_is_new_for_a_day(hours, state):
    assert after(IssueState.NEW, hours=hours) == state


@pytest.mark.parametrize(
    ("version", "state"),
    [(6, IssueState.RESOLVED), (7, IssueState.REGRESSED), (8, IssueState.REGRESSED), (None, IssueState.REGRESSED)],
)
def test_only_versions_from_the_one_that_repairs_it_reopen_an_issue(version, state):
    assert after(IssueState.RESOLVED, Seen(version, NOW + HOUR), resolved_version=7) == state


def test_any_later_failure_reopens_what_was_resolved_without_a_version():
    assert after(IssueState.RESOLVED, Seen(1, NOW + HOUR)) == IssueState.REGRESSED


def test_a_failure_of_before_it_was_resolved_does_not_reopen_an_issue():
    assert after(IssueState.RESOLVED, Seen(9, NOW)) == IssueState.RESOLVED


@pytest.mark.parametrize(("hours", "state"), [(0.9, IssueState.SNOOZED), (1, IssueState.ONGOING)])
def test_a_snooze_ends_at_its_time(hours, state):
    assert after(IssueState.SNOOZED, hours=hours, snoozed_until=NOW + HOUR) == state


@pytest.mark.parametrize(("number", "state"), [(9, IssueState.SNOOZED), (10, IssueState.ONGOING)])
def test_a_snooze_ends_with_so_many_failures(number, state):
    assert after(IssueState.SNOOZED, number=number, snoozed_number=10) == state


def test_a_regressed_issue_stays_one_until_somebody_acts():
    assert after(IssueState.REGRESSED, hours=100) == IssueState.REGRESSED
