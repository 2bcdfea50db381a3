"""The schedule of a managed call: where it stands, and its runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability, allows
from hub.ids import find_id, to_text
from hub.json_types import JSONValue
from hub.web.access import page
from hub.web.requests import HubRequest
from integrations.queries import get_use_case
from proxies.managed_call.pull import PullConfiguration
from proxies.models import UNFINISHED_PULLS, PullKind, PullRun, PullState
from proxies.pulling.handing_on import RUN_PREFIX
from proxies.pulling.queries import Standing, runs_page, standing_of
from proxies.pulling.schedules import schedule_of

PAGE_SIZE: Final = 50
BADGES: Final = {
    PullState.PLANNED: "pending",
    PullState.WAITING: "waiting",
    PullState.RUNNING: "running",
    PullState.SUCCEEDED: "succeeded",
    PullState.FAILED: "failed",
    PullState.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as a line. took: how long, None where it has not begun."""

    run: PullRun
    public_id: str
    badge: str
    kind: str
    took: timedelta | None
    is_unfinished: bool


@page(Capability.READ)
@require_safe
def pull_page(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """What is known of the schedule; a use case without one is told how to get one."""
    use_case = get_use_case(organization=request.organization, integration_id=integration_id, use_case_id=use_case_id)
    one = schedule_of(use_case)
    standing = standing_of(organization=request.organization, use_case=use_case)
    before = find_id(RUN_PREFIX, request.GET.get("before", ""))
    found = runs_page(organization=request.organization, use_case=use_case, before=before, limit=PAGE_SIZE + 1)
    runs = found[:PAGE_SIZE]
    context = {
        "integration": use_case.integration,
        "use_case": use_case,
        "pull": one.pull if one else None,
        "rhythm": rhythm(one.pull) if one else "",
        "standing": standing,
        "state": _state(standing, is_on=use_case.enabled and one is not None),
        "cursor": shown(standing.pull.cursor) if standing.pull else "",
        "rows": [_row(run) for run in runs],
        "older": f"?before={to_text(RUN_PREFIX, runs[-1].id)}" if len(found) > PAGE_SIZE else None,
        "newer": "?" if before else None,
        "may_act": allows(request.principal, Capability.WRITE),
    }
    return render(request, "proxies/pull.html", context)


def rhythm(pull: PullConfiguration) -> str:
    """How often it reads by itself, in words."""
    if pull.every is None:
        return _("only by hand and on demand")
    minutes = round(pull.every.total_seconds() / 60)
    return ngettext("every minute", "every %(minutes)d minutes", minutes) % {"minutes": minutes}


def shown(cursor: JSONValue) -> str:
    """A cursor as people read it; empty for none."""
    return "" if cursor is None else str(cursor)


def _state(standing: Standing, *, is_on: bool) -> str:
    if not is_on:
        return "disabled"
    if standing.pull is not None and standing.pull.paused_at is not None:
        return "paused"
    if standing.under_way is not None:
        return BADGES[PullState(standing.under_way.state)]
    if standing.last is None:
        return "pending"
    return BADGES[PullState(standing.last.state)]


def _row(run: PullRun) -> RunRow:
    until = run.finished_at or clock.now()
    return RunRow(
        run=run,
        public_id=to_text(RUN_PREFIX, run.id),
        badge=BADGES[PullState(run.state)],
        kind=_kinds()[PullKind(run.kind)],
        took=until - run.started_at if run.started_at else None,
        is_unfinished=run.state in UNFINISHED_PULLS,
    )


def _kinds() -> dict[PullKind, str]:
    return {
        PullKind.SCHEDULED: _("schedule"),
        PullKind.MANUAL: _("by hand"),
        PullKind.FULL: _("full sync"),
        PullKind.ON_DEMAND: _("on demand"),
    }
