"""work: planned deliveries get their bodies, once and for all attempts, or end before they begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import orjson
from django.db import transaction

from hub import background, clock, database
from hub.events.models import CoreEvent
from hub.events.shaping.plan import EXPRESSION_FAILED, Failure, Shaped
from hub.events.shaping.pool import shape
from outbound.endings import Unsent, tell_unsent
from outbound.models import Acknowledgement, Delivery, DeliveryBody, DeliveryState
from outbound.queue.enqueueing import NewMessage, enqueue
from outbound.queue.remapping import mapping_version
from outbound.sql import statements
from outbound.sql.parts import Prepared
from outbound.targets import AnyTarget, PollTarget, Target, Unfit, targets_of

AT_ONCE: Final = 500
"""Deliveries that one turn prepares."""
DELIVER: Final = "outbound.delivering.turn.work"


class Ready(NamedTuple):
    """A planned delivery with what became of it: a body, or why there is none."""

    delivery: Delivery
    event: CoreEvent
    target: Target | None
    body: bytes
    state: DeliveryState
    code: str = ""
    message: str = ""
    queued: NewMessage | None = None
    """Where the ERP polls: what goes into its queue. The planned delivery has done its part then, and goes."""


def work() -> int:
    """Prepare the oldest planned deliveries whose events are ready; how many there were, 0 when none is due.

    Nothing is locked while expressions run: two workers come to the same, and the first to commit wins.
    """
    deliveries = list(Delivery.objects.filter(state=DeliveryState.PLANNED).order_by("sequence")[:AT_ONCE])
    events = _events({delivery.core_event_id for delivery in deliveries})
    due = [one for one in deliveries if (event := _event_of(one, events)) and event.state != CoreEvent.State.RAW]
    ready = _prepared(due, events)
    if ready:
        database.retrying(lambda: _store(ready))
    return len(ready)


def _events(ids: Iterable[UUID | None]) -> dict[UUID, CoreEvent]:
    return {event.pk: event for event in CoreEvent.objects.filter(pk__in=[one for one in ids if one])}


def _event_of(delivery: Delivery, events: Mapping[UUID, CoreEvent]) -> CoreEvent | None:
    return events.get(delivery.core_event_id) if delivery.core_event_id else None


def _prepared(deliveries: Sequence[Delivery], events: Mapping[UUID, CoreEvent]) -> list[Ready]:
    """In the order of the deliveries; one trip to the child for each target."""
    targets = targets_of(deliveries)
    groups: dict[AnyTarget, list[Delivery]] = {}
    ready: list[Ready] = []
    for delivery in deliveries:
        event, target = events[delivery.core_event_id or delivery.id], targets[delivery.sequence]
        if event.state == CoreEvent.State.MALFORMED:
            ready.append(Ready(delivery, event, None, b"", DeliveryState.FAILED, "MALFORMED_PAYLOAD", event.problem))
        elif isinstance(target, Unfit):
            ready.append(Ready(delivery, event, None, b"", DeliveryState.FAILED, target.code, target.message))
        else:
            groups.setdefault(target, []).append(delivery)
    for target, members in groups.items():
        ready += _shaped(target, [(one, events[one.core_event_id or one.id]) for one in members])
    return sorted(ready, key=lambda one: one.delivery.sequence)


def _shaped(target: AnyTarget, members: Sequence[tuple[Delivery, CoreEvent]]) -> list[Ready]:
    texts = [orjson.dumps(target.input_of(event)) for _, event in members]
    moments = [event.occurred_at for _, event in members]
    shaped = shape(target.plan, list(zip(texts, moments, strict=True)))
    return [
        _ready(delivery, event, target, text, one)
        if isinstance(target, Target)
        else _queued(delivery, event, target, text, one)
        for (delivery, event), text, one in zip(members, texts, shaped, strict=True)
    ]


def _queued(delivery: Delivery, event: CoreEvent, target: PollTarget, text: bytes, shaped: Shaped) -> Ready:
    """An event that cannot be mapped is queued all the same: its poison policy decides, and nothing is lost."""
    if not shaped.matches:
        note = sentence_of(shaped.note) if shaped.note else ""
        return Ready(delivery, event, None, b"", DeliveryState.SKIPPED, "FILTERED", note)
    message = NewMessage(
        organization_id=delivery.organization_id,
        integration_id=delivery.integration_id or delivery.id,
        use_case_id=delivery.use_case_id or delivery.id,
        mapping_id=delivery.mapping_id,
        event_id=event.pk,
        event_name=event.name,
        occurred_at=event.occurred_at,
        raw_payload=text,
        payload=shaped.body.encode() if shaped.body else None,
        mapping_version=mapping_version(target.plan.body),
        mapping_failure=sentence_of(shaped.failure) if shaped.failure else "",
        retention_days=target.delivery.retention_days,
        correlation_id=event.correlation_id,
    )
    return Ready(delivery, event, None, b"", DeliveryState.SUCCEEDED, queued=message)


def _ready(delivery: Delivery, event: CoreEvent, target: Target, text: bytes, shaped: Shaped) -> Ready:
    if shaped.failure is not None:
        return Ready(delivery, event, target, b"", DeliveryState.FAILED, EXPRESSION_FAILED, sentence_of(shaped.failure))
    if not shaped.matches:
        note = sentence_of(shaped.note) if shaped.note else ""
        return Ready(delivery, event, target, b"", DeliveryState.SKIPPED, "FILTERED", note)
    if not target.conditions_hold(event.payload, shaped.answers):
        return Ready(delivery, event, target, b"", DeliveryState.SKIPPED, "FILTERED")
    return Ready(delivery, event, target, shaped.body.encode() or text, DeliveryState.WAITING)


def sentence_of(failure: Failure) -> str:
    """What went wrong where, in one sentence."""
    place = f" (line {failure.line}, column {failure.column})" if failure.line else ""
    return f"{failure.where}: {failure.message}{place}"


@transaction.atomic
def _store(ready: Sequence[Ready]) -> None:
    """One transaction; what another worker has prepared meanwhile is left alone."""
    at = clock.now()
    moved = set(statements().settle_prepared([_row(one, at) for one in ready]))
    won = [one for one in ready if one.delivery.sequence in moved]
    _enqueue(won, at)
    going = [one for one in won if one.state is DeliveryState.WAITING and one.target is not None]
    DeliveryBody.objects.bulk_create(
        [
            DeliveryBody(delivery_id=one.delivery.id, body=one.body, request=one.target.request)
            for one in going
            if one.target is not None
        ]
    )
    _expect_acknowledgements([one for one in going if one.delivery.ack_id is not None], at)
    tell_unsent([Unsent(one.delivery, one.code, one.message) for one in won if one.state is DeliveryState.FAILED], at)
    background.after_commit(DELIVER)


def _enqueue(won: Sequence[Ready], at: datetime) -> None:
    queued = [one for one in won if one.queued is not None]
    enqueue([one.queued for one in queued if one.queued is not None], at)
    unmapped = [(one, one.queued.mapping_failure) for one in queued if one.queued and one.queued.mapping_failure]
    tell_unsent([Unsent(one.delivery, EXPRESSION_FAILED, why, DeliveryState.PLANNED) for one, why in unmapped], at)
    Delivery.objects.filter(pk__in=[one.delivery.pk for one in queued]).delete()


def _row(one: Ready, at: datetime) -> Prepared:
    goes_on = one.state is DeliveryState.WAITING
    return Prepared(
        one.delivery.sequence, str(one.state), at if goes_on else None, None if goes_on else at, one.code, one.message
    )


def _expect_acknowledgements(tracked: Sequence[Ready], at: datetime) -> None:
    """One open acknowledgement per event, whichever of its deliveries comes first."""
    Acknowledgement.objects.bulk_create(
        [
            Acknowledgement(
                ack_id=ack_id,
                organization_id=one.delivery.organization_id,
                core_event_id=one.event.pk,
                event_name=one.event.name,
                correlation_id=one.event.correlation_id,
                created_at=at,
            )
            for ack_id, one in {ready.delivery.ack_id: ready for ready in tracked}.items()
            if ack_id is not None
        ],
        ignore_conflicts=True,
    )
