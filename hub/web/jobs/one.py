"""The page of one job: how far it is, what it did, and why it left things out; redrawn while it goes on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.jobs.kinds import FAILED, OUTCOMES, kind_of
from hub.jobs.models import AT_WORK, Job, JobState
from hub.jobs.queries import (
    ALL,
    MOST_TOLD,
    NONE,
    get_job,
    last_results,
    previous_after,
    reasons_of,
    results_page,
)
from hub.web.access import may, page
from hub.web.jobs.standing import failed_among, not_started, standing_of
from hub.web.jobs.waiting import waits_of
from hub.web.jobs.words import OUTCOMES as LOOKS
from hub.web.jobs.words import STATES, STILL_WAITING, Ending, JobWords, rows_of, words_of
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number
from hub.web.templatetags.statuses import status_look

PAGE_SIZE = 50
MOST_DIGITS = 9

Context = dict[str, Any]  # Any: what a template shows


@page(Capability.MONITOR)
@require_safe
def job_page(request: HubRequest, job_id: UUID) -> HttpResponse:
    """The parameters: outcome narrows the results, ended to those whose new event or delivery stands so by now; after
    is the number of the last one of the page before."""
    job = get_job(organization=request.organization, job_id=job_id)
    words = words_of(job.kind)
    endings = words.endings(job)
    standing, reasons = standing_of(job, failed_among(endings)), reasons_of(job)
    is_awaited = any(one.status == STILL_WAITING for one in endings)
    context = {
        "job": job,
        "words": words,
        "standing": standing,
        "said": _idle_said(words, reasons) if standing.is_idle else _said(job),
        "endings": endings,
        "endings_said": _endings_said(endings),
        "waits": waits_of(job, words, request.organization, is_awaited=is_awaited),
        "told": MOST_TOLD if job.done > MOST_TOLD else 0,
        "counts": [_count(job, one) for one in OUTCOMES],
        "facts": words.facts(job, request.organization),
        "may_act": may(request, kind_of(job.kind).capability),
        "can_pause": job.state in AT_WORK,
        "can_resume": job.state in (JobState.PAUSED, JobState.STOPPED),
        "is_moving": job.state in AT_WORK,
        "redrawn_s": 2 if job.state in AT_WORK else 5 if is_awaited else 0,
        "again_url": words.again_url(job) if not job.is_unfinished and _has_failures(job, endings) else "",
        "reasons": [(words.reasons.get(code, ""), code, count) for _outcome, code, count in reasons],
        **_results(request, job, words, {one.status for one in endings}),
    }
    return render(request, "jobs/job.html", context)


def _results(request: HubRequest, job: Job, words: JobWords, statuses: Collection[str]) -> Context:
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0
    outcome, ended = request.GET.get("outcome", ""), request.GET.get("ended", "")
    ended = ended if ended.isascii() and ended.isalpha() else ""
    asked = {"outcome": outcome} if outcome in OUTCOMES else {"ended": ended} if ended else {}
    wanted = Q(outcome=outcome) if "outcome" in asked else _standing(job, words, ended, statuses) if ended else ALL
    found = results_page(job=job, limit=PAGE_SIZE + 1, wanted=wanted, after=after)
    shown = found[:PAGE_SIZE]
    before = previous_after(job=job, limit=PAGE_SIZE, wanted=wanted, after=after) if after else 0
    return {
        "outcome": asked.get("outcome", ""),
        "ended": asked.get("ended", ""),
        "rows": rows_of(job, shown),
        "next_url": _url(request, asked, shown[-1].number) if len(found) > PAGE_SIZE else "",
        "previous_url": _url(request, asked, before) if after else "",
    }


def _standing(job: Job, words: JobWords, ended: str, statuses: Collection[str]) -> Q:
    """Of what endings tell: what none of them stands in is looked for nowhere."""
    return last_results(job) & words.standing(ended) if ended in statuses else NONE


def _url(request: HubRequest, asked: Mapping[str, str], after: int) -> str:
    query = urlencode({**asked, **({"after": after} if after else {})})
    return f"?{query}" if query else request.path


def _count(job: Job, outcome: str) -> Context:
    look, label = LOOKS[outcome]
    count = int(job.counts.get(outcome, 0))
    is_bad = outcome == FAILED and count > 0
    return {"outcome": outcome, "label": label, "look": look, "count": count, "is_bad": is_bad}


def _has_failures(job: Job, endings: Sequence[Ending]) -> bool:
    """Whether anything has failed, or may have among the results that endings do not tell of."""
    return job.done > MOST_TOLD or not_started(job) + failed_among(endings) > 0


def _endings_said(endings: Sequence[Ending]) -> str:
    """What became of what it made, as one sentence that is read aloud with the progress."""
    return ", ".join(f"{number(one.count)} {status_look(one.status).label}" for one in endings)


def _idle_said(words: JobWords, reasons: Sequence[tuple[str, str, int]]) -> str:
    """Why nothing ran, where it has one reason for all."""
    if all(code in words.already_run for _outcome, code, _count in reasons):
        return _("Nothing ran: all of them had been run again already")
    return _("Nothing ran: all of them were left out")


def _said(job: Job) -> str:
    """One sentence about the progress, which is read aloud when it changes."""
    state = STATES[job.state][1]
    if job.total is None:
        return _("%(state)s: %(done)s so far") % {"state": state, "done": number(job.done)}
    return _("%(state)s: %(done)s of %(total)s") % {
        "state": state,
        "done": number(job.done),
        "total": number(max(job.total, job.done)),
    }
