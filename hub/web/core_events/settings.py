"""The settings of a core event: the attributes whose change fires it, and whether it is kept though nobody listens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.entities.schemas.book import SchemaBook, book_of
from hub.errors import HubError
from hub.events.definitions import Event, get_event
from hub.events.switches import SwitchChanges, change_switch
from hub.json_types import JSONObject
from hub.web.access import page
from hub.web.core_events.heads import head_of
from hub.web.core_events.words import watched
from hub.web.entities.forms.pages import editor_of
from hub.web.forms import sent, show_refusal
from hub.web.requests import HubRequest

USUAL, ALL, CHOSEN = "usual", "all", "chosen"


class SettingsForm(forms.Form):
    """What an organization says about an event beside its switches."""

    keeps_history = forms.BooleanField(
        label=gettext_lazy("Keep its history though nobody listens"),
        required=False,
        help_text=gettext_lazy("Otherwise an event is stored only when somebody gets it."),
    )
    watches = forms.ChoiceField(label=gettext_lazy("It fires when a change touches"), widget=forms.RadioSelect)
    attributes = forms.CharField(
        label=gettext_lazy("Attributes, one per line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "ih-mono", "spellcheck": "false"}),
        help_text=gettext_lazy("Only counts with “these attributes”."),
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:  # Any: arguments of the framework's own form
        super().__init__(*args, **kwargs)
        trigger = event.definition.trigger
        if trigger is None:
            del self.fields["watches"], self.fields["attributes"]
            return
        own = ", ".join(trigger.attributes)
        usual = _("what the event was defined for: %(names)s") % {"names": own} if own else _("any attribute")
        choices = [(USUAL, usual), *([(ALL, _("any attribute"))] if own else []), (CHOSEN, _("these attributes"))]
        self.fields["watches"].choices = choices  # type: ignore[attr-defined]  # a choice field has them

    @staticmethod
    def initial_of(event: Event) -> dict[str, Any]:  # Any: values of fields
        """The settings as the form shows them."""
        own = event.switch.attributes
        return {
            "keeps_history": event.switch.keeps_history,
            "watches": USUAL if own is None else CHOSEN if own else ALL,
            "attributes": "\n".join(own if own else watched(event.definition.trigger)),
        }

    def changes(self) -> JSONObject:
        """The body that the API would get; call it on a valid form."""
        told: JSONObject = {"keeps_history": self.cleaned_data["keeps_history"]}
        if "watches" not in self.fields:
            return told
        lines = [line.strip() for line in self.cleaned_data["attributes"].splitlines() if line.strip()]
        chosen: dict[str, JSONObject] = {
            USUAL: {"attributes": None},
            ALL: {"attributes": []},
            CHOSEN: {"attributes": [*dict.fromkeys(lines)]},
        }
        return told | chosen[self.cleaned_data["watches"]]

    def clean(self) -> dict[str, Any]:  # Any: the framework's own
        """Chosen attributes are named."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("watches") == CHOSEN and not cleaned.get("attributes", "").strip():
            self.add_error("attributes", _("Name at least one, or choose any attribute."))
        return cleaned


@page(Capability.EVENTS_MANAGE)
@require_http_methods(["GET", "POST"])
def settings_page(request: HubRequest, name: str) -> HttpResponse:
    """The form; back to the event once it is saved."""
    event = get_event(organization=request.organization, name=name)
    form = SettingsForm(sent(request), event=event, initial=SettingsForm.initial_of(event))
    if form.is_valid() and _is_saved(request, event, form):
        messages.success(request, _("The settings of %(name)s are saved.") % {"name": name})
        return redirect("web:core-event", name)
    context = head_of(request, event) | {"form": form, "known": _attributes(event, book_of(request.organization))}
    return render(request, "core_events/settings.html", context, status=422 if form.is_bound else 200)


def _is_saved(request: HubRequest, event: Event, form: SettingsForm) -> bool:
    try:
        changes = SwitchChanges.parse(form.changes(), event.definition)
        change_switch(editor=editor_of(request), name=event.name, changes=changes)
    except HubError as error:
        show_refusal(form, error)
        return False
    return True


def _attributes(event: Event, book: SchemaBook) -> list[str]:
    """The attributes of the schemas that it watches, as advice."""
    trigger = event.definition.trigger
    schemas = trigger.schemas if trigger else ()
    return sorted({name for slug in schemas for name in book.schema_of(slug).attributes})
