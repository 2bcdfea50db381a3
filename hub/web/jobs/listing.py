"""The list of jobs, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.jobs.models import Job
from hub.jobs.queries import jobs_page
from hub.web.access import page
from hub.web.jobs.standing import Standing, standings_of
from hub.web.jobs.words import words_of
from hub.web.requests import HubRequest

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PAGE_SIZE = 20
"""Each that is done is judged by what it made, up to MOST_TOLD things: for twenty so large a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    job: Job
    title: _StrPromise
    standing: Standing


@page(Capability.MONITOR)
@require_safe
def job_list(request: HubRequest) -> HttpResponse:
    """A page of them; the parameter before is the last job of the page before."""
    found = jobs_page(organization=request.organization, limit=PAGE_SIZE + 1, before=_before(request))
    shown = found[:PAGE_SIZE]
    standings = standings_of(shown)
    rows = [Row(job, words_of(job.kind).title, standings[job.pk]) for job in shown]
    context = {
        "rows": rows,
        "older_url": f"?before={rows[-1].job.pk}" if len(found) > PAGE_SIZE else "",
        "newer_url": request.path if "before" in request.GET else "",
    }
    return render(request, "jobs/list.html", context)


def _before(request: HubRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None
