"""Resending all deliveries that a filter finds: what it would do, then the act."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.display_zone import display_zone
from hub.jobs.acts import TooManyJobs
from hub.jobs.models import Job
from hub.jobs.queries import get_job
from hub.web.access import no_permission, page
from hub.web.forms import show_refusal
from hub.web.jobs.acting import asker_of
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number
from hub.web.templatetags.statuses import status_look
from inbound.query import TooSlow, patience
from inbound.ui.narrowing import TIME
from inbound.ui.windows import THIS_VERY_MOMENT
from outbound.bulk_resending import MOST_COUNTED, count_ready, first_ready, preview_of, resend_matching, to_resend
from outbound.delivery_list import Status, Wanted
from outbound.resend_job import JOB_ABOVE, start_resend
from outbound.resending import Resending
from outbound.resends.dry_run import MOST_TRIED
from outbound.resends.preview import Repeats
from outbound.ui.chips import chips_of, refused_of
from outbound.ui.delivery_list import may_resend
from outbound.ui.filters import Asked, asked_of
from outbound.ui.names import names_of
from outbound.ui.resend_tried import AS_THEY_WERE, Look, look_at
from outbound.ui.resending import ResendForm, report
from outbound.ui.resending_many import is_answer, looked_at, resend_many

ARRIVED = (Status.DELIVERED, Status.ACKNOWLEDGED, Status.UNACKNOWLEDGED)


@page(Capability.WEBHOOK_VIEW)
@require_http_methods(["GET", "POST"])
def bulk_resend(request: HubRequest) -> HttpResponse:
    """How many would go out, and why others not; a POST with a reason does it. job: about the failures of that one.

    Deliveries that a POST names are those it is about. Else the window of the address is fixed when the question is
    asked, so that nothing newer slips in. There is none while a filter cannot be read.
    """
    if not may_resend(request):
        return no_permission(request, Capability.SEND)
    if named := request.POST.getlist("delivery"):
        return resend_many(request, named)
    now = clock.now()
    asked = asked_of(request.GET, now, display_zone())
    if "job" in request.GET:
        return _answer(request, asked, Wanted(until=now + THIS_VERY_MOMENT, failures_of=_job_id(request)))
    if asked.unread:
        refused = {"refused": refused_of(asked), "back": reverse("outbound:deliveries") + asked.address()}
        return render(request, "outbound/resend_matching.html", refused, status=422)
    if asked.window.name or asked.window.since < now < asked.window.until - THIS_VERY_MOMENT:
        return redirect(request.path + asked.zoomed(asked.window.since, now + THIS_VERY_MOMENT))
    return _answer(request, asked, asked.wanted())


def _job_id(request: HubRequest) -> UUID:
    """Of a job of the organization. Raises NoSuchJob."""
    try:
        job_id = UUID(request.GET["job"])
    except ValueError:
        job_id = UUID(int=0)
    return get_job(organization=request.organization, job_id=job_id).pk


def _answer(request: HubRequest, asked: Asked, wanted: Wanted) -> HttpResponse:
    given = looked_at(request)
    is_anew = given["is_anew"] or (request.method != "POST" and "anew" in request.GET)
    form = ResendForm(request.POST if is_answer(request) else None, initial=given | {"is_anew": is_anew})
    if form.is_valid():
        try:
            job = _job(request, wanted, form)
        except TooManyJobs as error:
            show_refusal(form, error)
            return _question(request, asked, wanted, form)
        if job is not None:
            return redirect("web:job", job.pk)
        _act(request, wanted, form)
        return redirect(reverse("outbound:deliveries") + asked.address(("status", *TIME), window="24h"))
    return _question(request, asked, wanted, form)


def _job(request: HubRequest, wanted: Wanted, form: ResendForm) -> Job | None:
    """The job that does it, where there is so much that nobody wants to wait, or where it repeats another one; None
    where it is done at once. Raises TooManyJobs."""
    is_anew = form.cleaned_data["is_anew"]
    count = count_ready(organization=request.organization, wanted=wanted, is_anew=is_anew, most=JOB_ABOVE + 1)
    if count <= (0 if wanted.failures_of else JOB_ABOVE):
        return None
    return start_resend(asker_of(request, form.cleaned_data["reason"]), to_resend(wanted), is_anew=is_anew)


def _act(request: HubRequest, wanted: Wanted, form: ResendForm) -> None:
    given = form.cleaned_data
    order = Resending(actor_of(request.principal, request), given["reason"], is_anew=given["is_anew"])
    done = resend_matching(organization=request.organization, wanted=wanted, order=order, at=clock.now())
    report(request, done)
    for failure in done.failures:
        messages.warning(request, _("Some were left out: %(why)s") % {"why": failure})


def _question(request: HubRequest, asked: Asked, wanted: Wanted, form: ResendForm) -> HttpResponse:
    is_anew, is_again = bool(form["is_anew"].value()), wanted.failures_of is not None
    context = {
        "form": form,
        "is_again": is_again,
        "chips": [] if is_again else chips_of(asked, names_of(request.organization), display_zone()),
        "back": reverse("outbound:deliveries") + ("" if is_again else asked.address()),
        "most_counted": MOST_COUNTED,
    }
    try:
        with patience():
            preview = preview_of(organization=request.organization, wanted=wanted, is_anew=is_anew)
    except TooSlow as error:
        return render(request, "outbound/resend_matching.html", context | {"failure": error}, status=error.status)
    context |= {
        "goes": preview.ready,
        "repeats": Repeats(sum(preview.by_status.get(one, 0) for one in ARRIVED), 0, 0),
        "is_anew": is_anew,
        "look": _look(request, wanted, is_anew=is_anew) if "try" in request.POST else None,
        "preview": preview,
        "by_status": _words(preview.by_status),
        "others": _words(preview.others),
        "is_narrowed": not is_again and not asked.of("status"),
    }
    return render(request, "outbound/resend_matching.html", context, status=422 if form.errors else 200)


def _look(request: HubRequest, wanted: Wanted, *, is_anew: bool) -> Look:
    """At the first that were not sent again before."""
    if not is_anew:
        return AS_THEY_WERE
    try:
        with patience():
            ready = first_ready(organization=request.organization, wanted=wanted, is_anew=True, most=MOST_TRIED)
    except TooSlow as error:
        return Look(refused=error.message)
    return look_at(request, ready)


def _words(counts: Mapping[Status, int]) -> str:
    """Each status with its number, as the list names it."""
    return ", ".join(f"{status_look(one).label}: {number(count)}" for one, count in counts.items())
