"""Switch and delete an automation: asks first, then does it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.web.access import page
from hub.web.asking import Question, ask
from hub.web.requests import HubRequest
from integrations.ui.detail import author_of
from outbound.automations.operations import delete_automation, set_enabled
from outbound.automations.queries import get_automation
from outbound.models import Automation


@page(Capability.AUTOMATION_MANAGE)
@require_http_methods(["GET", "POST"])
def switch_automation(request: HubRequest, automation_id: UUID) -> HttpResponse:
    """Asks, then switches the automation on or off: whichever it is not."""
    automation = get_automation(organization=request.organization, automation_id=automation_id)
    if request.method == "POST":
        saved = set_enabled(author=author_of(request), automation_id=automation.pk, enabled=not automation.enabled)
        said = _("%(name)s is enabled.") if saved.enabled else _("%(name)s is disabled.")
        messages.success(request, said % {"name": saved.name})
        return redirect("outbound:automations")
    return ask(request, _switch_question(automation))


@page(Capability.AUTOMATION_MANAGE)
@require_http_methods(["GET", "POST"])
def remove_automation(request: HubRequest, automation_id: UUID) -> HttpResponse:
    """Asks, then deletes the automation with its versions."""
    automation = get_automation(organization=request.organization, automation_id=automation_id)
    if request.method == "POST":
        delete_automation(author=author_of(request), automation_id=automation.pk)
        messages.success(request, _("%(name)s is deleted.") % {"name": automation.name})
        return redirect("outbound:automations")
    names = {"name": automation.name}
    question = Question(
        title=_("Delete %(name)s?") % names,
        text=_("Its versions go with it, and runs that are on their way end as failed. What it has done stays."),
        action=_("Delete %(name)s") % names,
        keep=_("Keep it"),
        back=reverse("outbound:automation", args=[automation.pk]),
        place=automation.name,
        is_dangerous=True,
    )
    return ask(request, question)


def _switch_question(automation: Automation) -> Question:
    names, back = {"name": automation.name}, reverse("outbound:automations")
    if automation.enabled:
        text = _("What happens from now on starts nothing, and runs that are on their way end as failed.")
        return Question(_("Disable %(name)s?") % names, text, _("Disable %(name)s") % names, back)
    text = _("It starts with whatever happens from now on. What happened meanwhile stays as it is.")
    return Question(_("Enable %(name)s?") % names, text, _("Enable %(name)s") % names, back)
