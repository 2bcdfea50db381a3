"""One use case: creating, editing, switching and deleting it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.errors import HubError
from hub.preconditions import Stale
from hub.web.access import may, page
from hub.web.asking import Question, ReasonForm, ask
from hub.web.first_event import own_inlet_curl, own_inlet_url
from hub.web.forms import sent
from hub.web.requests import HubRequest
from integrations.advice import advice_on
from integrations.changes.use_case import UseCaseChanges
from integrations.models import UseCase, UseCaseType
from integrations.operations.use_cases import create_use_case, delete_use_case, update_use_case
from integrations.queries import get_integration, get_use_case
from integrations.ui.detail import Context, address_of, author_of
from integrations.ui.examples import example_of
from integrations.ui.forms import UseCaseForm
from integrations.ui.types import TYPES


@page(Capability.WRITE)
@require_http_methods(["GET", "POST"])
def new_use_case(request: HubRequest, integration_id: UUID) -> HttpResponse:
    """A form that starts from the example of the type which the address names."""
    integration = get_integration(organization=request.organization, integration_id=integration_id)
    type = _type(request.GET.get("type"))
    other = request.GET.get("example", "")
    example = example_of(type, other if other in TYPES[type].others else "")
    form = UseCaseForm(sent(request), initial={"configuration": example, "enabled": True})
    form.say_for(type)
    if form.is_valid():
        try:
            use_case = create_use_case(
                author=author_of(request),
                integration_id=integration.pk,
                changes=UseCaseChanges.parse_new(form.as_json(type=type)),
            )
        except HubError as error:
            form.show(error)
        else:
            messages.success(request, _("%(slug)s is created.") % {"slug": use_case.slug})
            _advise(request, use_case)
            return redirect("integrations:detail", integration.pk)
    context: Context = {"integration": integration, "form": form, "type": TYPES[type], "types": TYPES.values()}
    context |= {"text": form["configuration"].value() or "", "may_edit": True}
    return render(request, "integrations/new_use_case.html", context, status=422 if form.is_bound else 200)


@page(Capability.READ, writes=Capability.WRITE)
@require_http_methods(["GET", "POST"])
def edit_use_case(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """The use case as it is live; saving makes a version. Read only for those who may not change it."""
    use_case = _get(request, integration_id, use_case_id)
    form = UseCaseForm(sent(request), initial=UseCaseForm.initial_of(use_case))
    form.say_for(use_case.type)
    if not use_case.slug_is_derived:
        form.keep_slug()
    is_stale = False
    if form.is_valid():
        try:
            saved = _save(request, use_case, form)
        except Stale:
            is_stale = True
        except HubError as error:
            form.show(error)
        else:
            tell_saved(request, before=use_case, after=saved)
            return redirect(address_of(saved))
    return _editor(request, use_case, form, is_stale=is_stale)


@page(Capability.WRITE)
@require_http_methods(["GET", "POST"])
def switch_use_case(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """Asks why, then switches the use case on or off: whichever it is not."""
    use_case = _get(request, integration_id, use_case_id)
    form = _SwitchForm(sent(request), initial={"enabled": not use_case.enabled})
    if form.is_valid():
        changes = UseCaseChanges.parse_partial(
            {"enabled": form.cleaned_data["enabled"], "change_description": form.cleaned_data["reason"]},
            stored_type=use_case.type,
        )
        saved = update_use_case(
            author=author_of(request), integration_id=integration_id, use_case_id=use_case_id, changes=changes
        )
        said = _("%(slug)s is enabled.") if saved.enabled else _("%(slug)s is disabled.")
        messages.success(request, said % {"slug": saved.slug})
        return redirect("integrations:detail", integration_id)
    return ask(request, _switch_question(use_case), form)


@page(Capability.WRITE)
@require_http_methods(["GET", "POST"])
def remove_use_case(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """Asks, then deletes the use case with its versions."""
    use_case = _get(request, integration_id, use_case_id)
    if request.method == "POST":
        delete_use_case(author=author_of(request), integration_id=integration_id, use_case_id=use_case_id)
        messages.success(request, _("%(slug)s is deleted.") % {"slug": use_case.slug})
        return redirect("integrations:detail", integration_id)
    question = Question(
        title=_("Delete %(slug)s?") % {"slug": use_case.slug},
        text=_(
            "Its versions go with it. Events that still wait for it end as errors; stored events and entities stay. "
            "Switching it off keeps everything."
        ),
        action=_("Delete %(slug)s") % {"slug": use_case.slug},
        keep=_("Keep it"),
        back=address_of(use_case),
        place=use_case.slug,
        facts=[{"label": _("Versions"), "value": use_case.version}, {"label": _("Can be undone"), "value": _("no")}],
        is_dangerous=True,
    )
    return ask(request, question)


class _SwitchForm(ReasonForm):
    enabled = forms.BooleanField(required=False, widget=forms.HiddenInput)


def _get(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> UseCase:
    return get_use_case(organization=request.organization, integration_id=integration_id, use_case_id=use_case_id)


def _save(request: HubRequest, use_case: UseCase, form: UseCaseForm) -> UseCase:
    return update_use_case(
        author=author_of(request),
        integration_id=use_case.integration_id,
        use_case_id=use_case.pk,
        changes=UseCaseChanges.parse_partial(form.as_json(type=use_case.type), stored_type=use_case.type),
        expected=form.expected(),
    )


def tell_saved(request: HubRequest, *, before: UseCase, after: UseCase) -> None:
    """Which version is live now, and what is saved but probably not meant."""
    if after.version == before.version:
        messages.info(request, _("Nothing was different, so no version was made."))
    else:
        messages.success(request, _("%(version)s is saved and live.") % {"version": after})
        _advise(request, after)


def _advise(request: HubRequest, use_case: UseCase) -> None:
    for one in advice_on(use_case, request.organization):
        messages.warning(request, f"{one.path}: {one.message}")


def _editor(request: HubRequest, use_case: UseCase, form: UseCaseForm, *, is_stale: bool) -> HttpResponse:
    context: Context = {
        "integration": use_case.integration,
        "use_case": use_case,
        "form": form,
        "text": form["configuration"].value() or "",
        "type": TYPES[use_case.type],
        "may_edit": may(request, Capability.WRITE),
        "may_try": use_case.type == UseCaseType.MANAGED_CALL and may(request, Capability.SEND),
        "is_stale": is_stale,
        "seen_version": form["version"].value(),
    }
    if use_case.type == UseCaseType.INBOUND:
        context |= _inlet(use_case)
    status = Stale.status if is_stale else 422 if form.is_bound else 200
    return render(request, "integrations/use_case.html", context, status=status)


def _inlet(use_case: UseCase) -> Context:
    """The address of this use case, for systems that can only call a URL, and a command that calls it."""
    place, slug = str(use_case.integration_id), use_case.slug
    curl = own_inlet_curl(integration_id=place, slug=slug, configuration=use_case.configuration)
    return {"inlet_url": own_inlet_url(place, slug), "inlet_curl": curl}


def _switch_question(use_case: UseCase) -> Question:
    names, takes_events = {"slug": use_case.slug}, use_case.type == UseCaseType.INBOUND
    back, place = reverse("integrations:detail", args=[use_case.integration_id]), use_case.integration.name
    if use_case.enabled:
        ignored = _(
            "New events for it are stored and ignored, and those that wait end as errors until it is enabled again."
        )
        refused = _("Nothing is delivered through it, and its calls are refused, until it is enabled again.")
        text = ignored if takes_events else refused
        return Question(_("Disable %(slug)s?") % names, text, _("Disable %(slug)s") % names, back, place=place)
    applied = _("Events for it are applied again. Those that were ignored meanwhile stay so until they are replayed.")
    text = applied if takes_events else _("It works again from now on. What was refused meanwhile stays so.")
    return Question(_("Enable %(slug)s?") % names, text, _("Enable %(slug)s") % names, back, place=place)


def _type(name: str | None) -> str:
    return name if name in UseCaseType.values else UseCaseType.INBOUND.value
