"""The form of an automation: new, or as it is live; and its tester, which tries what stands in the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.grants import Capability
from hub.errors import ErrorDetail, HubError
from hub.events.publishing import EVENT_PREFIX
from hub.ids import find_id
from hub.preconditions import Stale
from hub.web.access import may, page
from hub.web.requests import HubRequest
from integrations.ui.detail import author_of
from outbound.automations.advice import advice_about
from outbound.automations.changes import SentAutomation
from outbound.automations.configuration import CORE_EVENT, AutomationConfiguration
from outbound.automations.operations import create_automation, refuse_broken_expressions, replace_automation
from outbound.automations.queries import get_automation
from outbound.automations.subjects import Wanted, subject_of
from outbound.automations.trying import Rehearsal, TriedStep, rehearse
from outbound.models import Automation
from outbound.ui.automations.choices import choices_of, recent_of
from outbound.ui.automations.drafts import Draft
from outbound.ui.automations.step_drafts import StepDraft
from outbound.ui.automations.words import STEPS

SAVE, TRY = "save", "try"
FIRST = Draft(steps=(StepDraft(),))
"""What the form begins with."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of the tester; both None: nobody has tried yet."""

    subject: str = ""
    rehearsal: Rehearsal | None = None
    problem: ErrorDetail | None = None

    @property
    def titled(self) -> list[tuple[TriedStep, str]]:
        """The steps, each with what it does."""
        return [(one, str(STEPS[one.step.kind])) for one in self.rehearsal.steps] if self.rehearsal else []


@page(Capability.AUTOMATION_MANAGE)
@require_http_methods(["GET", "POST"])
def new_automation(request: HubRequest) -> HttpResponse:
    """A form, then the page of the new automation."""
    if request.method == "GET":
        return _form(request, FIRST, None)
    return _worked_on(request, None)


@page(Capability.AUTOMATION_VIEW, writes=Capability.AUTOMATION_MANAGE)
@require_http_methods(["GET", "POST"])
def edit_automation(request: HubRequest, automation_id: UUID) -> HttpResponse:
    """The automation as it is live; saving makes a version. Read only for those who may not change it."""
    automation = get_automation(organization=request.organization, automation_id=automation_id)
    if request.method == "GET":
        return _form(request, Draft.of(automation.configuration, automation.version), automation)
    return _worked_on(request, automation)


def _worked_on(request: HubRequest, automation: Automation | None) -> HttpResponse:
    """What the button says that was pressed: save, try, or a change of the list of steps."""
    draft, order = Draft.sent(request.POST), request.POST.get("do", SAVE)
    if order == TRY:
        return _form(request, draft, automation, trial=_tried(request, draft, automation))
    if order != SAVE:
        return _form(request, draft.edited(order), automation)
    try:
        saved = _saved(request, draft, automation)
    except Stale as error:
        return _form(request, draft.refused([ErrorDetail("", error.message)]), automation, status=Stale.status)
    except HubError as error:
        details = list(error.details) or [ErrorDetail("", error.message)]
        return _form(request, draft.refused(details), automation, status=422)
    return redirect("outbound:automation", saved.pk)


def _saved(request: HubRequest, draft: Draft, automation: Automation | None) -> Automation:
    author = author_of(request)
    if automation is None:
        sent = SentAutomation.parse(draft.as_json())
        saved = create_automation(author=author, sent=sent)
        messages.success(request, _("%(name)s is created.") % {"name": saved.name})
    else:
        saved, sent = replace_automation(
            author=author, automation_id=automation.pk, raw=draft.as_json(), expected=draft.expected
        )
        is_same = saved.version == automation.version
        said = _("Nothing was different, so no version was made.") if is_same else _("%(name)s is saved and live.")
        messages.success(request, said % {"name": saved})
    for one in advice_about(organization=request.organization, configuration=sent.configuration):
        messages.warning(request, f"{one.path}: {one.message}")
    return saved


def _tried(request: HubRequest, draft: Draft, automation: Automation | None) -> Trial:
    chosen, at = request.POST.get("subject", ""), clock.now()
    try:
        configuration = _configuration(draft)
        wanted = _wanted(chosen, configuration)
        subject = subject_of(organization=request.organization, trigger=configuration.trigger, wanted=wanted, at=at)
        rehearsal = rehearse(
            organization=request.organization,
            configuration=configuration,
            subject=subject,
            at=at,
            automation_id=automation.pk if automation else None,
        )
    except HubError as error:
        first = error.details[0] if error.details else ErrorDetail("", error.message)
        return Trial(chosen, problem=first)
    return Trial(chosen, rehearsal)


def _configuration(draft: Draft) -> AutomationConfiguration:
    """What stands in the form; a name is not needed to try it."""
    document = draft.as_json()
    sent = SentAutomation.parse(document | {"name": document["name"] or "?"})
    refuse_broken_expressions(sent.configuration)
    return sent.configuration


def _wanted(chosen: str, configuration: AutomationConfiguration) -> Wanted:
    if configuration.trigger.is_core_event:
        return Wanted(event_id=find_id(EVENT_PREFIX, chosen) if chosen else None)
    try:
        return Wanted(entity_id=UUID(chosen) if chosen else None)
    except ValueError:
        return Wanted()


def _form(
    request: HubRequest,
    draft: Draft,
    automation: Automation | None,
    *,
    trial: Trial | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "automation": automation,
        "draft": draft,
        "trial": trial or Trial(),
        "may_edit": may(request, Capability.AUTOMATION_MANAGE),
        "choices": choices_of(request.organization, draft),
        "is_core_event": draft.trigger_type == CORE_EVENT,
        "recent": recent_of(request.organization, draft),
        "kinds": STEPS.items(),
        **_operations(draft),
    }
    return render(request, _template(request, trial), context, status=status)


def _operations(draft: Draft) -> Mapping[str, object]:
    names = (("createEntity", _("created")), ("updateEntity", _("updated")), ("deleteEntity", _("deleted")))
    return {"operations": [(name, label, name in draft.operations) for name, label in names]}


def _template(request: HubRequest, trial: Trial | None) -> str:
    """The tester alone, the form's fields alone, or the page: whatever was asked for."""
    if not request.htmx or request.htmx.history_restore_request:
        return "outbound/automations/form.html"
    return f"outbound/automations/{'_fields' if trial is None else '_tester'}.html"
