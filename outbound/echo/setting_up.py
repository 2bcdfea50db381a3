"""set_up_echo: a webhook that points to the echo receiver, and whose event is on."""

from __future__ import annotations

import secrets
from typing import Final

from django.conf import settings

from hub.events.switches import switch_on
from hub.json_types import JSONObject
from integrations.operations.author import Author
from outbound.echo.receiving import PATH
from outbound.models import Webhook
from outbound.webhooks.changes import SentWebhook
from outbound.webhooks.configuration import CATALOGUE_PREFIX
from outbound.webhooks.operations import create_webhook

USUAL_EVENT: Final = "CustomerDetailsUpdated"
"""Fires as soon as somebody changes the e-mail address of a contact."""


def set_up_echo(*, author: Author, event_name: str = USUAL_EVENT, name: str = "Echo receiver") -> Webhook:
    """It retries like any other. Raises LimitReached. Must not be called within a transaction."""
    configuration: JSONObject = {
        "name": name,
        "eventName": f"{CATALOGUE_PREFIX}{event_name}",
        "url": f"{settings.HUB_BASE_URL}{PATH}{secrets.token_hex(4)}",
    }
    created = create_webhook(author=author, sent=SentWebhook.parse_new(configuration))
    switch_on(organization_id=author.organization.pk, name=event_name)
    author.organization.bump_config_version()
    return created.webhook
