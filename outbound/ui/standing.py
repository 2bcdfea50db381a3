"""How a webhook stands, in words, with the address and the credentials as people read them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub import clock
from hub.display_zone import display_zone
from hub.web.templatetags.moments import clock_parts, relative_time
from outbound.models import Endpoint, Webhook
from outbound.webhooks.authentication import AuthType
from outbound.webhooks.changes import DEFAULTS
from outbound.webhooks.configured_events import label_of
from outbound.webhooks.overview import Overviewed, Standing, standing_of

AUTHENTICATIONS: Final = {
    AuthType.NONE: gettext_lazy("Signature only"),
    AuthType.API_KEY: gettext_lazy("API key"),
    AuthType.BASIC: gettext_lazy("User name and password"),
    AuthType.OAUTH: gettext_lazy("OAuth client credentials"),
}


@dataclass(frozen=True, slots=True)
class WebhookWords:
    """status: of a badge, with its words; note: what is to be said beside it."""

    status: str
    words: str
    note: str
    event: str
    url: str
    method: str
    authentication: str


def words_of(one: Overviewed) -> WebhookWords:
    """Of a row of the list. One that is active and of whose deliveries none arrived is not well, whatever failed."""
    words = webhook_words(one.webhook, one.endpoint)
    if one.standing is not Standing.ACTIVE or one.delivered or not one.failed:
        return words
    status, text = _BADGES[Standing.FAILING]
    return replace(words, status=status, words=str(text), note=_("nothing arrived in 24 h"))


def webhook_words(webhook: Webhook, endpoint: Endpoint | None) -> WebhookWords:
    """endpoint: None for a receiver that never failed."""
    configuration = DEFAULTS | webhook.configuration
    standing = standing_of(webhook, endpoint)
    status, words = _BADGES[standing]
    auth = configuration.get("auth")
    kind = auth.get("authType") if isinstance(auth, dict) else None
    return WebhookWords(
        status=status,
        words=str(words),
        note=_note(standing, webhook, endpoint),
        event=label_of(webhook.event_name),
        url=str(configuration.get("url") or ""),
        method=str(configuration.get("httpMethod") or ""),
        authentication=str(AUTHENTICATIONS.get(AuthType(kind), kind) if kind in list(AuthType) else kind or ""),
    )


_BADGES: Final = {
    Standing.INCOMPLETE: ("warning", gettext_lazy("Incomplete")),
    Standing.DISABLED: ("disabled", gettext_lazy("Disabled")),
    Standing.PAUSED: ("held", gettext_lazy("Paused")),
    Standing.FAILING: ("error", gettext_lazy("Failing")),
    Standing.ACTIVE: ("success", gettext_lazy("Active")),
}


def _note(standing: Standing, webhook: Webhook, endpoint: Endpoint | None) -> str:
    now = clock.now()
    if standing is Standing.PAUSED:
        return relative_time(webhook.paused_at, now)
    if standing is Standing.INCOMPLETE:
        return _("no address") if not webhook.configuration.get("url") else _("no secret")
    if endpoint is None or endpoint.opened_at is None or standing is not Standing.FAILING:
        return ""
    since = _("since %(since)s") % {"since": clock_of(endpoint.opened_at)}
    if endpoint.probe_at is None or endpoint.probe_at <= now:
        return since
    return _("%(since)s, probe %(probe)s") % {"since": since, "probe": relative_time(endpoint.probe_at, now)}


def clock_of(at: datetime | None) -> str:
    """The time of day, with its day where that is not today."""
    if at is None:
        return ""
    day, time, _milliseconds = clock_parts(at, clock.now(), display_zone())
    return f"{day} {time[:-3]}".strip()
