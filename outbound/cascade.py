"""on_use_case_saved: an outbound use case that is switched on switches on what it needs (outbound.md 4.5)."""

from __future__ import annotations

from hub import clock
from hub.events.switches import switch_on
from integrations.models import UseCase
from outbound.configuration import WebhookDelivery
from outbound.models import Webhook
from outbound.subscriptions import configuration_of


def on_use_case_saved(*, use_case: UseCase) -> None:
    """Its event, and the webhooks of its enabled mappings; in the transaction that saves it."""
    configuration = configuration_of(use_case)
    if configuration is None or not use_case.enabled:
        return
    switch_on(organization_id=use_case.organization_id, name=configuration.event_catalog_event)
    wanted = [
        one.delivery.webhook_id
        for one in configuration.mappings
        if one.enabled and isinstance(one.delivery, WebhookDelivery)
    ]
    for webhook in Webhook.objects.filter(organization_id=use_case.organization_id, pk__in=wanted, enabled=False):
        webhook.switch(enabled=True)
        webhook.version, webhook.updated_at = webhook.version + 1, clock.now()
        webhook.save(update_fields=["enabled", "configuration", "version", "updated_at"])
