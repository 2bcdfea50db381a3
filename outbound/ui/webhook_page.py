"""One webhook: how it stands, its connection, its last deliveries, who uses it, how receivers check signatures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.web.access import may, page
from hub.web.requests import HubRequest
from integrations.models import UseCase
from outbound.delivering.pacing import LIMIT
from outbound.delivery_list import Wanted, list_deliveries
from outbound.models import Endpoint, Webhook
from outbound.signing_keys import former_secret_until, public_key_of
from outbound.ui.ack_times import ack_time_rows
from outbound.ui.delivery_list import may_resend
from outbound.ui.facts import find_url
from outbound.ui.names import Names, names_of
from outbound.ui.rows import rows_of
from outbound.ui.snippets import snippets_of
from outbound.ui.standing import WebhookWords, webhook_words
from outbound.ui.troubles import notices_of
from outbound.webhooks.configuration import CATALOGUE_PREFIX
from outbound.webhooks.queries import get_webhook
from outbound.webhooks.troubled import troubled
from outbound.webhooks.uses import users_of

SHOWN_DELIVERIES = 10

Context = dict[str, Any]  # Any: what a template shows


@page(Capability.WEBHOOK_VIEW)
@require_safe
def webhook_page(request: HubRequest, webhook_id: str) -> HttpResponse:
    """Everything about one webhook but its secrets."""
    organization = request.organization
    webhook = get_webhook(organization=organization, webhook_id=webhook_id)
    endpoint = Endpoint.objects.of(organization).filter(pk=webhook.pk).first()
    names = names_of(organization)
    words = webhook_words(webhook, endpoint)
    wanted = Wanted(webhook_ids=frozenset({webhook.pk}))
    rows = list_deliveries(organization=organization, wanted=wanted, limit=SHOWN_DELIVERIES)
    users = users_of(webhook)
    context: Context = {
        "webhook": webhook,
        "words": words,
        "facts": _facts(webhook, words, names),
        "troubles": notices_of((one for one in troubled(organization) if one.webhook_id == webhook.pk), is_here=True),
        "rows": rows_of(rows, names),
        "users": _users(users, names),
        "ack_times": ack_time_rows(organization=organization, use_cases=users, at=clock.now()),
        "snippets": snippets_of(webhook.configuration),
        "public_key": public_key_of(organization, clock.now()),
        "public_key_url": f"{settings.HUB_BASE_URL}/v1/webhooks/.well-known/public-key?orgId={organization.pk}",
        "can_change": may(request, Capability.WEBHOOK_EDIT),
        "can_delete": may(request, Capability.WEBHOOK_DELETE),
        "can_try": may_resend(request),
    }
    return render(request, "outbound/webhook.html", context)


def _users(users: Sequence[UseCase], names: Names) -> list[Context]:
    """The use cases that name the webhook in a mapping."""
    return [
        {
            "slug": one.slug,
            "integration": names.places.integration(one.integration_id),
            "url": find_url("integrations:use-case", one.integration_id, one.pk),
        }
        for one in users
    ]


def _facts(webhook: Webhook, words: WebhookWords, names: Names) -> list[Context]:
    configuration = webhook.configuration
    most = names.most_attempts(webhook.pk)
    listed: list[Context] = [
        {"label": _("Webhook id"), "value": webhook.pk, "mono": True, "copyable": True},
        {"label": _("Event"), "value": _event_name(webhook), "mono": True, "url": _event_url(webhook)},
        {"label": _("Version"), "value": configuration.get("eventVersion") or _("the newest")},
        {"label": _("Authentication"), "value": words.authentication},
        {"label": _("Attempts"), "value": most},
        {"label": _("Order"), "value": _order(webhook)},
        {"label": _("At once"), "value": configuration.get("maxInFlight")},
        {"label": _("Per minute"), "value": configuration[LIMIT]} if configuration.get(LIMIT) else {},
        {"label": _("Paused"), "at": webhook.paused_at} if webhook.paused_at else {},
        _former_secrets(webhook, clock.now()),
        {"label": _("Created"), "at": webhook.created_at},
        {"label": _("Changed"), "at": webhook.updated_at},
    ]
    return [fact for fact in listed if fact]


def _former_secrets(webhook: Webhook, at: datetime) -> Context:
    """When the last of them ends."""
    count = len(webhook.former_secrets(at))
    label = ngettext("Former secret ends", "Former secrets end", count)
    return {"label": label, "at": former_secret_until(webhook, at)} if count else {}


def _event_name(webhook: Webhook) -> str:
    """As the catalogue has it; another kind of trigger under its own name."""
    return webhook.event_name.removeprefix(CATALOGUE_PREFIX)


def _event_url(webhook: Webhook) -> str:
    is_of_catalogue = webhook.event_name.startswith(CATALOGUE_PREFIX)
    return find_url("web:core-event", _event_name(webhook)) if is_of_catalogue else ""


def _order(webhook: Webhook) -> str:
    if webhook.configuration.get("ordering") != "entity":
        return _("side by side")
    if webhook.configuration.get("onFailure") == "block":
        return _("per entity; a failure holds back what follows")
    return _("per entity")


def address_of(webhook: Webhook) -> str:
    """Its page."""
    return reverse("outbound:webhook", args=[webhook.pk])
