"""Acts on a schedule: run now, full sync, rewind, pause, resume, cancel a run."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hub.accounts.grants import Capability
from hub.errors import Conflict, HubError, NotFound
from hub.ids import find_id
from hub.json_types import JSONValue
from hub.web.access import page
from hub.web.asking import Question, ask
from hub.web.forms import sent
from hub.web.requests import HubRequest
from integrations.findings import refusal
from integrations.models import UseCase
from integrations.queries import get_use_case
from integrations.ui.detail import author_of
from proxies.pulling import acts
from proxies.pulling.acts import Keeper
from proxies.pulling.handing_on import RUN_PREFIX
from proxies.pulling.queries import standing_of
from proxies.ui.pull_page import shown
from proxies.ui.schedule_document import number_in


@page(Capability.WRITE)
@require_POST
def run_now(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """Reads what is new at once."""
    keeper = _keeper(request, integration_id, use_case_id)
    try:
        acts.run_now(keeper)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("A run has begun. Its pages are counted below."))
    return redirect("proxies:pull", integration_id, use_case_id)


@page(Capability.WRITE)
@require_http_methods(["GET", "POST"])
def full_sync(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """Asks, then reads everything from the very beginning."""
    keeper = _keeper(request, integration_id, use_case_id)
    if request.method == "POST":
        try:
            acts.run_now(keeper, is_full=True)
        except Conflict as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("A full sync has begun. Its pages are counted below."))
        return redirect("proxies:pull", integration_id, use_case_id)
    use_case = keeper.one.use_case
    question = Question(
        title=_("Read everything of %(slug)s again?") % {"slug": use_case.slug},
        text=_("Every record comes in once more, page after page. What has not changed since changes nothing here."),
        action=_("Start the full sync"),
        back=_address(use_case),
        place=use_case.slug,
    )
    return ask(request, question)


class RewindForm(forms.Form):
    """Where the next run begins."""

    cursor = forms.CharField(
        label=gettext_lazy("Begin at"),
        help_text=gettext_lazy("Empty: at the very beginning."),
        max_length=1000,
        required=False,
        strip=True,
    )


@page(Capability.WRITE)
@require_http_methods(["GET", "POST"])
def rewind(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """Asks where to, then has the next run begin there."""
    keeper = _keeper(request, integration_id, use_case_id)
    use_case, pull = (
        keeper.one.use_case,
        standing_of(organization=request.organization, use_case=keeper.one.use_case).pull,
    )
    stored = pull.cursor if pull else None
    form = RewindForm(sent(request), initial={"cursor": shown(stored)})
    form.fields["cursor"].help_text = _example_of(keeper, stored)
    if form.is_valid():
        try:
            acts.rewind(keeper, _cursor(form.cleaned_data["cursor"], stored, keeper))
        except HubError as error:
            form.add_error("cursor", error.message)
        else:
            messages.success(request, _("The next run begins there."))
            return redirect("proxies:pull", integration_id, use_case_id)
    question = Question(
        title=_("Rewind %(slug)s?") % {"slug": use_case.slug},
        text=_("The next run reads everything from there on again. What comes twice is applied twice, in order."),
        action=_("Rewind"),
        back=_address(use_case),
        place=use_case.slug,
    )
    return ask(request, question, form)


def _example_of(keeper: Keeper, stored: JSONValue) -> str:
    """What may be typed in, of the sort that the schedule keeps."""
    rule = keeper.one.pull.cursor
    known = stored if stored is not None else rule.initial if rule is not None else None
    if isinstance(known, int | float):
        return _("A number, such as %(number)s. Empty: at the very beginning.") % {"number": shown(known)}
    return _("Such as 2026-01-31T00:00:00Z. Empty: at the very beginning.")


@page(Capability.WRITE)
@require_POST
def pause(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """Holds every run; one that is on its way stops after its page."""
    acts.pause(_keeper(request, integration_id, use_case_id))
    messages.success(request, _("The schedule is paused. Nothing is read until it is resumed."))
    return redirect("proxies:pull", integration_id, use_case_id)


@page(Capability.WRITE)
@require_POST
def resume(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """Goes on where it was."""
    acts.resume(_keeper(request, integration_id, use_case_id))
    messages.success(request, _("The schedule is resumed. What was due meanwhile is read now."))
    return redirect("proxies:pull", integration_id, use_case_id)


@page(Capability.WRITE)
@require_POST
def cancel(request: HubRequest, integration_id: UUID, use_case_id: UUID, run_id: str) -> HttpResponse:
    """Ends a run; what it has handed on stays."""
    keeper, found = _keeper(request, integration_id, use_case_id), find_id(RUN_PREFIX, run_id)
    if found is None:
        raise NotFound("There is no such run of this use case.")
    try:
        acts.cancel_run(keeper, found)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The run is cancelled. The next one begins where this one did."))
    return redirect("proxies:pull", integration_id, use_case_id)


def _keeper(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> Keeper:
    use_case = get_use_case(organization=request.organization, integration_id=integration_id, use_case_id=use_case_id)
    return Keeper.of(author_of(request), use_case)


def _cursor(text: str, stored: JSONValue, keeper: Keeper) -> JSONValue:
    """A number where the schedule counts in numbers. Raises Invalid for a text there."""
    rule = keeper.one.pull.cursor
    known = stored if stored is not None else rule.initial if rule else None
    if not text:
        return None
    if isinstance(known, str) or known is None:
        return text
    number = number_in(text)
    if number is None:
        raise refusal("cursor", "must be a number, such as 4711: that is how this schedule counts")
    return number


def _address(use_case: UseCase) -> str:
    return reverse("proxies:pull", args=[use_case.integration_id, use_case.pk])
