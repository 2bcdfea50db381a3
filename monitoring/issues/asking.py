"""Asked: what the address of the list of issues asks for, and the search it means."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from monitoring.issues.names import Names
from monitoring.issues.query import IssueSearch, Position
from monitoring.models.issues import OPEN_STATES, IssueState

OPEN, ALL = "open", "all"
MOST_VALUES: Final = 50
LONGEST_TEXT: Final = 100
MOST_NAMED: Final = 3
"""Values that a chip spells out."""
_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Asked:
    """state is one of IssueState, OPEN or ALL; the rest narrows nothing where it is empty."""

    state: str = OPEN
    integration: tuple[str, ...] = ()
    use_case: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    assignee: tuple[str, ...] = ()
    issue: tuple[str, ...] = ()
    q: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """What makes no sense in a query is passed over."""
        state = query.get("state", OPEN)
        return cls(
            state=state if state in (*IssueState.values, ALL) else OPEN,
            integration=tuple(one for one in _values(query, "integration") if _is_uuid(one)),
            use_case=tuple(one for one in _values(query, "use_case") if _is_uuid(one)),
            code=tuple(one for one in _values(query, "code") if _CODE.fullmatch(one)),
            assignee=tuple(one for one in _values(query, "assignee") if one.isdecimal() and len(one) < 16),
            issue=tuple(one for one in _values(query, "issue") if _is_uuid(one)),
            q=query.get("q", "").replace("\0", "").strip()[:LONGEST_TEXT],
        )

    def search(self, *, before: Position | None = None, after: Position | None = None) -> IssueSearch:
        """The same as the query understands it."""
        states: Collection[str] = () if self.state == ALL else OPEN_STATES if self.state == OPEN else (self.state,)
        return IssueSearch(
            states=states,
            integration_ids=tuple(map(UUID, self.integration)),
            use_case_ids=tuple(map(UUID, self.use_case)),
            codes=self.code,
            assignee_ids=tuple(map(int, self.assignee)),
            issue_ids=tuple(map(UUID, self.issue)),
            text=self.q,
            before=before,
            after=after,
        )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filters as parameters; open issues are the usual ones and left out."""
        several = ("integration", "use_case", "code", "assignee", "issue")
        pairs = [] if self.state == OPEN else [("state", self.state)]
        pairs += [(name, value) for name in several for value in getattr(self, name)]
        return pairs + ([("q", self.q)] if self.q else [])

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the state narrows the list."""
        return self != Asked(self.state)

    def address(self, *, without: str = "", **more: str) -> str:
        """``?…`` with these filters, one left out."""
        query = QueryDict(mutable=True)
        for name, value in [*(pair for pair in self.pairs if pair[0] != without), *more.items()]:
            query.appendlist(name, value)
        return f"?{query.urlencode()}"

    def chips(self, names: Names) -> list[dict[str, object]]:
        """One per filter that is set."""
        words: dict[str, tuple[str, list[str]]] = {
            "integration": (_("Integration"), [names.integration(UUID(one)) or one for one in self.integration]),
            "use_case": (_("Use case"), [names.use_case(UUID(one)) or one for one in self.use_case]),
            "code": (_("Code"), list(self.code)),
            "assignee": (_("Assignee"), [names.person(one) or one for one in self.assignee]),
            "issue": (_("Issue"), list(self.issue)),
            "q": (_("Text"), [self.q] if self.q else []),
        }
        return [
            {
                "label": label,
                "value": _said(values),
                "remove_url": self.address(without=name),
                "mono": name in ("use_case", "code"),
            }
            for name, (label, values) in words.items()
            if values
        ]

    def choices(self, names: Names, codes: Collection[str]) -> list[dict[str, object]]:
        """The menus; one with a single choice narrows nothing and is left out."""
        lists = {
            "integration": (_("Integration"), [(str(key), name) for key, name in names.integrations.items()]),
            "use_case": (_("Use case"), [(str(key), slug) for key, slug in names.use_cases.items()]),
            "code": (_("Code"), [(one, one) for one in codes]),
            "assignee": (_("Assignee"), [(str(key), name) for key, name in names.people.items()]),
        }
        menus: list[dict[str, object]] = [
            {"name": name, "label": label, "options": _options(found, getattr(self, name))}
            for name, (label, found) in lists.items()
            if len(found) > 1
        ]
        typed: dict[str, object] = {"name": "q", "label": _("Text"), "text": self.q, "placeholder": "contract.status"}
        return [*menus, typed]


def _options(found: list[tuple[str, str]], chosen: Collection[str]) -> list[dict[str, object]]:
    return [{"value": value, "label": label, "selected": value in chosen} for value, label in found]


def _said(values: list[str]) -> str:
    return ", ".join(values) if len(values) <= MOST_NAMED else _("any of %(count)d") % {"count": len(values)}


def _values(query: QueryDict, name: str) -> list[str]:
    return list(dict.fromkeys(text.strip() for text in query.getlist(name)[:MOST_VALUES]))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
