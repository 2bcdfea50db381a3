"""work: planned deliveries get their bodies, once and for all attempts, or end before they begin."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef

from hub import background, clock, database
from hub.errors import HubError
from hub.events.models import CoreEvent
from monitoring.record import MESSAGE_CHARACTERS
from outbound.delivering.told import telling_delivery
from outbound.endings import DELIVER, Unsent, tell_unsent
from outbound.models import Acknowledgement, Delivery, DeliveryBody, DeliveryInput, DeliveryState
from outbound.payloads.fanning_out import fanned_out
from outbound.payloads.hops import carrying_hop
from outbound.payloads.inputs import Origin
from outbound.payloads.making import made
from outbound.payloads.ready import Ready, failed
from outbound.queue.enqueueing import enqueue
from outbound.sql import statements
from outbound.sql.parts import Prepared
from outbound.webhooks.versions import Pin, pin_versions

AT_ONCE: Final = 500
"""Deliveries that one turn prepares."""
UNFORESEEN: Final = "UNKNOWN_ERROR"
PASSING: Final = (OperationalError, InterfaceError, HubError)
"""What says nothing about a delivery: the database or the children that evaluate are not there just now."""
SHORTENED: Final = "EVENT_SHORTENED"
"""Code of an event that did not travel whole."""
ENQUEUED: Final = "MSG_ENQUEUED"
"""Code of a resend that ended in the queue of its integration."""
ENQUEUED_INSTEAD: Final = (
    "Its use case is polled now: the event went into the queue of the integration, unless it lay there already."
)

logger = logging.getLogger(__name__)


def work() -> int:
    """Prepare the oldest planned deliveries whose events are ready; how many there were, 0 when none is due.

    Nothing is locked while expressions run: two workers come to the same, and the first to commit wins.
    """
    still_raw = CoreEvent.objects.filter(pk=OuterRef("core_event_id"), state=CoreEvent.State.RAW)
    planned = Delivery.objects.filter(~Exists(still_raw), state=DeliveryState.PLANNED)
    deliveries = list(planned.order_by("sequence")[:AT_ONCE])
    origins = origins_of(deliveries)
    due = [(one, origins[one.id]) for one in deliveries if _is_there(origins.get(one.id))]
    try:
        _prepare(due, origins)
    except PASSING:
        raise
    except Exception:
        logger.exception("Of %s deliveries one met what nobody foresaw; each is prepared by itself", len(due))
        for delivery, origin in due:
            _prepare_alone(delivery, origin)
    return len(due)


def _prepare(due: Sequence[tuple[Delivery, Origin]], origins: Mapping[UUID, Origin]) -> None:
    ready = made(due)
    if ready:
        database.retrying(lambda: _store(ready, origins))


def _prepare_alone(delivery: Delivery, origin: Origin) -> None:
    """What nobody foresaw ends this delivery, and keeps no other one waiting."""
    origins = {delivery.id: origin}
    try:
        _prepare([(delivery, origin)], origins)
    except PASSING:
        raise
    except Exception as error:
        with telling_delivery(delivery):
            logger.exception("A delivery met what nobody foresaw")
        message = f"The delivery could not be prepared: {type(error).__name__}. The log of the worker says more."
        ended = [failed(delivery, None, UNFORESEEN, message)]
        database.retrying(lambda: _store(ended, origins))


def origins_of(deliveries: Sequence[Delivery]) -> dict[UUID, Origin]:
    """Delivery → what it is made of, where that is there; one query for events, one for what came with the order."""
    of_events = {one.id: one.core_event_id for one in deliveries if one.core_event_id}
    events = {event.pk: event for event in CoreEvent.objects.filter(pk__in=set(of_events.values()))}
    found: dict[UUID, Origin] = {one: events[event_id] for one, event_id in of_events.items() if event_id in events}
    others = [one.id for one in deliveries if one.core_event_id is None]
    if others:
        found |= {row.pk: row for row in DeliveryInput.objects.filter(pk__in=others)}
    return found


def _is_there(origin: Origin | None) -> bool:
    return isinstance(origin, DeliveryInput) or (origin is not None and origin.state != CoreEvent.State.RAW)


@transaction.atomic
def _store(ready: Sequence[Ready], origins: Mapping[UUID, Origin]) -> None:
    """One transaction; what another worker has prepared meanwhile is left alone."""
    at = clock.now()
    moved = set(statements().settle_prepared([_row(one, at) for one in ready]))
    won = [one for one in ready if one.delivery.sequence in moved]
    _enqueue(won, at)
    prepared = [carrying_hop(one, origins[one.delivery.id]) for one in won if one.state is DeliveryState.WAITING]
    going = fanned_out(prepared, at)
    store_bodies(going)
    expect_acknowledgements(going, at)
    pin_versions([pin for one in prepared if (pin := _pin(one, origins[one.delivery.id])) is not None], at)
    failed = [one for one in won if one.state is DeliveryState.FAILED]
    Delivery.objects.filter(pk__in=[one.delivery.pk for one in failed if _blocks(one)]).update(holds_order=True)
    tell_unsent(
        [Unsent(one.delivery, one.code, one.message, holds_order=_blocks(one), is_data=one.is_data) for one in failed],
        at,
    )
    _tell_shortened(won, origins, at)
    background.after_commit(DELIVER)


def _blocks(one: Ready) -> bool:
    """Whether later deliveries of the entity are held back should this one fail."""
    return one.delivery.order_key is not None and one.target is not None and bool(one.target.request.get("blocks"))


def _tell_shortened(won: Sequence[Ready], origins: Mapping[UUID, Origin], at: datetime) -> None:
    told = []
    for one in won:
        event = origins[one.delivery.id]
        if isinstance(event, CoreEvent) and event.problem and event.state == CoreEvent.State.READY:
            told.append(Unsent(one.delivery, SHORTENED, event.problem, DeliveryState.PLANNED))
    tell_unsent(told, at)


def _enqueue(won: Sequence[Ready], at: datetime) -> None:
    queued = [one for one in won if one.queued is not None]
    enqueue([one.queued for one in queued if one.queued is not None], at)
    unmapped = [(one, one.queued.mapping_failure) for one in queued if one.queued and one.queued.mapping_failure]
    told = [Unsent(one.delivery, one.code, why, DeliveryState.PLANNED, is_data=one.is_data) for one, why in unmapped]
    tell_unsent(told, at)
    resent = [one for one in queued if one.delivery.replayed_from is not None]
    _end_in_queue(resent)
    Delivery.objects.filter(pk__in={one.delivery.pk for one in queued} - {one.delivery.pk for one in resent}).delete()


def _end_in_queue(resent: Sequence[Ready]) -> None:
    """They stay: by them everybody sees that the original was sent again. Skipped, as nothing reached a receiver."""
    for one in resent:
        failure = one.queued.mapping_failure if one.queued else ""
        one.delivery.state, one.delivery.code = DeliveryState.SKIPPED, ENQUEUED
        one.delivery.message = f"{ENQUEUED_INSTEAD} {failure}".strip()[:MESSAGE_CHARACTERS]
    Delivery.objects.bulk_update([one.delivery for one in resent], ["state", "code", "message"])


def _pin(one: Ready, origin: Origin) -> Pin | None:
    """Where the webhook gets its own event for the first time, and has chosen no version of it."""
    if one.target is None or one.delivery.is_test or not isinstance(origin, CoreEvent):
        return None
    configuration = one.target.configuration
    is_first = configuration.event_version is None and configuration.catalogue_event == origin.name
    return Pin(one.target.webhook, origin.version) if is_first else None


def _row(one: Ready, at: datetime) -> Prepared:
    goes_on = one.state is DeliveryState.WAITING
    return Prepared(
        one.delivery.sequence, str(one.state), at if goes_on else None, None if goes_on else at, one.code, one.message
    )


def store_bodies(going: Iterable[Ready]) -> None:
    """What is sent of each, and the request that carries it."""
    DeliveryBody.objects.bulk_create(
        [
            DeliveryBody(delivery_id=one.delivery.id, body=one.body, request=request)
            for one in going
            if (request := one.template) is not None
        ]
    )


def expect_acknowledgements(going: Iterable[Ready], at: datetime) -> None:
    """One open acknowledgement per event that is tracked, whichever of its deliveries comes first."""
    tracked = {one.delivery.ack_id: one.delivery for one in going if one.delivery.ack_id and one.delivery.core_event_id}
    Acknowledgement.objects.bulk_create(
        [
            Acknowledgement(
                ack_id=ack_id,
                organization_id=delivery.organization_id,
                core_event_id=delivery.core_event_id or ack_id,
                event_name=delivery.event_name,
                correlation_id=delivery.correlation_id,
                created_at=at,
            )
            for ack_id, delivery in tracked.items()
        ],
        ignore_conflicts=True,
    )
