"""status_of, health_of: whether a webhook can deliver, and whether its receiver takes what it gets."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from hub.accounts.models import Organization
from outbound.models import Endpoint, Webhook
from outbound.webhooks.authentication import SECRET_OF


class Status(StrEnum):
    """As the API names it."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    INCOMPLETE = "incomplete"
    """It has no address, or lacks the secret that its authentication needs; nothing is delivered."""


class Health(StrEnum):
    """How the receiver of a webhook does."""

    HEALTHY = "healthy"
    FAILING = "failing"
    """Its circuit is open: nothing but a probe goes out now and then."""
    UNHEALTHY = "unhealthy"
    """Ten deliveries and more in a row have failed for good, for a day at least. Nothing is switched off for that."""


def health_of(endpoint: Endpoint | None) -> Health:
    """From the row alone; None: it never failed, or not since it was well."""
    if endpoint is None:
        return Health.HEALTHY
    if endpoint.is_unhealthy:
        return Health.UNHEALTHY
    return Health.FAILING if endpoint.circuit == Endpoint.Circuit.OPEN else Health.HEALTHY


def endpoints_of(organization: Organization, webhook_ids: Iterable[str]) -> dict[str, Endpoint]:
    """Webhook → how its receiver does, for those that have failed before; one query."""
    return {row.pk: row for row in Endpoint.objects.of(organization).filter(pk__in=list(webhook_ids))}


def status_of(webhook: Webhook) -> Status:
    """From the row alone."""
    configuration = webhook.configuration
    auth = configuration.get("auth") or {}
    secret = next((name for type, name in SECRET_OF.items() if auth.get("authType") == type), None)
    if not configuration.get("url") or (secret is not None and secret not in webhook.sealed_secrets):
        return Status.INCOMPLETE
    return Status.ACTIVE if webhook.enabled else Status.INACTIVE
