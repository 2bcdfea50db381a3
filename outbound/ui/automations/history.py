"""The versions of an automation, two of them side by side, and making an older one live again."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hub.accounts.grants import Capability
from hub.errors import HubError
from hub.preconditions import Stale
from hub.web.access import may, page
from hub.web.asking import Question, ReasonForm, ask
from hub.web.forms import sent
from hub.web.requests import HubRequest
from integrations.ui.detail import author_of
from integrations.ui.version_lines import changes_of, lines_of, number_of
from outbound.automations.queries import get_automation
from outbound.automations.versions import (
    AutomationVersion,
    compare_versions,
    find_version,
    get_version,
    list_versions,
    restore_version,
)
from outbound.models import Automation


class RestoreForm(ReasonForm):
    """Why, and the version that was live when this was asked: nobody overwrites what they have not seen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


@page(Capability.AUTOMATION_VIEW)
@require_safe
def automation_history(request: HubRequest, automation_id: UUID) -> HttpResponse:
    """Versions, newest first, and what differs between the two that the address names: else the last two."""
    automation = get_automation(organization=request.organization, automation_id=automation_id)
    new = get_version(automation, number_of(request.GET.get("new")) or automation.version)
    old = _old(automation, new, number_of(request.GET.get("old")))
    listed = list_versions(automation, up_to=number_of(request.GET.get("below")))
    context = {
        "automation": automation,
        "lines": lines_of(request.organization, listed.versions, automation.version),
        "older": listed.older,
        "old": old,
        "new": new,
        "can_restore": may(request, Capability.AUTOMATION_MANAGE) and new.version != automation.version,
        **changes_of(compare_versions(old, new) if old else []),
    }
    return render(request, "outbound/automations/history.html", context)


@page(Capability.AUTOMATION_MANAGE)
@require_http_methods(["GET", "POST"])
def restore(request: HubRequest, automation_id: UUID, version: int) -> HttpResponse:
    """Asks why, then makes a new version of what the old one was."""
    automation = get_automation(organization=request.organization, automation_id=automation_id)
    past = get_version(automation, version)
    form = RestoreForm(sent(request), initial={"version": automation.version})
    if form.is_valid():
        try:
            restored = restore_version(
                author=author_of(request),
                automation_id=automation.pk,
                version=past.version,
                reason=form.cleaned_data["reason"],
                expected=frozenset({form.cleaned_data["version"]}),
            )
        except Stale:
            messages.error(request, _("Somebody saved another version meanwhile. Look at it, then decide again."))
            return redirect("outbound:automation-history", automation.pk)
        except HubError as error:
            form.add_error("reason", _refusal(error))
        else:
            _tell(request, automation, restored, past)
            return redirect("outbound:automation-history", restored.pk)
    return ask(request, _question(automation, past), form)


def _old(automation: Automation, new: AutomationVersion, number: int | None) -> AutomationVersion | None:
    """The version to compare with: the one that the address names, else the one before; None before the first."""
    return get_version(automation, number) if number else find_version(automation, new.version - 1)


def _question(automation: Automation, past: AutomationVersion) -> Question:
    named = {"name": automation.name, "version": past.version}
    return Question(
        title=_("Restore v%(version)s of %(name)s?") % named,
        text=_("What it was becomes a new version, which is live at once. Whether it is enabled stays as it is."),
        action=_("Restore v%(version)s") % named,
        back=f"{reverse('outbound:automation-history', args=[automation.pk])}?new={past.version}",
        place=automation.name,
    )


def _refusal(error: HubError) -> str:
    """Why not, with the places that today's rules refuse."""
    return "; ".join(f"{one.path}: {one.message}" for one in error.details) or error.message


def _tell(request: HubRequest, before: Automation, after: Automation, past: AutomationVersion) -> None:
    if after.version == before.version:
        messages.info(request, _("Nothing was different, so no version was made."))
        return
    named = {"name": after.name, "version": past.version, "new": after.version}
    messages.success(request, _("%(name)s is what it was in v%(version)s, as v%(new)s.") % named)
