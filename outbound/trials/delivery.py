"""send_test: one real delivery to a webhook, of a sample or of an event of the past, that counts nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from hub import background
from hub.accounts.audit import Act, Actor
from hub.accounts.audit import record as record_audit
from hub.accounts.models import Organization
from hub.database import no_transaction_is_open
from hub.entities.schemas.book import book_of
from hub.errors import Conflict, NotFound
from hub.events.catalogue import EventDefinition, sample_of
from hub.events.definitions import events_of
from hub.events.history import get_core_event
from hub.events.models import CoreEvent
from hub.events.publishing import EVENT_PREFIX
from hub.ids import new_id, to_text
from hub.json_encoding import timestamp
from hub.json_types import JSONObject
from integrations.models import UseCase, UseCaseType
from outbound.configuration import WebhookDelivery
from outbound.endings import DELIVER
from outbound.firing import Shot, new_delivery
from outbound.models import Delivery, DeliveryInput, DeliveryState, Webhook
from outbound.payloads.inputs import Origin
from outbound.payloads.making import made
from outbound.payloads.ready import Ready
from outbound.payloads.trigger import Cause, example_payload
from outbound.preparing import expect_acknowledgements, store_bodies
from outbound.subscriptions import configuration_of
from outbound.webhooks.configuration import CATALOGUE_PREFIX
from outbound.webhooks.queries import get_webhook

TEST: Final = "test"
MOST_WAITING: Final = 5
"""Tests of one webhook that may wait at a time: they go before everything else, and count against its limits."""


class NoSuchEvent(Conflict):
    """The webhook listens to an event that the organization does not have."""

    code = "EVENT_NOT_FOUND"


class ReceiverBusy(Conflict):
    """So many tests wait for the receiver already that one more would only be in the way of real deliveries."""

    code = "TESTS_WAITING"


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be sent. event_id: of an event of the past, None for a sample. mapping_id: through that mapping of
    an outbound use case, as its deliveries go; None: by the webhook's own expression."""

    webhook_id: str
    actor: Actor
    event_id: UUID | None = None
    use_case_id: UUID | None = None
    mapping_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a test goes, and the event it is of; event_name empty: another kind of trigger."""

    webhook: Webhook
    event_name: str
    use_case: UseCase | None = None
    tracks_acknowledgement: bool = True


def send_test(*, organization: Organization, order: Trial, at: datetime) -> Delivery:
    """A delivery that is marked as a test and goes out next, in one attempt, even if the webhook is disabled, paused or
    failing; its limits hold. It has ended already where the mapping fails or a condition leaves the event out.

    A sample is sent whatever filter and conditions say, an event of the past as they say. It carries an id and an
    ack_id of its own, so that its acknowledgement can be tried, too, and ``_event_source`` says test. Nobody else gets
    it. Must not be called within a transaction. Raises WebhookNotFound, NoSuchEvent, ReceiverBusy, and NotFound for an
    event of the past or a mapping that is not there.
    """
    no_transaction_is_open()
    way = _way(organization, order)
    _refuse_heap(organization, way.webhook)
    event = _event(organization, way, order, at) if way.event_name else None
    shown = event.name if event else way.webhook.event_name
    correlation_id = event.correlation_id if event else to_text("", new_id())
    payload = event.payload if event else _example(organization, way.webhook, correlation_id, at)
    delivery = new_delivery(organization, way.webhook.pk, shown, Shot(payload, correlation_id, is_test=True), at)
    _address(delivery, way, order, event)
    origin: Origin = event or DeliveryInput(delivery_id=delivery.id, payload=payload, occurred_at=at)
    [ready] = made([(delivery, origin)], is_unconditional=order.event_id is None)
    _store(organization, ready, origin, order, at)
    return delivery


def _way(organization: Organization, order: Trial) -> _Way:
    webhook = get_webhook(organization=organization, webhook_id=order.webhook_id)
    if order.use_case_id is None:
        name = webhook.event_name
        return _Way(webhook, name.removeprefix(CATALOGUE_PREFIX) if name.startswith(CATALOGUE_PREFIX) else "")
    use_cases = UseCase.objects.of(organization).filter(pk=order.use_case_id, type=UseCaseType.OUTBOUND)
    use_case = use_cases.first()
    configuration = configuration_of(use_case) if use_case is not None else None
    mappings = configuration.mappings if configuration is not None else ()
    delivery = next((one.delivery for one in mappings if one.id == order.mapping_id), None)
    if configuration is None or not isinstance(delivery, WebhookDelivery) or delivery.webhook_id != webhook.pk:
        raise NotFound("There is no such mapping that delivers to this webhook.")
    return _Way(webhook, configuration.event_catalog_event, use_case, configuration.tracks_acknowledgement)


def _refuse_heap(organization: Organization, webhook: Webhook) -> None:
    waiting = Delivery.objects.of(organization).filter(state=DeliveryState.WAITING, is_test=True)
    if waiting.filter(webhook_id=webhook.pk)[:MOST_WAITING].count() == MOST_WAITING:
        raise ReceiverBusy(
            f"{MOST_WAITING} test deliveries to {webhook.name} wait for their turn already: see what becomes of them "
            f"first."
        )


def _event(organization: Organization, way: _Way, order: Trial, at: datetime) -> CoreEvent:
    """A copy of its own, unsaved: of the sample, or of what happened once."""
    if order.event_id is not None:
        past = get_core_event(organization=organization, name=way.event_name, event_id=order.event_id)
        payload, version, occurred_at, entity_id = past.payload, past.version, past.occurred_at, past.entity_id
    else:
        definition = _definition(organization, way.event_name)
        payload = sample_of(definition, book_of(organization), organization=organization.public_id)
        version, occurred_at, entity_id = definition.version, at, None
    event_id, ack_id = new_id(), uuid4()
    own: JSONObject = {
        "_event_id": to_text(EVENT_PREFIX, event_id),
        "_event_time": timestamp(occurred_at),
        "_event_source": TEST,
        "_ack_id": str(ack_id),
    }
    return CoreEvent(
        id=event_id,
        organization_id=organization.pk,
        name=way.event_name,
        version=version,
        occurred_at=occurred_at,
        state=CoreEvent.State.READY,
        payload=payload | own,
        ack_id=ack_id,
        source=TEST,
        entity_id=entity_id,
        correlation_id=to_text(EVENT_PREFIX, event_id),
        is_test=True,
    )


def _definition(organization: Organization, name: str) -> EventDefinition:
    found = events_of(organization).get(name)
    if found is None:
        raise NoSuchEvent(f"There is no event {name}, so there is no sample of it: choose another event.")
    return found.definition


def _example(organization: Organization, webhook: Webhook, correlation_id: str, at: datetime) -> JSONObject:
    cause = Cause(correlation_id, {"action": TEST, "origin": TEST, TEST: True})
    return example_payload(organization=organization, webhook=webhook, cause=cause, at=at)


def _address(delivery: Delivery, way: _Way, order: Trial, event: CoreEvent | None) -> None:
    if event is not None:
        delivery.core_event_id = event.pk
        delivery.ack_id = event.ack_id if way.tracks_acknowledgement else None
    if way.use_case is not None:
        delivery.integration_id, delivery.use_case_id = way.use_case.integration_id, way.use_case.pk
        delivery.use_case_version, delivery.mapping_id = way.use_case.version, order.mapping_id


@transaction.atomic
def _store(organization: Organization, ready: Ready, origin: Origin, order: Trial, at: datetime) -> None:
    delivery = ready.delivery
    delivery.state, delivery.code, delivery.message = ready.state, ready.code, ready.message
    goes_on = ready.state is DeliveryState.WAITING
    delivery.next_attempt_at, delivery.finished_at = (at, None) if goes_on else (None, at)
    origin.save(force_insert=True)
    delivery.save(force_insert=True)
    if goes_on:
        store_bodies([ready], {delivery.id: origin})
        expect_acknowledgements([ready], at)
        background.after_commit(DELIVER)
    act = Act("webhook.test", "webhook", delivery.webhook_id, {"delivery": str(delivery.id)})
    record_audit(organization=organization, actor=order.actor, act=act, at=at)
