"""The settings of an integration: what it is called, who may change it, and when its old records are read anew."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.errors import ErrorDetail, HubError
from hub.json_types import JSONObject
from hub.preconditions import Stale
from hub.web.access import page
from hub.web.forms import sent, show_refusal
from hub.web.requests import HubRequest
from integrations.auto_refresh.thresholds import USUAL_MINUTES
from integrations.changes.integration import MOST_MINUTES, IntegrationChanges
from integrations.connectors import advice_on_connector
from integrations.models import Integration
from integrations.operations.integrations import update_integration
from integrations.queries import get_integration, use_cases_of
from integrations.ui.detail import author_of, frame_of
from integrations.ui.forms import IntegrationForm

_REFRESH, _MINUTES = "autoRefresh", "freshnessThresholdMinutes"


class SettingsForm(IntegrationForm):
    """version is the one that was on the screen: what is stored beside the fields is kept, so it must not be older."""

    auto_refresh = forms.BooleanField(
        label=gettext_lazy("Read old records anew"),
        required=False,
        help_text=gettext_lazy(
            "When somebody opens a customer or contract that this integration has not written for so long, the hub "
            "publishes the event that asks for it, to which a schedule, a webhook or an outbound use case has to "
            "listen."
        ),
    )
    refresh_after_minutes = forms.IntegerField(
        label=gettext_lazy("Old after, in minutes"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=gettext_lazy("Left empty: {usual}.").format(usual=USUAL_MINUTES),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, integration: Integration) -> None:
        self._base = integration.settings
        refresh = _refresh_of(self._base)
        of_settings = {
            "auto_refresh": refresh.get("enabled") is True,
            "refresh_after_minutes": refresh.get(_MINUTES),
            "version": integration.version,
        }
        super().__init__(data, initial=self.initial_of(integration) | of_settings)

    def clean(self) -> dict[str, Any]:
        """A threshold that nobody is asked about keeps nobody from saving."""
        chosen: dict[str, Any] = super().clean() or {}  # Any: values of fields
        if not chosen.get("auto_refresh"):
            self.errors.pop("refresh_after_minutes", None)
        return chosen

    def as_json(self) -> JSONObject:
        """The body that the API would get; settings only where they change, with every other member of theirs."""
        given = self.cleaned_data
        changed = with_refresh(self._base, given["auto_refresh"], given.get("refresh_after_minutes"))
        return super().as_json() | ({} if changed == self._base else {"settings": changed})


def with_refresh(settings: JSONObject | None, is_wanted: bool, minutes: int | None) -> JSONObject | None:
    """The settings with the choice; where it is not wanted, the threshold stays for whoever wants it again."""
    refresh = _refresh_of(settings)
    if not is_wanted and refresh.get("enabled") is not True:
        return settings
    changed: JSONObject = {**refresh, "enabled": is_wanted}
    if is_wanted:
        changed.pop(_MINUTES, None)
        changed |= {} if minutes is None else {_MINUTES: minutes}
    return {**(settings or {}), _REFRESH: changed}


@page(Capability.READ, writes=Capability.WRITE)
@require_http_methods(["GET", "POST"])
def settings(request: HubRequest, integration_id: UUID) -> HttpResponse:
    """Read only for those who may not change them."""
    integration = get_integration(organization=request.organization, integration_id=integration_id)
    form = SettingsForm(sent(request), integration=integration)
    if form.is_valid():
        try:
            saved = _save(request, integration, form)
        except Stale:
            said = _("Somebody changed it while you were editing. Nothing is saved: open the settings anew.")
            show_refusal(form, HubError(said, details=[ErrorDetail("", said)]))
        except HubError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Settings of %(name)s are saved.") % {"name": form.cleaned_data["name"]})
            for one in advice_on_connector(saved.connector_config):
                messages.warning(request, f"{one.path}: {one.message}")
            return redirect("integrations:settings", integration.pk)
    context = frame_of(request, integration, tab="settings", use_cases=use_cases_of(integration).count())
    context |= {"form": form, "usual_minutes": USUAL_MINUTES}
    return render(request, "integrations/settings.html", context, status=422 if form.is_bound else 200)


def _save(request: HubRequest, integration: Integration, form: SettingsForm) -> Integration:
    """Raises Stale, Forbidden for a protected integration, and Invalid as the API answers."""
    version = form.cleaned_data["version"] or integration.version
    return update_integration(
        author=author_of(request),
        integration_id=integration.pk,
        changes=IntegrationChanges.parse(form.as_json(), needs_name=True),
        expected=frozenset({version}),
    )


def _refresh_of(settings: JSONObject | None) -> JSONObject:
    refresh = (settings or {}).get(_REFRESH)
    return refresh if isinstance(refresh, dict) else {}
