"""status_of: whether a webhook can deliver, and whether it does."""

from __future__ import annotations

from enum import StrEnum

from outbound.models import Webhook
from outbound.webhooks.authentication import SECRET_OF


class Status(StrEnum):
    """As the API names it."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    INCOMPLETE = "incomplete"
    """It has no address, or lacks the secret that its authentication needs; nothing is delivered."""


def status_of(webhook: Webhook) -> Status:
    """From the row alone."""
    configuration = webhook.configuration
    auth = configuration.get("auth") or {}
    secret = next((name for type, name in SECRET_OF.items() if auth.get("authType") == type), None)
    if not configuration.get("url") or (secret is not None and secret not in webhook.sealed_secrets):
        return Status.INCOMPLETE
    return Status.ACTIVE if webhook.enabled else Status.INACTIVE
