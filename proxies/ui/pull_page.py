"""The schedule of a managed call: where it stands, and its runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability, allows
from hub.ids import find_id, to_text
from hub.json_types import JSONValue
from hub.web.access import page
from hub.web.requests import HubRequest
from integrations.models import UseCaseType
from integrations.queries import get_use_case
from proxies.managed_call.pull import PullConfiguration
from proxies.models import UNFINISHED_PULLS, PullKind, PullRun
from proxies.pulling.handing_on import RUN_PREFIX
from proxies.pulling.queries import RunFilter, RunStatus, Standing, runs_page, standing_of, status_of
from proxies.pulling.schedules import schedule_of

PAGE_SIZE: Final = 50
BADGES: Final = {
    RunStatus.PLANNED: "pending",
    RunStatus.WAITING: "waiting",
    RunStatus.RUNNING: "running",
    RunStatus.INTERRUPTED: "interrupted",
    RunStatus.SUCCEEDED: "succeeded",
    RunStatus.FAILED: "failed",
    RunStatus.CANCELLED: "cancelled",
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
    is_interrupted: bool


@page(Capability.READ)
@require_safe
def pull_page(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """What is known of the schedule; a use case without one is told how to get one."""
    use_case = get_use_case(organization=request.organization, integration_id=integration_id, use_case_id=use_case_id)
    one, at = schedule_of(use_case), clock.now()
    standing = standing_of(organization=request.organization, use_case=use_case)
    before = find_id(RUN_PREFIX, request.GET.get("before", ""))
    wanted = RunFilter(use_case.pk, at, before=before)
    found = runs_page(organization=request.organization, wanted=wanted, limit=PAGE_SIZE + 1)
    runs = found[:PAGE_SIZE]
    may_act, is_call = allows(request.principal, Capability.WRITE), use_case.type == UseCaseType.MANAGED_CALL
    context = {
        "integration": use_case.integration,
        "use_case": use_case,
        "pull": one.pull if one else None,
        "rhythm": rhythm(one.pull) if one else "",
        "standing": standing,
        "state": _state(standing, at, is_on=use_case.enabled and one is not None),
        "cursor": shown(standing.pull.cursor) if standing.pull else "",
        "rows": [_row(run, at) for run in runs],
        "older": f"?before={to_text(RUN_PREFIX, runs[-1].id)}" if len(found) > PAGE_SIZE else None,
        "newer": "?" if before else None,
        "may_act": may_act,
        "edit_url": reverse("proxies:edit-pull", args=[integration_id, use_case_id]) if may_act and is_call else "",
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


def _state(standing: Standing, at: datetime, *, is_on: bool) -> str:
    if not is_on:
        return "disabled"
    if standing.pull is not None and standing.pull.paused_at is not None:
        return "paused"
    shown_by = standing.under_way or standing.last
    return BADGES[status_of(shown_by, at)] if shown_by is not None else "pending"


def _row(run: PullRun, at: datetime) -> RunRow:
    status = status_of(run, at)
    return RunRow(
        run=run,
        public_id=to_text(RUN_PREFIX, run.id),
        badge=BADGES[status],
        kind=_kinds()[PullKind(run.kind)],
        took=(run.finished_at or at) - run.started_at if run.started_at else None,
        is_unfinished=run.state in UNFINISHED_PULLS,
        is_interrupted=status == RunStatus.INTERRUPTED,
    )


def _kinds() -> dict[PullKind, str]:
    return {
        PullKind.SCHEDULED: _("schedule"),
        PullKind.MANUAL: _("by hand"),
        PullKind.FULL: _("full sync"),
        PullKind.ON_DEMAND: _("on demand"),
    }
