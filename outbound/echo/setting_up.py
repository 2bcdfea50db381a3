"""set_up_echo: a webhook that points to the echo receiver, and whose event is on."""

from __future__ import annotations

import secrets
from typing import Final

from django.conf import settings

from hub.errors import Conflict
from hub.events.switches import switch_on
from hub.http.addresses import EgressPolicy
from hub.http.failures import HttpFailure
from hub.http.url import parse
from hub.json_types import JSONObject
from integrations.operations.author import Author
from outbound.echo.receiving import PATH
from outbound.models import Webhook
from outbound.webhooks.address import url_findings
from outbound.webhooks.changes import SentWebhook
from outbound.webhooks.configuration import CATALOGUE_PREFIX
from outbound.webhooks.operations import create_webhook

USUAL_EVENT: Final = "CustomerDetailsUpdated"
"""Fires as soon as somebody changes the e-mail address of a contact."""


class EchoOutOfReach(Conflict):
    """The hub may not call its own address."""

    code = "ADDRESS_REFUSED"

    def __init__(self) -> None:
        super().__init__(f"The hub may not call {settings.HUB_BASE_URL}: name its host in HUB_EGRESS_ALLOW.")


def is_in_reach() -> bool:
    """Whether the hub may call its own address: it is private, so that its operator has to allow it."""
    url = f"{settings.HUB_BASE_URL}{PATH}"
    try:
        EgressPolicy.of_settings().check_url(parse(url))
    except HttpFailure:
        return False
    return not url_findings(url)


def set_up_echo(*, author: Author, event_name: str = USUAL_EVENT, name: str = "Echo receiver") -> Webhook:
    """It retries like any other. Raises LimitReached, EchoOutOfReach. Must not be called within a transaction."""
    if not is_in_reach():
        raise EchoOutOfReach
    configuration: JSONObject = {
        "name": name,
        "eventName": f"{CATALOGUE_PREFIX}{event_name}",
        "url": f"{settings.HUB_BASE_URL}{PATH}{secrets.token_hex(4)}",
    }
    created = create_webhook(author=author, sent=SentWebhook.parse_new(configuration))
    switch_on(organization_id=author.organization.pk, name=event_name)
    author.organization.bump_config_version()
    return created.webhook
