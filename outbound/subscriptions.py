"""on_core_events: one Delivery per event and mapping that wants it, planned in the transaction of the event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hub import background, clock
from hub.bulk import insert_rows
from hub.environments.remembered import Remembered
from hub.errors import Invalid
from hub.events.publishing import Published
from hub.ids import new_ids
from hub.json_types import ROOT
from integrations.models import UseCase, UseCaseType
from outbound.configuration import DeliveryTarget, FileDelivery, OutboundConfiguration, OutboundMapping, WebhookDelivery
from outbound.models import Delivery, DeliveryState, Webhook
from outbound.uploads.receivers import receiver_id_of

PREPARE: Final = "outbound.preparing.work"
LISTENS_TO: Final = "event_"
"""Before the name of a core event, what a webhook that listens by itself is said to be for."""
REMEMBERED_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Subscription:
    """A mapping that wants an event, or (mapping None) a webhook that listens by itself. webhook_id: as in Delivery."""

    webhook_id: str
    mapping: OutboundMapping | None = None
    integration_id: UUID | None = None
    use_case_id: UUID | None = None
    use_case_version: int | None = None
    tracks_acknowledgement: bool = False
    ignores_own_changes: bool = False
    keeps_order: bool = False
    """Of a webhook that listens by itself; a mapping says so in its delivery."""

    @property
    def is_ordered(self) -> bool:
        """Whether deliveries of one entity go one after the other."""
        delivery = self.mapping.delivery if self.mapping else None
        return self.keeps_order or (isinstance(delivery, WebhookDelivery) and delivery.is_ordered)


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who listens to the events of an organization. homes: use case → its integration."""

    by_event: Mapping[str, Sequence[Subscription]]
    homes: Mapping[UUID, UUID]

    def of(self, event: Published) -> Iterator[Subscription]:
        """The subscriptions that want the event; what an integration has sent itself it gets back only on demand."""
        home = self.homes.get(event.use_case_id) if event.use_case_id else None
        for subscription in self.by_event.get(event.name, ()):
            is_own = home is not None and home == subscription.integration_id
            if not (is_own and subscription.ignores_own_changes):
                yield subscription


def heard_events(organization_id: int, config_version: int) -> frozenset[str]:
    """The names of the events that a mapping or a webhook of the organization wants."""
    return frozenset(listeners_of(organization_id, config_version).by_event)


def listeners_of(organization_id: int, config_version: int | None = None) -> Listeners:
    """Who listens, as of config_version; two queries where this process has not seen that version."""
    return _listeners.of(organization_id, config_version)


def forget_all() -> None:
    """Read everything anew."""
    _listeners.forget_all()


def on_core_events(published: Sequence[Published], config_version: int) -> None:
    """A subscriber of CORE_EVENT_SUBSCRIBERS: plan a delivery for each mapping that wants it; one statement."""
    listeners = listeners_of(published[0].organization_id, config_version)
    planned = [(event, one) for event in published for one in listeners.of(event)]
    if planned:
        plan(planned, clock.now())
        background.after_commit(PREPARE)


_COLUMNS: Final = (
    ("id", "uuid"),
    ("message_id", "uuid"),
    ("organization_id", "bigint"),
    ("integration_id", "uuid"),
    ("use_case_id", "uuid"),
    ("use_case_version", "integer"),
    ("mapping_id", "uuid"),
    ("webhook_id", "text"),
    ("part", "integer"),
    ("core_event_id", "uuid"),
    ("event_name", "text"),
    ("correlation_id", "text"),
    ("ack_id", "uuid"),
    ("order_key", "uuid"),
    ("state", "text"),
    ("attempts", "integer"),
    ("leased_by", "text"),
    ("holds_order", "boolean"),
    ("created_at", "timestamptz"),
    ("code", "text"),
    ("message", "text"),
    ("reason", "text"),
    ("is_test", "boolean"),
)


def plan(planned: Sequence[tuple[Published, Subscription]], at: datetime) -> None:
    """Insert a planned delivery for each pair, in order; one statement."""
    ids = new_ids(len(planned))
    rows = [_row(one, event, subscription, at) for one, (event, subscription) in zip(ids, planned, strict=True)]
    insert_rows(Delivery._meta.db_table, _COLUMNS, rows)


def _row(delivery_id: UUID, event: Published, subscription: Subscription, at: datetime) -> tuple[object, ...]:
    return (
        delivery_id,
        delivery_id,
        event.organization_id,
        subscription.integration_id,
        subscription.use_case_id,
        subscription.use_case_version,
        subscription.mapping.id if subscription.mapping else None,
        subscription.webhook_id,
        0,
        event.id,
        event.name,
        event.correlation_id,
        event.ack_id if subscription.tracks_acknowledgement else None,
        event.entity_id if subscription.is_ordered else None,
        str(DeliveryState.PLANNED),
        0,
        "",
        False,
        at,
        "",
        "",
        "",
        event.is_test,
    )


def _read(organization_id: int) -> Listeners:
    by_event: dict[str, list[Subscription]] = {}
    homes: dict[UUID, UUID] = {}
    referenced: set[str] = set()
    for use_case in UseCase.objects.filter(organization_id=organization_id).order_by("created_at", "id"):
        homes[use_case.pk] = use_case.integration_id
        configuration = configuration_of(use_case)
        if configuration is not None:
            referenced |= set(_webhooks_in(configuration))
            if use_case.enabled:
                by_event.setdefault(configuration.event_catalog_event, []).extend(_of(use_case, configuration))
    for webhook in Webhook.objects.filter(organization_id=organization_id, enabled=True).order_by("created_at", "id"):
        if webhook.pk not in referenced and webhook.event_name.startswith(LISTENS_TO):
            listener = Subscription(webhook.pk, keeps_order=webhook.configuration.get("ordering") == "entity")
            by_event.setdefault(webhook.event_name.removeprefix(LISTENS_TO), []).append(listener)
    return Listeners({name: tuple(found) for name, found in by_event.items() if found}, homes)


def configuration_of(use_case: UseCase) -> OutboundConfiguration | None:
    """The typed configuration of an outbound use case; None for another type, without one, or one of another time."""
    if use_case.type != UseCaseType.OUTBOUND or not use_case.configuration:
        return None
    try:
        return OutboundConfiguration.parse(use_case.configuration, ROOT)
    except Invalid:
        return None


def _webhooks_in(configuration: OutboundConfiguration) -> Iterator[str]:
    return (one.delivery.webhook_id for one in configuration.mappings if isinstance(one.delivery, WebhookDelivery))


def _of(use_case: UseCase, configuration: OutboundConfiguration) -> Iterator[Subscription]:
    for mapping in configuration.mappings:
        if mapping.enabled and mapping.delivery is not None:
            delivery = mapping.delivery
            yield Subscription(
                webhook_id=_receiver_of(use_case, delivery),
                mapping=mapping,
                integration_id=use_case.integration_id,
                use_case_id=use_case.pk,
                use_case_version=use_case.version,
                tracks_acknowledgement=configuration.tracks_acknowledgement,
                ignores_own_changes=configuration.ignores_own_changes,
            )


def _receiver_of(use_case: UseCase, delivery: DeliveryTarget) -> str:
    if isinstance(delivery, FileDelivery):
        return receiver_id_of(use_case.pk)
    return delivery.webhook_id if isinstance(delivery, WebhookDelivery) else ""


_listeners = Remembered(_read, REMEMBERED_S)
