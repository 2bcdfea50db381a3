"""Sending a sample: an event goes to chosen listeners as a test, made up or one that happened once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.entities.schemas.book import book_of
from hub.errors import HubError
from hub.events.audience import Listener, Sample, audience_of, send_sample
from hub.events.catalogue import sample_of
from hub.events.definitions import Event, get_event
from hub.events.history import get_core_event, payload_shown
from hub.events.public_ids import find_event_id
from hub.ids import to_text
from hub.json_types import JSONObject
from hub.web import once
from hub.web.access import page
from hub.web.core_events.heads import head_of
from hub.web.requests import HubRequest

MOST_AT_ONCE: Final = 20
"""Listeners that one form sends to."""
DELIVERY_PREFIX: Final = "dlv_"
"""Of the public ids of deliveries."""

Context = dict[str, Any]  # Any: what a template shows


@page(Capability.EVENTS_MANAGE)
@require_http_methods(["GET", "POST"])
def send_page(request: HubRequest, name: str) -> HttpResponse:
    """The listeners to choose from, beside what they would get; POST sends and tells what became of each."""
    event = get_event(organization=request.organization, name=name)
    text = request.POST.get("event", "") or request.GET.get("event", "")
    event_id = find_event_id(text) if text else None
    listeners = audience_of(request.organization).get(name, ())
    context = head_of(request, event) | {"listeners": listeners, "payload": _payload(request, event, text, event_id)}
    context |= {"event_id": text if event_id else "", "chosen": request.POST.getlist("listener")}
    if request.method == "POST":
        context |= _sent(request, event, listeners, event_id)
    context |= {"mark_field": once.FIELD, "mark": once.mark_of(request)}
    status = 422 if context.get("problem") else 200
    return render(request, "core_events/sample.html", context, status=status)


def _payload(request: HubRequest, event: Event, text: str, event_id: UUID | None) -> JSONObject:
    organization = request.organization
    if text:
        return payload_shown(get_core_event(organization=organization, name=event.name, event_id=event_id))
    return sample_of(event.definition, book_of(organization), organization=organization.public_id)


def _sent(request: HubRequest, event: Event, listeners: Sequence[Listener], event_id: UUID | None) -> Context:
    keys = request.POST.getlist("listener")
    wanted = [one for one in listeners if one.key in keys and one.takes_samples][:MOST_AT_ONCE]
    if not wanted:
        return {"problem": _("Choose who gets it.")}
    if not once.take(request):
        return {"problem": _("This form was sent already. Send it again for one more test.")}
    return {"results": [_result(request, event, one, event_id) for one in wanted]}


def _result(request: HubRequest, event: Event, listener: Listener, event_id: UUID | None) -> Context:
    sample = Sample(event.name, listener.key, actor_of(request.principal, request), event_id)
    try:
        sent = send_sample(request.organization, sample, clock.now())
    except HubError as error:
        return {"listener": listener, "failure": error.message}
    told = {"listener": listener, "delivery_id": to_text(DELIVERY_PREFIX, sent.delivery_id)}
    return told if sent.is_going else told | {"failure": f"{sent.code} {sent.message}".strip()}
