"""uses_of: the webhooks whose configuration or secrets refer to a variable."""

from __future__ import annotations

from hub.environments.resolve import SecretUnavailable
from integrations.env_uses import mentions
from outbound.models import Webhook
from outbound.webhooks.credentials import credentials_of


def uses_of(organization_id: int, key: str) -> list[str]:
    """``webhook ERP`` for each, oldest first. One query, and one more for each secret."""
    webhooks = Webhook.objects.filter(organization_id=organization_id).order_by("created_at", "id")
    return [f"webhook {webhook.name}" for webhook in webhooks if _refers(webhook, key)]


def _refers(webhook: Webhook, key: str) -> bool:
    if mentions(webhook.configuration, key):
        return True
    try:
        return mentions([*credentials_of(webhook).values()], key)
    except SecretUnavailable:
        return False
