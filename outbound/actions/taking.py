"""take: the delivery of an action goes out once per run and action, while whoever asks waits for its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from hub import database
from hub.accounts.models import Organization, TenantQuerySet
from hub.errors import Conflict
from hub.ids import new_id
from hub.json_types import JSONObject
from outbound.deliveries import last_attempts
from outbound.delivering.at_once import Urgent, lease_at_once, send_at_once
from outbound.delivering.receivers import Receiver
from outbound.models import Delivery, DeliveryAttempt, DeliveryBody, DeliveryState, TakenAction
from outbound.models.deliveries import UNFINISHED
from outbound.sql.parts import Lease

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
    """What is to go out, or (receiver None) why nothing does. is_left_out: the receiver's conditions say so."""

    receiver_id: str
    receiver: Receiver | None = None
    body: bytes = b""
    request: JSONObject = field(default_factory=dict)
    is_probe: bool = False
    code: str = ""
    message: str = ""
    is_left_out: bool = False

    @property
    def state(self) -> DeliveryState:
        """Where its delivery begins."""
        if self.receiver is not None:
            return DeliveryState.SENDING
        return DeliveryState.SKIPPED if self.is_left_out else DeliveryState.FAILED


@dataclass(frozen=True, slots=True)
class Taken:
    """The delivery with its last attempt; None where nothing was sent."""

    delivery: Delivery
    last: DeliveryAttempt | None

    @property
    def has_failed(self) -> bool:
        """What was left out by a condition has not."""
        return self.delivery.state == DeliveryState.FAILED


def find_earlier(*, organization: Organization, key: ActionKey) -> Taken | None:
    """What the action has come to already, unless that was a failure. Raises ActionInProgress."""
    row = _rows(organization, key).first()
    earlier = read_taken(organization, row.delivery_id) if row else None
    if earlier is not None and earlier.delivery.state in UNFINISHED:
        raise _in_progress()
    return None if earlier is None or earlier.has_failed else earlier


def take(*, organization: Organization, key: ActionKey, letter: Letter, at: datetime) -> Taken:
    """Deliver, and record it like any other delivery; what failed before may be tried again under the same key.

    Must not be called within a transaction. Raises ActionInProgress where somebody else was faster.
    """
    delivery, lease = database.retrying(lambda: _begun(organization, key, letter, at))
    if letter.receiver is not None:
        send_at_once(Urgent(delivery, lease, letter.receiver, letter.body, letter.request, letter.is_probe))
    taken = read_taken(organization, delivery.id)
    return taken or Taken(delivery, None)


def read_taken(organization: Organization, delivery_id: UUID) -> Taken | None:
    """Two queries."""
    delivery = Delivery.objects.of(organization).filter(id=delivery_id).first()
    return Taken(delivery, last_attempts([delivery]).get(delivery.id)) if delivery else None


@transaction.atomic
def _begun(organization: Organization, key: ActionKey, letter: Letter, at: datetime) -> tuple[Delivery, Lease]:
    delivery_id, lease = new_id(), lease_at_once(at)
    _claim(organization, key, delivery_id, at)
    is_sent = letter.receiver is not None
    delivery = Delivery.objects.create(
        id=delivery_id,
        message_id=delivery_id,
        organization_id=organization.pk,
        webhook_id=letter.receiver_id,
        event_name=EVENT_NAME,
        correlation_id=key.execution_id,
        state=letter.state,
        attempts=1 if is_sent else 0,
        lease=lease.id if is_sent else None,
        leased_by=lease.holder if is_sent else "",
        leased_until=lease.until if is_sent else None,
        created_at=at,
        finished_at=None if is_sent else at,
        code=letter.code,
        message=letter.message,
    )
    if letter.body:
        DeliveryBody.objects.create(delivery_id=delivery_id, body=letter.body, request=letter.request)
    return delivery, lease


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
