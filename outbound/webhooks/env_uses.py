"""places: the webhooks whose configuration or secrets refer to variables."""

from __future__ import annotations

from hub.environments.uses import Place, mentioned_in
from outbound.models import Webhook
from outbound.webhooks.credentials import known_credentials


def places(organization_id: int) -> list[Place]:
    """A function of ENVIRONMENT_USES. A secret that cannot be opened refers to nothing. Two queries."""
    webhooks = list(Webhook.objects.filter(organization_id=organization_id).order_by("created_at", "id"))
    credentials = known_credentials(organization_id, webhooks)
    return [_place_of(webhook, credentials[webhook.pk]) for webhook in webhooks]


def _place_of(webhook: Webhook, credentials: list[str]) -> Place:
    mentioned = mentioned_in([webhook.configuration, *credentials])
    return Place("webhook", webhook.name, "outbound:webhook", (webhook.pk,), mentioned)
