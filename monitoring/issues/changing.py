"""change and tell: one conditional update of an issue, and what its history and the audit trail say about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F

from hub.accounts.audit import Act, Actor, record
from hub.accounts.models import Organization
from hub.errors import Conflict
from hub.json_types import JSONObject
from monitoring.models.issues import Issue, IssueEntry

NOTE_CHARACTERS: Final = 2000


class IssueChanged(Conflict):
    """Somebody, or a new failure, was faster."""

    code = "ISSUE_CHANGED"

    def __init__(self) -> None:
        super().__init__("The issue has changed since it was opened. Look at it again before you decide.")


class IssueMerged(Conflict):
    """What was to be done makes no sense for an issue whose failures count for another one."""

    code = "ISSUE_MERGED"

    def __init__(self) -> None:
        super().__init__("The issue was merged into another one. Decide about that one, or split it off first.")


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, when, and on which revision of the issue. text says why; it may be empty."""

    organization: Organization
    actor: Actor
    at: datetime
    revision: int
    text: str = ""

    @property
    def kept_text(self) -> str:
        """The text as it is kept."""
        return self.text.strip()[:NOTE_CHARACTERS].replace("\0", "")


def change(issue_id: UUID, by: By, fields: dict[str, object]) -> None:
    """One conditional update: of two who decide at once, one is told that the other was faster, by IssueChanged."""
    same = Issue.objects.of(by.organization).filter(pk=issue_id, revision=by.revision)
    if same.update(revision=F("revision") + 1, **fields) != 1:
        raise IssueChanged


def tell(issue_id: UUID, by: By, kind: str, changes: JSONObject, *, other_id: UUID | None = None) -> None:
    """One line of the history, and one of the audit trail, both with the text of whoever acts. kind names the act."""
    enter(issue_id, by, kind, by.kept_text, other_id)
    audit(issue_id, by, kind, changes)


def audit(issue_id: UUID, by: By, kind: str, changes: JSONObject) -> None:
    """One line of the audit trail alone."""
    said: JSONObject = changes | ({"text": by.kept_text} if by.kept_text else {})
    record(
        organization=by.organization, actor=by.actor, act=Act(f"issue.{kind}", "issue", str(issue_id), said), at=by.at
    )


def enter(issue_id: UUID, by: By, kind: str, text: str, other_id: UUID | None = None) -> None:
    """One line of the history. other_id: the issue that it was merged with or split from."""
    IssueEntry.objects.create(
        issue_id=issue_id,
        at=by.at,
        kind=kind,
        actor_type=by.actor.type,
        actor_id=by.actor.id,
        text=text,
        other_id=other_id,
    )
