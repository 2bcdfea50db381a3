"""users_of: the use cases that name a webhook in one of their mappings."""

from __future__ import annotations

from collections.abc import Iterator

from hub.json_types import JSONValue
from integrations.models import UseCase, UseCaseType
from outbound.models import Webhook


def users_of(webhook: Webhook) -> list[UseCase]:
    """Oldest first; one query."""
    use_cases = UseCase.objects.of(webhook.organization).filter(type=UseCaseType.OUTBOUND)
    listed = use_cases.order_by("created_at", "id")
    return [one for one in listed if webhook.pk in _webhook_ids(one.configuration)]


def _webhook_ids(configuration: JSONValue) -> Iterator[JSONValue]:
    mappings = configuration.get("mappings") if isinstance(configuration, dict) else None
    for mapping in mappings if isinstance(mappings, list) else ():
        delivery = mapping.get("delivery") if isinstance(mapping, dict) else None
        if isinstance(delivery, dict):
            yield delivery.get("webhook_id")
