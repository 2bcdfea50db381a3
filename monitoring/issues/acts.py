"""What people do about an issue: resolve, reopen, snooze, assign, note; each in its history and in the audit trail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from hub.accounts.models import Membership
from hub.errors import Invalid
from hub.json_types import JSONObject
from integrations.models import UseCase
from monitoring.issues.changing import By, IssueChanged, IssueMerged, audit, change, enter, tell
from monitoring.issues.states import NEW_FOR
from monitoring.models.issues import OPEN_STATES, Issue, IssueState

LONGEST_SNOOZE: Final = timedelta(days=90)
MOST_MORE: Final = 1_000_000
"""Failures that a snooze may wait for."""
UNSET: Final[dict[str, object]] = {"resolved_version": None, "snoozed_until": None, "snoozed_number": None}
"""What says until when an issue stays in a state: gone with the state."""


def resolve(issue: Issue, by: By, *, in_next_version: bool = False) -> None:
    """Later failures make it regressed, those of the active version included, unless it is the next one that repairs
    it: then only failures of newer versions do. Where no failure has told its version, every later one does. Raises
    IssueChanged, also where it is resolved already, and Invalid for the next version of what has none."""
    active = None if issue.last_version is None else _active_version(issue)
    if active is None and in_next_version:
        raise Invalid("No version is known that its failures belong to, so that none can be said to repair it.")
    version = None if active is None else active + in_next_version
    changes: JSONObject = {} if version is None else {"version": version}
    _move(issue, by, IssueState.RESOLVED, changes, resolved_version=version)


def reopen(issue: Issue, by: By) -> None:
    """Back among the open ones. Raises IssueChanged, also where it is open already."""
    if issue.state in OPEN_STATES:
        raise IssueChanged
    _move(issue, by, open_state(issue, by.at), {}, kind="reopened")


def open_state(issue: Issue, at: datetime) -> IssueState:
    """The state of an issue that is open again."""
    return IssueState.NEW if at - issue.first_at < NEW_FOR else IssueState.ONGOING


def snooze_for(issue: Issue, by: By, duration: timedelta) -> None:
    """Out of sight for a while. Raises IssueChanged, also where it is not open, and Invalid for less than a minute or
    more than 90 days."""
    if not timedelta(minutes=1) <= duration <= LONGEST_SNOOZE:
        raise Invalid(f"A snooze lasts for at most {LONGEST_SNOOZE.days} days.")
    until = by.at + duration
    _require_open(issue)
    _move(issue, by, IssueState.SNOOZED, {"until": until.isoformat()}, snoozed_until=until)


def snooze_for_failures(issue: Issue, by: By, more: int) -> None:
    """Out of sight until it has failed so many more times. Raises IssueChanged, also where it is not open, and Invalid
    for a number below 1."""
    if not 1 <= more <= MOST_MORE:
        raise Invalid(f"Name a number from 1 to {MOST_MORE}.")
    _require_open(issue)
    _move(issue, by, IssueState.SNOOZED, {"more": more}, snoozed_number=issue.number + more)


@transaction.atomic
def assign(issue: Issue, by: By, user_id: int | None) -> None:
    """To a member, or to nobody. Raises IssueChanged, and Invalid for somebody who is no member."""
    if user_id is not None and not Membership.objects.of(by.organization).filter(user_id=user_id).exists():
        raise Invalid("Only a member of the organization can take over an issue.")
    _require_unmerged(issue)
    change(issue.pk, by, {"assignee_id": user_id})
    enter(issue.pk, by, "assigned", str(user_id or ""))
    audit(issue.pk, by, "assigned", {"assignee": user_id})


@transaction.atomic
def add_note(issue: Issue, by: By) -> None:
    """Raises Invalid where it says nothing. A note decides nothing, so that the revision does not matter."""
    if not by.kept_text:
        raise Invalid("A note needs some text.")
    tell(issue.pk, by, "note", {})


@transaction.atomic
def _move(issue: Issue, by: By, state: IssueState, changes: JSONObject, *, kind: str = "", **fields: object) -> None:
    _require_unmerged(issue)
    if issue.state == state:
        raise IssueChanged
    change(issue.pk, by, {"state": state, "state_at": by.at} | UNSET | fields)
    tell(issue.pk, by, kind or state, changes | {"before": issue.state})


def _require_unmerged(issue: Issue) -> None:
    if issue.state == IssueState.MERGED:
        raise IssueMerged


def _require_open(issue: Issue) -> None:
    _require_unmerged(issue)
    if issue.state not in OPEN_STATES:
        raise IssueChanged


def _active_version(issue: Issue) -> int | None:
    """None where no use case is concerned, or none is left."""
    if issue.use_case_id is None:
        return None
    use_case = UseCase.objects.filter(organization_id=issue.organization_id, pk=issue.use_case_id)
    return use_case.values_list("version", flat=True).first()
