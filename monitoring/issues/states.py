"""standing_after: what new failures, and time alone, make of the state of an issue; pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from monitoring.models.issues import IssueState

NEW_FOR: Final = timedelta(hours=24)
"""An issue that is older and still open is an ongoing one."""


class Standing(NamedTuple):
    """Where an issue stands. number: of its failures so far; the rest as on Issue."""

    state: str
    state_at: datetime
    first_at: datetime
    number: int
    resolved_version: int | None = None
    snoozed_until: datetime | None = None
    snoozed_number: int | None = None


class Seen(NamedTuple):
    """Failures of one version of the use case, None where that is not known; last_at is that of the newest one."""

    version: int | None
    last_at: datetime


def state_after(standing: Standing, seen: list[Seen], at: datetime) -> IssueState:
    """The state at a moment. Failures of before the issue was resolved, or of an older version, do not reopen it."""
    state = IssueState(standing.state)
    if state == IssueState.RESOLVED:
        reopens = any(_reopens(standing, one) for one in seen)
        return IssueState.REGRESSED if reopens else state
    if state == IssueState.SNOOZED:
        return IssueState.ONGOING if _is_awake(standing, at) else state
    if state == IssueState.NEW and at - standing.first_at >= NEW_FOR:
        return IssueState.ONGOING
    return state


def _reopens(standing: Standing, seen: Seen) -> bool:
    if seen.last_at <= standing.state_at:
        return False
    least = standing.resolved_version
    return least is None or seen.version is None or seen.version >= least


def _is_awake(standing: Standing, at: datetime) -> bool:
    until, number = standing.snoozed_until, standing.snoozed_number
    return (until is not None and at >= until) or (number is not None and standing.number >= number)
