"""Get and list webhooks, always of one organization; a foreign id is as unknown as any other."""

from __future__ import annotations

from hub.accounts.models import Organization, TenantQuerySet
from hub.errors import NotFound
from outbound.models import Webhook


class WebhookNotFound(NotFound):
    """No such webhook in this organization."""

    code = "WEBHOOK_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such webhook.")


def webhooks_of(organization: Organization, *, event_name: str = "") -> TenantQuerySet[Webhook]:
    """Every webhook, or those for one event, oldest first."""
    webhooks = Webhook.objects.of(organization).order_by("created_at", "id")
    return webhooks.filter(event_name=event_name) if event_name else webhooks


def get_webhook(*, organization: Organization, webhook_id: str) -> Webhook:
    """The webhook; raises WebhookNotFound."""
    webhook = Webhook.objects.of(organization).filter(pk=webhook_id).first()
    if webhook is None:
        raise WebhookNotFound
    return webhook
