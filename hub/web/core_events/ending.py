"""Publishing a draft, and ending an own event for good: each asks first."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.errors import HubError
from hub.events.audience import audience_of
from hub.events.custom_events import Publication, deprecate, publish_draft
from hub.events.definitions import Event, get_event
from hub.web.access import page
from hub.web.asking import Question, ask
from hub.web.entities.forms.pages import editor_of
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number


class PublicationForm(forms.Form):
    """How the event begins its public life."""

    enabled = forms.BooleanField(label=gettext_lazy("Enable it at once"), required=False, initial=True)
    auto_trigger = forms.BooleanField(label=gettext_lazy("Changes of entities fire it"), required=False, initial=True)
    base_stops = forms.BooleanField(
        label=gettext_lazy("The event that it was made from is not fired by changes any more"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: object, event: Event, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # those of the framework's own form
        if event.definition.trigger is None:
            del self.fields["auto_trigger"]
        if event.definition.lineage is None:
            del self.fields["base_stops"]

    def publication(self) -> Publication:
        """What was chosen, once the form is valid."""
        chosen = self.cleaned_data
        stops = chosen.get("base_stops")
        return Publication(
            enabled=chosen["enabled"],
            auto_trigger=chosen.get("auto_trigger", True),
            base_auto_trigger=None if not stops else False,
        )


@page(Capability.EVENTS_MANAGE)
@require_http_methods(["GET", "POST"])
def publish_event(request: HubRequest, name: str) -> HttpResponse:
    """Asks, then freezes the definition."""
    event = get_event(organization=request.organization, name=name)
    if event.lifecycle != "draft":
        messages.info(request, _("%(name)s is published already.") % {"name": name})
        return redirect("web:core-event", name)
    form = PublicationForm(request.POST if request.method == "POST" else None, event=event)
    if not form.is_valid():
        return ask(request, _publication(event), form)
    publication = form.publication()
    return _done(
        request,
        event,
        lambda: publish_draft(editor=editor_of(request), name=name, publication=publication),
        _("%(name)s is published.") % {"name": name},
    )


@page(Capability.EVENTS_MANAGE)
@require_http_methods(["GET", "POST"])
def deprecate_event(request: HubRequest, name: str) -> HttpResponse:
    """Asks, then ends the event; a draft is gone."""
    event = get_event(organization=request.organization, name=name)
    is_draft = event.lifecycle == "draft"
    if request.method != "POST":
        return ask(request, _deletion(event) if is_draft else _deprecation(request, event))
    said = _("The draft %(name)s is deleted.") if is_draft else _("%(name)s is deprecated.")
    return _done(request, event, lambda: deprecate(editor=editor_of(request), name=name), said % {"name": name})


def _done(request: HubRequest, event: Event, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except HubError as error:
        messages.error(request, error.message)
        return redirect("web:core-event", event.name)
    messages.success(request, said)
    is_gone = event.lifecycle == "draft" and request.path.endswith("/deprecate")
    return redirect("web:core-events") if is_gone else redirect("web:core-event", event.name)


def _publication(event: Event) -> Question:
    return Question(
        title=_("Publish %(title)s?") % {"title": event.definition.title},
        text=_(
            "Its definition stays as it is from now on: fields, entities and what fires it. "
            "Use cases and webhooks can listen to it."
        ),
        action=_("Publish %(name)s") % {"name": event.name},
        back=reverse("web:core-event", args=[event.name]),
        place=event.definition.title,
    )


def _deletion(event: Event) -> Question:
    return Question(
        title=_("Delete the draft %(title)s?") % {"title": event.definition.title},
        text=_("Nobody has ever got it. Its name is free again."),
        action=_("Delete %(name)s") % {"name": event.name},
        back=reverse("web:core-event", args=[event.name]),
        place=event.definition.title,
        is_dangerous=True,
    )


def _deprecation(request: HubRequest, event: Event) -> Question:
    count = len(audience_of(request.organization).get(event.name, ()))
    text = _("Nothing publishes it any more, and there is no way back. What it has published stays in its history.")
    if count:
        more = ngettext("%(count)s listener gets nothing any more.", "%(count)s listeners get nothing any more.", count)
        text = f"{text} {more % {'count': number(count)}}"
    return Question(
        title=_("Deprecate %(title)s?") % {"title": event.definition.title},
        text=text,
        action=_("Deprecate %(name)s") % {"name": event.name},
        back=reverse("web:core-event", args=[event.name]),
        place=event.definition.title,
        is_dangerous=True,
    )
