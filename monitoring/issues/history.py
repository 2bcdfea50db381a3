"""history_of: what was done about an issue, in words, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from hub.accounts.models import Organization
from monitoring.issues.explain import title_of
from monitoring.issues.names import Names
from monitoring.issues.query import entries_of, issues_named
from monitoring.models.issues import Issue, IssueEntry

ENTRIES_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One line. who is empty for what the issue did by itself; other: the issue that it was about, if any, and what it
    is called."""

    at: datetime
    who: str
    words: str
    text: str
    other_id: UUID | None = None
    other: str = ""


def history_of(organization: Organization, issue: Issue, names: Names) -> list[Line]:
    """One query; a second one where issues were merged or split."""
    entries = entries_of(issue, limit=ENTRIES_SHOWN)
    others = {entry.other_id for entry in entries if entry.other_id}
    named = {one.pk: title_of(one) for one in issues_named(organization=organization, issue_ids=others)}
    return [_line(entry, names, named) for entry in entries]


def _line(entry: IssueEntry, names: Names, named: dict[UUID, str]) -> Line:
    to = names.person(entry.text) if entry.kind == "assigned" else ""
    words = {
        "resolved": _("resolved it"),
        "reopened": _("reopened it"),
        "snoozed": _("snoozed it"),
        "note": _("noted"),
        "assigned": _("assigned it to %(name)s") % {"name": to} if to else _("took it from its assignee"),
        "regressed": _("It failed again after it had been resolved."),
        "ongoing": _("Its snooze has ended."),
        "merged": _("merged it into"),
        "split": _("split it off from"),
        "joined": _("merged into it"),
        "left": _("split off from it"),
    }
    return Line(
        at=entry.at,
        who=names.person(entry.actor_id) if entry.actor_type == "user" else "",
        words=words.get(entry.kind, entry.kind),
        text="" if entry.kind == "assigned" else entry.text,
        other_id=entry.other_id if entry.other_id in named else None,
        other=named.get(entry.other_id, "") if entry.other_id else "",
    )
