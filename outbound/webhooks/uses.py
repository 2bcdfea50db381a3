"""users_of: the use cases that name a webhook in one of their mappings, and what becomes of them without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.json_types import JSONValue
from integrations.models import UseCase, UseCaseType
from outbound.configuration import DeliveryTarget, WebhookDelivery
from outbound.models import Webhook
from outbound.subscriptions import configuration_of


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What the end of a webhook does to those that are on and deliver to it, oldest first.

    stopped: they deliver nothing any more; narrowed: they go on delivering, elsewhere.
    """

    stopped: tuple[UseCase, ...]
    narrowed: tuple[UseCase, ...]


def users_of(webhook: Webhook) -> list[UseCase]:
    """Oldest first; one query."""
    use_cases = UseCase.objects.of(webhook.organization).filter(type=UseCaseType.OUTBOUND)
    listed = use_cases.order_by("created_at", "id")
    return [one for one in listed if webhook.pk in _webhook_ids(one.configuration)]


def left_behind(webhook: Webhook, users: Sequence[UseCase]) -> LeftBehind:
    """users: as users_of answers them; one query. A mapping that is off, and a webhook that is, deliver nothing."""
    targets = {one.pk: list(_targets_of(one)) for one in users if one.enabled}
    concerned = [one for one in users if webhook.pk in _webhooks_in(targets.get(one.pk, ()))]
    named = {webhook_id for one in concerned for webhook_id in _webhooks_in(targets[one.pk])}
    others = Webhook.objects.of(webhook.organization).filter(pk__in=named - {webhook.pk}, enabled=True)
    takers = set(others.values_list("pk", flat=True))
    stopped = [one for one in concerned if not _goes_on(targets[one.pk], takers)]
    return LeftBehind(tuple(stopped), tuple(one for one in concerned if one not in stopped))


def _goes_on(targets: Sequence[DeliveryTarget], takers: set[str]) -> bool:
    """Whether something is still delivered. takers: the other webhooks that are on."""
    return bool(takers & _webhooks_in(targets)) or any(not isinstance(one, WebhookDelivery) for one in targets)


def _webhooks_in(targets: Sequence[DeliveryTarget]) -> set[str]:
    return {one.webhook_id for one in targets if isinstance(one, WebhookDelivery)}


def _targets_of(use_case: UseCase) -> Iterator[DeliveryTarget]:
    """Of the mappings that are on."""
    configuration = configuration_of(use_case)
    mappings = configuration.mappings if configuration else ()
    return (one.delivery for one in mappings if one.enabled and one.delivery is not None)


def _webhook_ids(configuration: JSONValue) -> Iterator[JSONValue]:
    mappings = configuration.get("mappings") if isinstance(configuration, dict) else None
    for mapping in mappings if isinstance(mappings, list) else ():
        delivery = mapping.get("delivery") if isinstance(mapping, dict) else None
        if isinstance(delivery, dict):
            yield delivery.get("webhook_id")
