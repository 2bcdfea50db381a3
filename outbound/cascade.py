"""An outbound use case that is switched on or off takes along what it needs (outbound.md 4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.conf import settings

from hub import clock
from hub.accounts.models import Organization
from hub.events.switches import switch_off, switch_on
from hub.plugins import load
from integrations.models import UseCase
from integrations.versions import find_version
from outbound.configuration import OutboundConfiguration, WebhookDelivery
from outbound.endings import cancel_waiting
from outbound.models import Webhook
from outbound.subscriptions import LISTENS_TO, configuration_of

OWN_AUDIENCE: Final = "outbound.subscriptions.heard_events"


def on_use_case_saved(*, use_case: UseCase) -> None:
    """Its event, and the webhooks of its enabled mappings, in the transaction that saves it.

    One that is on switches them on. One that has just been switched off switches off those that nobody else needs;
    one that never was on leaves everything as it is.
    """
    configuration = configuration_of(use_case)
    if configuration is None:
        return
    if use_case.enabled:
        switch_on(organization_id=use_case.organization_id, name=configuration.event_catalog_event)
        _set_enabled(use_case, set(_webhooks_of(configuration)), enabled=True)
    elif _was_enabled(use_case):
        _switch_off(use_case, configuration)


def on_use_case_deleted(*, use_case: UseCase) -> None:
    """One that was on leaves nothing on that only it needed."""
    configuration = configuration_of(use_case)
    if configuration is not None and use_case.enabled:
        _switch_off(use_case, configuration)


def _was_enabled(use_case: UseCase) -> bool:
    former = find_version(
        organization_id=use_case.organization_id, use_case_id=use_case.pk, version=use_case.version - 1
    )
    return former is not None and former.enabled


def _switch_off(use_case: UseCase, configuration: OutboundConfiguration) -> None:
    others = list(_enabled_beside(use_case))
    needed = {webhook_id for other in others for webhook_id in _webhooks_of(other)}
    _set_enabled(use_case, set(_webhooks_of(configuration)) - needed, enabled=False)
    name = configuration.event_catalog_event
    if not any(other.event_catalog_event == name for other in others) and not _is_heard(use_case, name):
        switch_off(organization_id=use_case.organization_id, name=name)


def _enabled_beside(use_case: UseCase) -> Iterator[OutboundConfiguration]:
    rows = UseCase.objects.filter(organization_id=use_case.organization_id, enabled=True).exclude(pk=use_case.pk)
    for row in rows.order_by("created_at", "id"):
        configuration = configuration_of(row)
        if configuration is not None:
            yield configuration


def _is_heard(use_case: UseCase, event_name: str) -> bool:
    """Whether a webhook listens by itself, or anybody else who is named in CORE_EVENT_AUDIENCES."""
    organization = Organization.objects.get(pk=use_case.organization_id)
    if Webhook.objects.of(organization).filter(event_name=f"{LISTENS_TO}{event_name}", enabled=True).exists():
        return True
    others = (load(path) for path in settings.CORE_EVENT_AUDIENCES if path != OWN_AUDIENCE)
    return any(event_name in heard(organization.pk, organization.config_version) for heard in others)


def _set_enabled(use_case: UseCase, webhook_ids: set[str], *, enabled: bool) -> None:
    rows = Webhook.objects.filter(organization_id=use_case.organization_id, pk__in=webhook_ids, enabled=not enabled)
    for webhook in rows:
        webhook.switch(enabled=enabled)
        webhook.version, webhook.updated_at = webhook.version + 1, clock.now()
        webhook.save(update_fields=["enabled", "configuration", "version", "updated_at"])
        if not enabled:
            cancel_waiting(
                webhook.pk, f"The webhook was disabled with the use case {use_case.name}.", webhook.updated_at
            )


def _webhooks_of(configuration: OutboundConfiguration) -> Iterator[str]:
    """Of the mappings that are on."""
    return (
        one.delivery.webhook_id
        for one in configuration.mappings
        if one.enabled and isinstance(one.delivery, WebhookDelivery)
    )
