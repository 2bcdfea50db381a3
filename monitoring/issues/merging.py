"""merge and split: failures of one issue count for another from then on, until somebody takes that back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from hub.accounts.models import Organization
from hub.errors import Invalid
from monitoring.issues.acts import UNSET, open_state
from monitoring.issues.changing import By, IssueChanged, IssueMerged, change, enter, tell
from monitoring.models.issues import Issue, IssueState

MOST_MERGED: Final = 20
"""Issues that may be merged into one: its page reads the failures of each."""
TARGETS_OFFERED: Final = 100


def targets_for(organization: Organization, issue: Issue) -> list[Issue]:
    """The issues that it may be merged into, the last to fail first; at most TARGETS_OFFERED."""
    return list(_alike(organization, issue).order_by("-last_at", "-id")[:TARGETS_OFFERED])


@transaction.atomic
def merge(issue: Issue, by: By, into: Issue) -> None:
    """Failures of the issue count for the other one from now on; those so far stay where they are.

    Both change their revision: whoever merges one of them meanwhile, or decides about it, is told. Raises IssueChanged,
    IssueMerged for one that is merged already, and Invalid without a reason, for issues that differ in more than
    code and field, and for one that others were merged into.
    """
    if issue.state == IssueState.MERGED:
        raise IssueMerged
    _require_fit(issue, by, into)
    merged = {"state": IssueState.MERGED, "state_at": by.at, "merged_into": into.pk}
    changes = [(issue, by, UNSET | merged), (into, replace(by, revision=into.revision), {})]
    for one, whose, fields in sorted(changes, key=lambda change: change[0].pk):
        change(one.pk, whose, fields)
    tell(issue.pk, by, "merged", {"into": str(into.pk), "before": issue.state}, other_id=into.pk)
    enter(into.pk, by, "joined", by.kept_text, other_id=issue.pk)


@transaction.atomic
def split(issue: Issue, by: By) -> None:
    """Failures of the issue count for itself again, and it is open. Those that have counted for the other one stay
    there. Raises IssueChanged, also where it is not merged."""
    into_id = issue.merged_into
    if into_id is None:
        raise IssueChanged
    change(issue.pk, by, {"state": open_state(issue, by.at), "state_at": by.at, "merged_into": None})
    tell(issue.pk, by, "split", {"from": str(into_id)}, other_id=into_id)
    enter(into_id, by, "left", by.kept_text, other_id=issue.pk)


def _require_fit(issue: Issue, by: By, into: Issue) -> None:
    if not by.kept_text:
        raise Invalid("Say why the two issues are one.")
    if not _alike(by.organization, issue).filter(pk=into.pk).exists():
        raise Invalid("Only another issue of the same use case, step and target, which is not merged itself, will do.")
    merged = Issue.objects.of(by.organization)
    if merged.filter(merged_into=issue.pk).exists():
        raise Invalid("Other issues were merged into this one. Merge the other way round, or split them off first.")
    if merged.filter(merged_into=into.pk).count() >= MOST_MERGED:
        raise Invalid(f"No more than {MOST_MERGED} issues can be merged into one.")


def _alike(organization: Organization, issue: Issue) -> QuerySet[Issue]:
    """Others with the same use case, whose versions tell whether a failure reopens them, and the same step and target,
    so that their events or deliveries are repaired alike."""
    same = Issue.objects.of(organization).filter(
        integration_id=issue.integration_id,
        use_case_id=issue.use_case_id,
        sync_type=issue.sync_type,
        host=issue.host,
    )
    return same.exclude(pk=issue.pk).exclude(state=IssueState.MERGED)
