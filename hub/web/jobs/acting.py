"""Pausing, resuming and cancelling a job from its page."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.errors import Conflict
from hub.jobs import acts
from hub.jobs.acts import CANCELLABLE, Asker
from hub.jobs.kinds import kind_of
from hub.jobs.queries import get_job
from hub.web.access import may, no_permission, page
from hub.web.asking import Question, ask
from hub.web.requests import HubRequest


def asker_of(request: HubRequest, reason: str = "") -> Asker:
    """The person of a request."""
    actor = actor_of(request.principal, request)
    return Asker(request.organization, actor, clock.now(), name=str(request.user), reason=reason)


@page(Capability.MONITOR)
@require_POST
def pause_job(request: HubRequest, job_id: UUID) -> HttpResponse:
    """Back to the page of the job."""
    return _act(request, job_id, acts.pause)


@page(Capability.MONITOR)
@require_POST
def resume_job(request: HubRequest, job_id: UUID) -> HttpResponse:
    """Back to the page of the job."""
    return _act(request, job_id, acts.resume)


@page(Capability.MONITOR)
@require_http_methods(["GET", "POST"])
def cancel_job(request: HubRequest, job_id: UUID) -> HttpResponse:
    """Asks first: a cancelled job does not go on. Nobody is asked what he may not do, or about a job that has ended."""
    if request.method == "POST":
        return _act(request, job_id, acts.cancel)
    job = get_job(organization=request.organization, job_id=job_id)
    needed = kind_of(job.kind).capability
    if not may(request, needed):
        return no_permission(request, needed)
    if job.state not in CANCELLABLE:
        messages.warning(request, _("The job has ended; there is nothing to cancel."))
        place = reverse("web:job", args=[job_id])
        return HttpResponseClientRedirect(place) if request.htmx else redirect(place)
    question = Question(
        title=_("Cancel this job?"),
        text=_("What it has done stays done. It cannot go on afterwards; pausing it can be undone."),
        action=_("Cancel the job"),
        back=reverse("web:job", args=[job_id]),
        keep=_("Keep it"),
        place=_("Job"),
        is_dangerous=True,
    )
    return ask(request, question)


def _act(request: HubRequest, job_id: UUID, act: Callable[[Asker, UUID], None]) -> HttpResponse:
    job = get_job(organization=request.organization, job_id=job_id)
    needed = kind_of(job.kind).capability
    if not may(request, needed):
        return no_permission(request, needed)
    try:
        act(asker_of(request), job_id)
    except Conflict as error:
        messages.warning(request, error.message)
    return redirect("web:job", job_id)
