"""A signing secret, shown once, with what a receiver needs to check signatures."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.grants import Capability
from hub.web import once
from hub.web.access import fresh, page
from hub.web.requests import HubRequest
from integrations.ui.detail import author_of
from outbound.signing_keys import former_secret_until, public_key_of
from outbound.ui.snippets import snippets_of
from outbound.webhooks.operations import TooManyFormerSecrets, WithSecret, rotate_secret
from outbound.webhooks.queries import get_webhook


@page(Capability.WEBHOOK_EDIT)
@require_http_methods(["GET", "POST"])
@fresh
def renew_secret(request: HubRequest, webhook_id: str) -> HttpResponse:
    """Asks, then renews the signing secret; a reload of the answer renews nothing."""
    webhook = get_webhook(organization=request.organization, webhook_id=webhook_id)
    if request.method == "POST":
        if not once.take(request):
            messages.warning(
                request, _("This was sent before. The secret of then counts; renew it again if it is lost.")
            )
            return redirect("outbound:webhook", webhook.pk)
        try:
            rotated = rotate_secret(author=author_of(request), webhook_id=webhook.pk)
        except TooManyFormerSecrets as refusal:
            messages.error(request, refusal.message)
            return redirect("outbound:webhook", webhook.pk)
        return shown_secret(request, rotated, is_new=False)
    context = {
        "webhook": webhook,
        "mark_field": once.FIELD,
        "mark": once.mark_of(request),
        "formers": len(webhook.former_secrets(clock.now())),
        "former_until": former_secret_until(webhook, clock.now()),
        "back": reverse("outbound:webhook", args=[webhook.pk]),
    }
    return render(request, "outbound/rotate_secret.html", context)


def shown_secret(request: HubRequest, made: WithSecret, *, is_new: bool) -> HttpResponse:
    """The only answer that ever holds it."""
    at = clock.now()
    context = {
        "webhook": made.webhook,
        "secret": made.signing_secret,
        "is_new": is_new,
        "formers": len(made.webhook.former_secrets(at)),
        "former_until": former_secret_until(made.webhook, at),
        "snippets": snippets_of(made.webhook.configuration),
        "public_key": public_key_of(request.organization, at),
    }
    return render(request, "outbound/secret_issued.html", context, status=201)
