"""Trying a webhook out: its connection step by step, and one real delivery that counts nowhere."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.errors import HubError
from hub.events.public_ids import find_event_id
from hub.ids import to_text
from hub.web.access import no_permission, page
from hub.web.requests import HubRequest, render_fragment
from outbound.models import DELIVERY_PREFIX
from outbound.trials.connection import try_connection
from outbound.trials.delivery import Trial, send_test
from outbound.ui.delivery_list import may_resend
from outbound.webhooks.queries import get_webhook


@page(Capability.WEBHOOK_VIEW)
@require_POST
def test_connection(request: HubRequest, webhook_id: str) -> HttpResponse:
    """Tries the connection step by step; nothing is delivered."""
    if not may_resend(request):
        return no_permission(request, Capability.SEND)
    trial = try_connection(organization=request.organization, webhook_id=webhook_id, at=clock.now())
    webhook = get_webhook(organization=request.organization, webhook_id=webhook_id)
    context = {"trial": trial, "webhook": webhook}
    return render_fragment(request, "outbound/connection_trial.html", "outbound/_connection_trial.html", context)


@page(Capability.WEBHOOK_VIEW)
@require_POST
def test_delivery(request: HubRequest, webhook_id: str) -> HttpResponse:
    """Sends a sample, or an event of the past by its id, and leads to the delivery, which follows itself."""
    if not may_resend(request):
        return no_permission(request, Capability.SEND)
    text = request.POST.get("event_id", "").strip()
    event_id = find_event_id(text)
    webhook = get_webhook(organization=request.organization, webhook_id=webhook_id)
    if text and event_id is None:
        messages.error(request, _("%(text)s is no id of an event. Leave it empty to send a sample.") % {"text": text})
        return redirect("outbound:webhook", webhook.pk)
    order = Trial(webhook.pk, actor_of(request.principal, request), event_id)
    try:
        delivery = send_test(organization=request.organization, order=order, at=clock.now())
    except HubError as error:
        messages.error(request, error.message)
        return redirect("outbound:webhook", webhook.pk)
    messages.success(request, _("A test delivery goes out, in one attempt. It counts nowhere."))
    return redirect("outbound:delivery", to_text(DELIVERY_PREFIX, delivery.id))
