"""Rows of the list: what of a delivery stands in one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from hub import clock
from hub.ids import to_text
from hub.web.templatetags.moments import largest_unit, relative_time
from outbound.deliveries import Hold
from outbound.delivery_list import DeliveryRow, Status
from outbound.models import DELIVERY_PREFIX, Acknowledgement, Delivery, DeliveryState
from outbound.ui.names import Names
from outbound.upload_attempts import most_attempts_of as upload_attempts_of

UNWELL: Final = frozenset({Status.FAILED, Status.SKIPPED, Status.WAITING, Status.HELD})


@dataclass(frozen=True, slots=True)
class Row:
    """One line. attempt: "3/4"; what_next: what happens next, or what did last; next_at: when."""

    delivery_id: str
    at: datetime
    status: str
    words: str
    """In the place of the usual word of the status, where there is a better one."""
    event_name: str
    webhook: str
    attempt: str
    what_next: str
    next_at: datetime | None
    answer: str
    """The HTTP status of the last answer, or the code where there was none."""
    is_code: bool
    took_ms: int | None
    is_test: bool
    is_resent: bool
    part: int
    """Which file of its event it carries; 0: all of what there is."""
    is_selected: bool = False

    @property
    def is_unwell(self) -> bool:
        """Whether the answer is what somebody looks for first: it has not arrived, or not yet."""
        return self.status in UNWELL


def rows_of(rows: Sequence[DeliveryRow], names: Names, *, are_selected: bool = False) -> list[Row]:
    """Lines of the list."""
    uploads = upload_attempts_of([row.delivery for row in rows])
    return [_row(row, names, uploads, are_selected) for row in rows]


def _row(row: DeliveryRow, names: Names, uploads: Mapping[UUID, int], is_selected: bool) -> Row:
    delivery = row.delivery
    what_next, next_at = _next(row)
    most = most_attempts_of(delivery, names, uploads)
    return Row(
        delivery_id=to_text(DELIVERY_PREFIX, delivery.id),
        at=delivery.created_at,
        status=look_of(row),
        words=_("Being sent") if row.is_out else "",
        event_name=delivery.event_name,
        webhook=names.webhook(delivery.webhook_id),
        attempt=_attempt(row, most),
        what_next=what_next,
        next_at=next_at,
        answer=str(delivery.status_code or delivery.code or ""),
        is_code=not delivery.status_code,
        took_ms=row.took_ms,
        is_test=delivery.is_test,
        is_resent=delivery.replayed_from is not None,
        part=delivery.part,
        is_selected=is_selected,
    )


def _attempt(row: DeliveryRow, most: int | None) -> str:
    """How many of how many; what failed before it was ever sent has none to come."""
    attempts = row.delivery.attempts
    is_never_sent = row.status == Status.FAILED and not attempts
    return f"{attempts}/{most}" if most and not is_never_sent else str(attempts)


def _next(row: DeliveryRow) -> tuple[str, datetime | None]:
    delivery = row.delivery
    if row.status == Status.WAITING:
        return _waiting(row)
    if row.status == Status.HELD:
        return held_words(row.hold), None
    if row.status == Status.FAILED:
        return _("none left") if delivery.attempts else _("never sent"), None
    if row.status == Status.SKIPPED or row.acknowledgement is None or delivery.ack_id is None:
        return "", None
    return acknowledged_words(row.acknowledgement), row.acknowledgement.due_at


def look_of(row: DeliveryRow) -> str:
    """The status that a badge shows."""
    return "running" if row.is_out else str(row.status)


def most_attempts_of(delivery: Delivery, names: Names, uploads: Mapping[UUID, int]) -> int | None:
    """How often it is tried at most: a test once; None where the webhook or the recipe is gone.

    uploads: as outbound/upload_attempts.py knows of its deliveries.
    """
    most = uploads.get(delivery.id) or names.most_attempts(delivery.webhook_id)
    return 1 if most and delivery.is_test else most


def held_words(hold: Hold | None) -> str:
    """Why nothing is sent, in two words."""
    words = {Hold.PAUSED: _("webhook paused"), Hold.FAILING: _("receiver fails"), Hold.AT_LIMIT: _("at its limit")}
    return words[hold] if hold else ""


def _waiting(row: DeliveryRow) -> tuple[str, datetime | None]:
    delivery = row.delivery
    if delivery.state == DeliveryState.PLANNED:
        return _("being prepared"), None
    if row.is_out:
        return "", None  # its status says so
    if row.hold is Hold.AT_LIMIT:
        return held_words(row.hold), None
    if delivery.next_attempt_at is None or delivery.next_attempt_at <= clock.now():
        return _("due"), delivery.next_attempt_at
    return relative_time(delivery.next_attempt_at, clock.now()), delivery.next_attempt_at


def acknowledged_words(acknowledgement: Acknowledgement) -> str:
    """How the acknowledgement of an event stands, in few words."""
    since = acknowledgement.delivered_at or acknowledgement.created_at
    if acknowledgement.state == Acknowledgement.State.ACKNOWLEDGED:
        took = max(0.0, ((acknowledgement.closed_at or since) - since).total_seconds())
        return _("after %(span)s") % {"span": largest_unit(took)}
    if acknowledgement.state == Acknowledgement.State.TIMED_OUT:
        return _("no ack in time")
    if acknowledgement.state == Acknowledgement.State.FAILED:
        return _("refused") if acknowledgement.message else _("not processed")
    if acknowledgement.due_at is None:
        return _("ack awaited")
    return _("ack %(when)s") % {"when": relative_time(acknowledgement.due_at, clock.now())}
