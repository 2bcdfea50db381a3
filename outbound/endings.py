"""What is told of deliveries: spans and counters of those that belong to a use case, and what follows from an end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction

from hub import background
from hub.accounts.audit import SYSTEM, Act
from hub.accounts.audit import record as record_audit
from hub.accounts.models import Organization
from hub.ids import to_text
from monitoring.codes import Category, get_code
from monitoring.counters import Counted, count
from monitoring.record import MESSAGE_CHARACTERS, OUTBOUND, Span, record
from outbound.delivery_counts import count_ended
from outbound.models import DELIVERY_PREFIX, Acknowledgement, Delivery, DeliveryState, Webhook
from outbound.models.deliveries import UNFINISHED
from outbound.sql.parts import Claimed, claimed_of

CANCELLED: Final = "WEBHOOK_DISABLED"
DELIVER: Final = "outbound.delivering.turn.work"
"""The stage that delivers."""
ORDER_BROKEN: Final = "DELIVERY_ORDER_BROKEN"
_STATUS: Final = {DeliveryState.SUCCEEDED: "success", DeliveryState.FAILED: "error"}


@dataclass(frozen=True, slots=True)
class AttemptEnd:
    """One attempt and where it left its delivery."""

    delivery: Claimed
    state: DeliveryState
    code: str
    message: str
    status_code: int | None
    duration_ms: int
    next_attempt_at: datetime | None
    holds_order: bool = False
    is_data: bool = False
    """Of an expression that failed: because of the event, not because of the configuration."""

    @property
    def breaks_order(self) -> bool:
        """Whether later deliveries of the entity go on without it though their mapping keeps their order."""
        is_over = self.state is DeliveryState.FAILED
        return is_over and self.delivery.order_key is not None and not self.holds_order


class Unsent(NamedTuple):
    """A delivery that failed before anything was sent, and why. state: where that leaves it."""

    delivery: Delivery
    code: str
    message: str
    state: DeliveryState = DeliveryState.FAILED
    holds_order: bool = False
    is_data: bool = False


class Turned(NamedTuple):
    """A receiver whose circuit opened or closed after so many failures in a row."""

    webhook_id: str
    is_open: bool
    failures: int


def tell_attempts(ends: Sequence[AttemptEnd], at: datetime) -> None:
    """A span for every attempt of a use case's delivery, and one more where an order is broken; a count for each that
    ended; none for tests. Counters are written last."""
    told = [(end, end.code) for end in ends] + [(end, ORDER_BROKEN) for end in ends if end.breaks_order]
    record([span for end, code in told if (span := _span_of(end, code, at)) is not None])
    unmade = {DeliveryState.FAILED, DeliveryState.SKIPPED}
    failed = [end.delivery.ack_id for end in ends if end.state in unmade and end.delivery.ack_id]
    close_hopeless(failed, at)
    count_ended([(end.delivery, end.state) for end in ends])
    count([counted for end in ends if (counted := _counted(end, at)) is not None])


def _span_of(end: AttemptEnd, code: str, at: datetime) -> Span | None:
    delivery = end.delivery
    if delivery.integration_id is None or delivery.is_test:
        return None
    return Span(
        organization_id=delivery.organization_id,
        integration_id=delivery.integration_id,
        sync_type=OUTBOUND,
        level=str(get_code(code).level),
        received_at=delivery.created_at,
        completed_at=at,
        code=code,
        category=str(Category.VALIDATION if end.is_data and code == end.code else get_code(code).category),
        message=end.message[:MESSAGE_CHARACTERS],
        use_case_id=delivery.use_case_id,
        event_id=delivery.core_event_id,
        object_type=delivery.event_name,
        correlation_id=delivery.correlation_id,
        duration_ms=end.duration_ms,
        detail={
            "delivery_id": to_text(DELIVERY_PREFIX, delivery.id),
            "webhook_id": delivery.webhook_id,
            "mapping_id": str(delivery.mapping_id) if delivery.mapping_id else None,
            "attempt": delivery.attempt,
            "http_status": end.status_code,
            "next_attempt_at": end.next_attempt_at.isoformat() if end.next_attempt_at else None,
        },
        use_case_version=delivery.use_case_version,
        is_again=delivery.is_resent,
    )


def _counted(end: AttemptEnd, at: datetime) -> Counted | None:
    delivery, status = end.delivery, _STATUS.get(end.state)
    if status is None or delivery.integration_id is None or delivery.is_test:
        return None
    elapsed_ms = max(0, round((at - delivery.created_at).total_seconds() * 1000))
    place = (delivery.organization_id, delivery.integration_id, delivery.use_case_id)
    return Counted(*place, OUTBOUND, status, at, elapsed_ms)


def tell_unsent(unsent: Sequence[Unsent], at: datetime) -> None:
    """Deliveries that got no body are told like those of which an attempt failed."""
    tell_attempts([_end_of(one) for one in unsent], at)


def _end_of(unsent: Unsent) -> AttemptEnd:
    claimed = claimed_of(unsent.delivery, attempt=0)
    return AttemptEnd(
        claimed, unsent.state, unsent.code, unsent.message, None, 0, None, unsent.holds_order, unsent.is_data
    )


def close_hopeless(ack_ids: Collection[UUID], at: datetime) -> None:
    """Nobody can acknowledge what no receiver got: not while a delivery of the event is still on its way."""
    if not ack_ids:
        return
    going = Delivery.objects.filter(ack_id__in=ack_ids, state__in=[*UNFINISHED, DeliveryState.SUCCEEDED])
    alive = set(going.values_list("ack_id", flat=True))
    Acknowledgement.objects.filter(
        pk__in=set(ack_ids) - alive, state=Acknowledgement.State.PENDING, delivered_at=None
    ).update(state=Acknowledgement.State.FAILED, closed_at=at, due_at=None)


def cancel_waiting(webhook_id: str, message: str, at: datetime) -> None:
    """What waits for a webhook that was disabled or deleted ends with it, the first thousand in its transaction; the
    rest is left to the deliverer, which hears of it at once."""
    end_waiting(webhook_id, CANCELLED, message, at=at)
    background.after_commit(DELIVER)


@transaction.atomic
def end_waiting(webhook_id: str, code: str, message: str, *, at: datetime, spares_tests: bool = False) -> None:
    """End what waits for a receiver that takes nothing any more, a thousand at a time.

    What another worker has locked is claimed or ended there, and told of there alone.
    """
    waiting = Delivery.objects.filter(webhook_id=webhook_id, state=DeliveryState.WAITING).order_by("sequence")
    wanted = waiting.filter(is_test=False) if spares_tests else waiting
    ended = list(wanted.select_for_update(skip_locked=True, no_key=True)[:1000])
    Delivery.objects.filter(pk__in=[one.pk for one in ended]).update(
        state=DeliveryState.FAILED, code=code, message=message, finished_at=at, next_attempt_at=None
    )
    tell_unsent([Unsent(one, code, message) for one in ended], at)


def disable_gone(webhook_ids: Iterable[str], at: datetime) -> None:
    """A receiver that answers 410 wants nothing any more (Standard Webhooks): its webhook is switched off."""
    for webhook in Webhook.objects.filter(pk__in=list(webhook_ids), enabled=True).select_related("organization"):
        webhook.switch(enabled=False)
        webhook.version, webhook.updated_at = webhook.version + 1, at
        webhook.save(update_fields=["enabled", "configuration", "version", "updated_at"])
        _audit(webhook.organization, "webhook.disabled", webhook.pk, {"reason": "The receiver answered 410 Gone."}, at)
        webhook.organization.bump_config_version()
        cancel_waiting(webhook.pk, "The webhook was disabled: its receiver answered 410.", at)


def tell_turned(turned: Sequence[Turned], at: datetime) -> None:
    """Circuits that opened or closed, in the audit trail of their organization."""
    names = {row.pk: row for row in Webhook.objects.filter(pk__in=[one.webhook_id for one in turned])} if turned else {}
    for one in turned:
        webhook = names.get(one.webhook_id)
        if webhook is not None:
            action = "webhook.circuit_opened" if one.is_open else "webhook.circuit_closed"
            _audit(webhook.organization, action, webhook.pk, {"failures": one.failures}, at)


def _audit(organization: Organization, action: str, object_id: str, changes: dict[str, object], at: datetime) -> None:
    act = Act(action, "webhook", object_id, changes)  # type: ignore[arg-type]  # plain JSON
    record_audit(organization=organization, actor=SYSTEM, act=act, at=at)
