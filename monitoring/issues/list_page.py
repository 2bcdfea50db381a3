"""The list of issues: open ones unless others are asked for, the last to fail first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.web.access import page
from hub.web.requests import HubRequest
from hub.web.row_pages import PAGE_SIZE, Position, RowPage, Walk
from hub.web.templatetags.numbers import number
from hub.web.templatetags.statuses import status_look
from monitoring.codes import get_code
from monitoring.issues.asking import ALL, OPEN, Asked
from monitoring.issues.drawing import trend_path
from monitoring.issues.explain import LEVELS, look_of, title_of
from monitoring.issues.names import Names, names_of
from monitoring.issues.query import codes_of, counts_by_state, search_issues, trends_of
from monitoring.issues.targets import Target, targets_of
from monitoring.models.issues import OPEN_STATES, Issue, IssueState

HOURS: Final = 24
HOUR: Final = timedelta(hours=1)
TREND_WIDTH, TREND_HEIGHT = 120, 24
"""Of the view box in which the path of a trend is drawn."""
LONGEST_TITLE: Final = 90
ENDING: Final = 40
"""Of a longer title as many characters of its end are kept: fields differ there."""
PREFIX: Final = "iss_"
"""Of the cursors of the list."""

Context = dict[str, Any]  # Any: what a template shows


@dataclass(frozen=True, slots=True)
class Row:
    """One line. look: of its state; level: in words; trend: its failures per hour of the last day, as the path of a
    drawing."""

    issue: Issue
    title: str
    look: str
    level: str
    sentence: str
    use_case: str
    assignee: str
    trend: str


@page(Capability.MONITOR)
@require_safe
def issue_list(request: HubRequest) -> HttpResponse:
    """What the address asks for."""
    organization, asked = request.organization, Asked.read(request.GET)
    listed = _page(organization, asked, request)
    names = names_of(organization, [key for one in listed.rows for key in (one.integration_id, one.use_case_id)])
    counts = counts_by_state(organization=organization, wanted=asked.search())
    context = {
        "asked": asked,
        "tabs": _tabs(asked, counts),
        "tab": asked.state,
        "chips": asked.chips(names),
        "choices": asked.choices(names, codes_of(organization)),
        "clear_url": Asked(asked.state).address(),
        "listed": listed.showing(_rows(listed.rows, names, targets_of(organization, listed.rows))),
        "summary": _summary(_total(asked, counts)),
        "others": sum(counts.values()),
        "all_url": replace(asked, state=ALL).address(),
    }
    if not listed.rows:
        context["last_open"] = _last_open(organization) if not asked.is_narrowed and asked.state == OPEN else None
    return render(request, "monitoring/issues.html", context)


def _page(organization: Organization, asked: Asked, request: HttpRequest) -> RowPage[Issue]:
    fetch = partial(_fetch, organization, asked)
    return Walk(PREFIX, fetch, lambda issue: (issue.last_at, issue.pk), asked.address).page(request.GET.dict())


def _fetch(
    organization: Organization, asked: Asked, *, before: Position | None = None, after: Position | None = None
) -> list[Issue]:
    wanted = asked.search(before=before, after=after)
    return search_issues(organization=organization, wanted=wanted, limit=PAGE_SIZE + 1)


def _rows(issues: Sequence[Issue], names: Names, targets: Mapping[str, Target]) -> list[Row]:
    trends = trends_of([issue.pk for issue in issues], width=HOUR, steps=HOURS, at=clock.now())
    return [
        Row(
            issue=issue,
            title=_cut(title_of(issue, targets[issue.host].name if issue.host in targets else "")),
            look=look_of(issue),
            level=str(LEVELS.get(issue.level, issue.level)),
            sentence=get_code(issue.code, issue.level).sentence,
            use_case=names.use_case(issue.use_case_id),
            assignee=names.person(issue.assignee_id),
            trend=trend_path(trends[issue.pk], width=TREND_WIDTH, height=TREND_HEIGHT),
        )
        for issue in issues
    ]


def _cut(title: str) -> str:
    """In the middle: the code before it and the end of the field behind it stay."""
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - ENDING - 1]}…{title[-ENDING:]}"


def _total(asked: Asked, counts: dict[str, int]) -> int:
    states = asked.search().states or IssueState.values
    return sum(counts.get(state, 0) for state in states)


def _summary(total: int) -> str:
    return ngettext("%(count)s issue", "%(count)s issues", total) % {"count": number(total)}


def _tabs(asked: Asked, counts: dict[str, int]) -> list[Context]:
    named = {OPEN: _("Open"), **{state: str(status_look(state).label) for state in IssueState.values}, ALL: _("All")}
    return [
        {
            "key": key,
            "label": label,
            "url": replace(asked, state=key).address(),
            "count": number(_total(replace(asked, state=key), counts)),
        }
        for key, label in named.items()
    ]


def _last_open(organization: Organization) -> Issue | None:
    """The issue that was the last to be open: since then there has been none."""
    closed = Issue.objects.of(organization).exclude(state__in=OPEN_STATES)
    return closed.order_by("-state_at", "-id").first()
