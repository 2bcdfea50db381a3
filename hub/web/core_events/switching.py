"""Switching a core event: the question says who gets nothing any more, then it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.errors import HubError
from hub.events.audience import audience_of
from hub.events.definitions import Event, get_event
from hub.events.switches import SwitchChanges, change_switch
from hub.web.access import page
from hub.web.asking import Question, ask
from hub.web.entities.forms.pages import editor_of
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Act:
    """One way to switch: the member and its value, the question with its verb, and what is said afterwards."""

    member: str
    value: bool
    title: _StrPromise
    action: _StrPromise
    done: _StrPromise


ACTS: Final[dict[str, Act]] = {
    "enable": Act(
        "enabled",
        True,
        gettext_lazy("Enable %(title)s?"),
        gettext_lazy("Enable %(name)s"),
        gettext_lazy("%(name)s is enabled."),
    ),
    "disable": Act(
        "enabled",
        False,
        gettext_lazy("Disable %(title)s?"),
        gettext_lazy("Disable %(name)s"),
        gettext_lazy("%(name)s is disabled: nothing publishes it any more."),
    ),
    "start": Act(
        "auto_trigger",
        True,
        gettext_lazy("Publish %(title)s whenever a change fires it?"),
        gettext_lazy("Publish it by changes"),
        gettext_lazy("Changes of entities publish %(name)s from now on."),
    ),
    "stop": Act(
        "auto_trigger",
        False,
        gettext_lazy("Stop publishing %(title)s by changes?"),
        gettext_lazy("Stop publishing it by changes"),
        gettext_lazy("Changes of entities do not publish %(name)s any more."),
    ),
}


@page(Capability.EVENTS_MANAGE)
@require_http_methods(["GET", "POST"])
def switch_event(request: HubRequest, name: str, act: str) -> HttpResponse:
    """Asks, then switches; back to the event."""
    event = get_event(organization=request.organization, name=name)
    if act not in ACTS:
        raise Http404
    if request.method != "POST":
        return ask(request, _question(request, event, act))
    told = ACTS[act]
    changes = SwitchChanges({told.member: told.value})
    try:
        change_switch(editor=editor_of(request), name=name, changes=changes)
    except HubError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told.done % {"name": event.name})
    return redirect("web:core-event", name)


def _question(request: HubRequest, event: Event, act: str) -> Question:
    listeners = audience_of(request.organization).get(event.name, ())
    words = {"title": event.definition.title, "name": event.name}
    return Question(
        title=ACTS[act].title % words,
        text=CONSEQUENCES[act](len(listeners)),
        action=ACTS[act].action % words,
        back=reverse("web:core-event", args=[event.name]),
        place=event.definition.title,
        facts=[{"label": _("Listens"), "value": ", ".join(one.label for one in listeners)}] if listeners else [],
        is_dangerous=act in {"disable", "stop"} and bool(listeners),
    )


def _enabling(count: int) -> str:
    if not count:
        return _("Nobody listens to it yet, so that nothing is sent before a use case or a webhook does.")
    text = ngettext(
        "%(count)s listener gets it from now on. What happened before is not made up for.",
        "%(count)s listeners get it from now on. What happened before is not made up for.",
        count,
    )
    return text % {"count": number(count)}


def _disabling(count: int) -> str:
    if not count:
        return _("Nobody listens to it. No change, automation or client can publish it any more.")
    text = ngettext(
        "%(count)s listener gets nothing any more, however the event is fired. What happens meanwhile is not sent "
        "later; what is on its way still arrives.",
        "%(count)s listeners get nothing any more, however the event is fired. What happens meanwhile is not sent "
        "later; what is on its way still arrives.",
        count,
    )
    return text % {"count": number(count)}


def _stopping(count: int) -> str:
    if not count:
        return _("Automations, API clients and people may still fire it.")
    text = ngettext(
        "%(count)s listener hears nothing of changes any more. Automations, API clients and people may still fire it.",
        "%(count)s listeners hear nothing of changes any more. Automations, API clients and people may still fire it.",
        count,
    )
    return text % {"count": number(count)}


CONSEQUENCES: Final = {"enable": _enabling, "disable": _disabling, "start": _enabling, "stop": _stopping}
