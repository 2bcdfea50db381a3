"""outbound_status: whether each outbound use case can deliver, and what contradicts it (outbound.md section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.events.definitions import events_of
from integrations.models import Integration, UseCase, UseCaseType
from outbound.configuration import OutboundConfiguration, PollDelivery, WebhookDelivery
from outbound.models import Endpoint, Webhook
from outbound.queue.status import PollStatus, status_of
from outbound.subscriptions import configuration_of, listeners_of
from outbound.uploads.references import NamedRecipe, recipes_of
from outbound.webhooks.status import Health, endpoints_of, health_of

RECIPE_UNRESOLVED: Final = "file_proxy_unresolved"
"""Type of the conflict of a mapping whose recipe is none that uploads; an addition of the hub."""


@dataclass(frozen=True, slots=True)
class Conflicting:
    """Something that keeps a use case from delivering, or goes on although it is off."""

    type: str
    message: str
    webhook_id: str | None = None

    def as_json(self) -> dict[str, str]:
        """The published form."""
        told = {"type": self.type, "message": self.message}
        return told if self.webhook_id is None else {**told, "webhookId": self.webhook_id}


@dataclass(frozen=True, slots=True)
class WebhookState:
    """A webhook that a mapping names; enabled is False for one that is gone."""

    id: str
    name: str
    enabled: bool
    health: Health = Health.HEALTHY

    def as_json(self) -> dict[str, object]:
        """The published form."""
        return {
            "webhookId": self.id,
            "webhookName": self.name,
            "enabled": self.enabled,
            "health": str(self.health),
        }


@dataclass(frozen=True, slots=True)
class OutboundStatus:
    """One use case. event_enabled: None for an event that nobody has defined."""

    use_case: UseCase
    event_name: str
    event_enabled: bool | None
    webhooks: tuple[WebhookState, ...]
    conflicts: tuple[Conflicting, ...]
    poll: PollStatus | None
    """How the stream of the integration is doing; only where a mapping is polled."""
    recipes: tuple[NamedRecipe, ...] = ()
    """By which files go out."""

    @property
    def status(self) -> str:
        """disabled, conflict or ok; what a disabled one leaves behind stands among its conflicts."""
        if not self.use_case.enabled:
            return "disabled"
        return "conflict" if self.conflicts else "ok"


def outbound_status(integration: Integration, organization: Organization, at: datetime) -> list[OutboundStatus]:
    """Every outbound use case of the integration, oldest first; four queries, four more where one is polled, and one
    where a mapping names a recipe."""
    use_cases = UseCase.objects.of(organization).filter(integration_id=integration.pk, type=UseCaseType.OUTBOUND)
    rows = [(row, configuration_of(row)) for row in use_cases.order_by("created_at", "id")]
    stream = status_of(integration, at) if any(_is_polled(one) for _, one in rows) else None
    return _judge(organization, rows, stream)


def undeliverable(organization: Organization) -> list[OutboundStatus]:
    """Outbound use cases that are on and do not deliver all they should: their event or all of their webhooks are off
    or gone, or a recipe by which files were to go.

    Oldest first; at most seven queries, whatever their number. Streams are not looked at.
    """
    use_cases = UseCase.objects.of(organization).filter(type=UseCaseType.OUTBOUND, enabled=True)
    rows = [(row, configuration_of(row)) for row in use_cases.order_by("created_at", "id")]
    return [one for one in _judge(organization, rows, None) if one.conflicts]


def _judge(
    organization: Organization,
    rows: Sequence[tuple[UseCase, OutboundConfiguration | None]],
    stream: PollStatus | None,
) -> list[OutboundStatus]:
    wanted = {name for _, configuration in rows if configuration for name in _webhook_ids(configuration)}
    webhooks = {row.pk: row for row in Webhook.objects.of(organization).filter(pk__in=wanted)}
    judge = _Judge(organization, webhooks, endpoints_of(organization, webhooks), stream)
    recipes = recipes_of(organization, rows)
    return [judge.status_of(row, configuration, recipes.get(row.pk, ())) for row, configuration in rows]


def _is_polled(configuration: OutboundConfiguration | None) -> bool:
    """Whether a mapping of it fills the stream; one that is off has left what waits there."""
    return configuration is not None and any(isinstance(one.delivery, PollDelivery) for one in configuration.mappings)


def _webhook_ids(configuration: OutboundConfiguration) -> Iterator[str]:
    """Of the mappings that are on, each once."""
    found = dict.fromkeys(
        one.delivery.webhook_id
        for one in configuration.mappings
        if one.enabled and isinstance(one.delivery, WebhookDelivery)
    )
    return iter(found)


class _Judge:
    def __init__(
        self,
        organization: Organization,
        webhooks: Mapping[str, Webhook],
        endpoints: Mapping[str, Endpoint],
        stream: PollStatus | None,
    ) -> None:
        self._stream = stream
        self._endpoints = endpoints
        self._events = events_of(organization)
        self._listeners = listeners_of(organization.pk, organization.config_version)
        self._webhooks = webhooks

    def status_of(
        self, use_case: UseCase, configuration: OutboundConfiguration | None, recipes: tuple[NamedRecipe, ...]
    ) -> OutboundStatus:
        if configuration is None:
            return OutboundStatus(use_case, "", None, (), (), None)
        event = self._events.get(configuration.event_catalog_event)
        enabled = event.is_published if event else None
        webhooks = tuple(self._state(one) for one in _webhook_ids(configuration))
        poll = self._stream if _is_polled(configuration) else None
        conflicts = [
            *self._conflicts(use_case, configuration.event_catalog_event, enabled, webhooks),
            *(_unresolved(recipes) if use_case.enabled else ()),
        ]
        return OutboundStatus(
            use_case,
            configuration.event_catalog_event,
            enabled,
            webhooks,
            (*conflicts, *_troubles(poll)),
            poll,
            recipes,
        )

    def _state(self, webhook_id: str) -> WebhookState:
        row = self._webhooks.get(webhook_id)
        if row is None:
            return WebhookState(webhook_id, "", False)
        return WebhookState(webhook_id, row.name, row.enabled, health_of(self._endpoints.get(webhook_id)))

    def _conflicts(
        self, use_case: UseCase, event_name: str, enabled: bool | None, webhooks: Iterable[WebhookState]
    ) -> Iterator[Conflicting]:
        states = list(webhooks)
        if use_case.enabled:
            if enabled is False:
                yield Conflicting("event_disabled", f"The event {event_name} is disabled.")
            if states and not any(one.enabled for one in states):
                yield Conflicting("all_webhooks_disabled", f"No webhook takes deliveries: {_named(states)}.")
            return
        if enabled and not self._is_used_elsewhere(use_case.pk, event_name):
            yield Conflicting(
                "event_enabled_while_disabled", f"The event {event_name} is published though nobody listens to it."
            )
        for one in states:
            if one.enabled:
                message = f"The webhook {one.name} is enabled though the use case is not."
                yield Conflicting("webhook_enabled_while_disabled", message, one.id)

    def _is_used_elsewhere(self, use_case_id: UUID, event_name: str) -> bool:
        return any(one.use_case_id != use_case_id for one in self._listeners.by_event.get(event_name, ()))


def _unresolved(recipes: Iterable[NamedRecipe]) -> Iterator[Conflicting]:
    """Each recipe once, however many mappings name it."""
    messages = dict.fromkeys(one.message for one in recipes if one.why is not None)
    return (Conflicting(RECIPE_UNRESOLVED, message) for message in messages)


def _troubles(stream: PollStatus | None) -> Iterator[Conflicting]:
    if stream is None:
        return
    if stream.blocked:
        yield Conflicting("stream_blocked", "A message that nobody confirms halts the queue of the integration.")
    if stream.dlq_count:
        count = f"{stream.dlq_count}{'' if stream.is_dlq_count_exact else '+'}"
        yield Conflicting("dlq_items_present", f"Dead letters wait to be redriven or to expire: {count}.")


def _named(states: Iterable[WebhookState]) -> str:
    return ", ".join(f"{one.name} is disabled" if one.name else f"{one.id} does not exist" for one in states)
