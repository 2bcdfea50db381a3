"""take: the delivery of an action goes out once per run and action, while whoever asks waits for its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from hub import clock, database
from hub.accounts.models import Organization, TenantQuerySet
from hub.errors import Conflict
from hub.json_types import JSONObject
from outbound.deliveries import last_attempts
from outbound.delivering.at_once import begin_at_once, send_at_once
from outbound.delivering.claiming import Parcel
from outbound.delivering.receivers import Receiver
from outbound.delivering.slots import patiently
from outbound.firing import Shot, new_delivery
from outbound.models import Delivery, DeliveryAttempt, DeliveryInput, DeliveryState, TakenAction
from outbound.models.deliveries import UNFINISHED

EVENT_NAME: Final = "automation"
"""What deliveries are for that an automation has asked for."""


class ActionInProgress(Conflict):
    """The same action of the same run is on its way."""

    code = "ACTION_IN_PROGRESS"


@dataclass(frozen=True, slots=True)
class ActionKey:
    """Which action of which run."""

    execution_id: str
    action_id: str


@dataclass(frozen=True, slots=True)
class Letter:
    """An unsaved delivery with what is to go out. receiver None: it has ended already, as its state and code say.

    origin: what the body was made of, where it can be made anew.
    """

    delivery: Delivery
    receiver: Receiver | None = None
    body: bytes = b""
    request: JSONObject = field(default_factory=dict)
    origin: DeliveryInput | None = None
    is_probe: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """The delivery with its last attempt; None where nothing was sent."""

    delivery: Delivery
    last: DeliveryAttempt | None

    @property
    def has_failed(self) -> bool:
        """What was left out by a condition has not."""
        return self.delivery.state == DeliveryState.FAILED


def draft_of(
    organization: Organization, key: ActionKey, receiver_id: str, payload: JSONObject, at: datetime
) -> Delivery:
    """The delivery of an action, unsaved."""
    return new_delivery(organization, receiver_id, EVENT_NAME, Shot(payload, key.execution_id), at)


def ended(delivery: Delivery, state: DeliveryState, code: str, message: str, origin: DeliveryInput | None) -> Letter:
    """A delivery that ends before anything is sent."""
    delivery.state, delivery.code, delivery.message = state, code, message
    delivery.finished_at = delivery.created_at
    return Letter(delivery, origin=origin)


def find_earlier(*, organization: Organization, key: ActionKey) -> Taken | None:
    """What the action has come to already, unless that was a failure. Raises ActionInProgress."""
    row = _rows(organization, key).first()
    earlier = _read(organization, row.delivery_id) if row else None
    if earlier is not None and earlier.delivery.state in UNFINISHED:
        raise _in_progress()
    return None if earlier is None or earlier.has_failed else earlier


def take(*, organization: Organization, key: ActionKey, letter: Letter) -> Taken:
    """Deliver, and record it like any other delivery; what failed before may be tried again under the same key.

    Must not be called within a transaction. Raises ActionInProgress where somebody else was faster, and
    ReceiverAtItsLimit, after which it is as if nobody had asked.
    """
    parcel = patiently(lambda: database.retrying(lambda: _begun(organization, key, letter, clock.now())))
    if parcel is not None:
        send_at_once(parcel)
    return _read(organization, letter.delivery.id) or Taken(letter.delivery, None)


def _read(organization: Organization, delivery_id: UUID) -> Taken | None:
    """Two queries."""
    delivery = Delivery.objects.of(organization).filter(id=delivery_id).first()
    return Taken(delivery, last_attempts([delivery]).get(delivery.id)) if delivery else None


@transaction.atomic
def _begun(organization: Organization, key: ActionKey, letter: Letter, at: datetime) -> Parcel | None:
    _claim(organization, key, letter.delivery.id, at)
    letter.delivery.pk = None  # what a transaction that was undone has given it
    if letter.origin is not None:
        letter.origin.save(force_insert=True)
    if letter.receiver is None:
        letter.delivery.save(force_insert=True)
        return None
    return begin_at_once(
        letter.delivery, letter.receiver, body=letter.body, request=letter.request, at=at, is_probe=letter.is_probe
    )


def _claim(organization: Organization, key: ActionKey, delivery_id: UUID, at: datetime) -> None:
    """The row of the action names our delivery from now on, or somebody else's, which is then on its way or done."""
    row = TakenAction(
        organization_id=organization.pk,
        execution_id=key.execution_id,
        action_id=key.action_id,
        delivery_id=delivery_id,
        created_at=at,
    )
    TakenAction.objects.bulk_create([row], ignore_conflicts=True)
    stored = _rows(organization, key).select_for_update(no_key=True).get()
    if stored.delivery_id == delivery_id:
        return
    earlier = Delivery.objects.of(organization).filter(id=stored.delivery_id).first()
    if earlier is not None and earlier.state != DeliveryState.FAILED:
        raise _in_progress()
    _rows(organization, key).update(delivery_id=delivery_id, created_at=at)


def _rows(organization: Organization, key: ActionKey) -> TenantQuerySet[TakenAction]:
    return TakenAction.objects.of(organization).filter(execution_id=key.execution_id, action_id=key.action_id)


def _in_progress() -> ActionInProgress:
    return ActionInProgress("This action of this run is being delivered right now: ask again in a moment.")
