"""Get and list webhooks, always of one organization; a foreign id is as unknown as any other."""

from __future__ import annotations

from typing import NamedTuple

from hub.accounts.models import Organization, TenantQuerySet
from hub.errors import NotFound
from hub.json_types import JSONValue
from outbound.backoff import MOST_RETRIES, RETRIES
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


class KnownWebhook(NamedTuple):
    """What pages say of a webhook in passing. most_attempts: the first one and its retries."""

    name: str
    most_attempts: int


def known_webhooks(organization: Organization) -> dict[str, KnownWebhook]:
    """Every webhook by its id, in the order of their names; one query."""
    rows = Webhook.objects.of(organization).order_by("name", "pk")
    listed = rows.values_list("pk", "name", "configuration__retryPolicy")
    return {pk: KnownWebhook(name, 1 + _retries(policy)) for pk, name, policy in listed}


def _retries(policy: JSONValue) -> int:
    """Of a policy that was checked when it was stored."""
    if not isinstance(policy, dict) or policy.get("enabled") is False:
        return 0
    most = policy.get("maxAttempts")
    return min(most, MOST_RETRIES) if isinstance(most, int) else RETRIES
