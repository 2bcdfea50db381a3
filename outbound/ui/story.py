"""story_of: where a delivery stands, in words: cause, meaning, what happens next or what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from hub import clock
from hub.display_zone import display_zone
from hub.web.templatetags.moments import absolute_time, largest_unit, relative_time
from monitoring.codes import Category, get_code
from outbound.deliveries import Hold
from outbound.delivery_list import DeliveryRow, Status
from outbound.models import Acknowledgement, DeliveryState
from outbound.payloads.making import MALFORMED

TRIED_AGAIN_ELSEWHERE: Final = frozenset({"EXTERNAL_API_ERROR", "TIMEOUT"})
"""Codes that inbound events end with, too, whose advice speaks of those."""


@dataclass(frozen=True, slots=True)
class Story:
    """words: the status in the head of the page; the rest is a notice, which a quiet delivery does without."""

    words: str
    tone: str = ""
    title: str = ""
    text: str = ""
    code: str = ""


def story_of(row: DeliveryRow, most_attempts: int | None, last_code: str, last_message: str) -> Story:
    """most_attempts: None where the webhook is gone; last_code, last_message: of the last attempt, if any."""
    tellers = {
        Status.WAITING: _waiting,
        Status.HELD: _held,
        Status.DELIVERED: _delivered,
        Status.ACKNOWLEDGED: _acknowledged,
        Status.UNACKNOWLEDGED: _unacknowledged,
        Status.FAILED: _failed,
        Status.SKIPPED: _skipped,
    }
    return tellers[row.status](_Known(row, most_attempts, last_code, last_message))


@dataclass(frozen=True, slots=True)
class _Known:
    row: DeliveryRow
    most_attempts: int | None
    last_code: str
    last_message: str


def _waiting(known: _Known) -> Story:
    delivery = known.row.delivery
    if delivery.state == DeliveryState.PLANNED:
        return Story(_("Being prepared"))
    if delivery.state == DeliveryState.SENDING:
        return Story(_("Being sent"))
    if known.row.hold is Hold.AT_LIMIT:
        return _at_limit(_("Waiting for its turn"))
    if not delivery.attempts:
        return Story(_("Waiting for its first attempt"))
    of = f"{delivery.attempts}/{known.most_attempts}" if known.most_attempts else str(delivery.attempts)
    title = _("Attempt %(number)s failed.") % {"number": of}
    text = f"{known.last_message or get_code(known.last_code).sentence} {_when(delivery.next_attempt_at)}"
    return Story(_("Waiting to retry"), "warning", title, text, known.last_code)


def _when(at: datetime | None) -> str:
    if at is None or at <= clock.now():
        return _("The next attempt is due.")
    moments = {"when": relative_time(at, clock.now()), "at": absolute_time(at, display_zone())}
    return _("The next attempt goes out %(when)s, at %(at)s.") % moments


def _held(known: _Known) -> Story:
    """Why, the notice about its receiver says, but for a limit, which is nobody's trouble."""
    return _at_limit(_("Held")) if known.row.hold is Hold.AT_LIMIT else Story(_("Held"))


def _at_limit(words: str) -> Story:
    text = _("It may get only so many requests a minute, as its webhook says; this one goes out when it is its turn.")
    return Story(words, "info", _("The receiver has had what it may get."), text)


def _delivered(known: _Known) -> Story:
    acknowledgement = known.row.acknowledgement
    if acknowledgement is None:
        return Story(_("Delivered"))
    title = _("Not acknowledged yet.")
    if acknowledgement.due_at is None:
        return Story(_("Delivered"), "info", title, _("The ERP has yet to say that it has processed the event."))
    moments = {
        "when": relative_time(acknowledgement.due_at, clock.now()),
        "at": absolute_time(acknowledgement.due_at, display_zone()),
    }
    text = _("The ERP has yet to say that it has processed the event; its time ends %(when)s, at %(at)s.") % moments
    return Story(_("Delivered"), "info", title, text)


def _acknowledged(known: _Known) -> Story:
    took = time_to_acknowledge(known.row.acknowledgement)
    return Story(_("Acknowledged after %(span)s") % {"span": took} if took else _("Acknowledged"))


def _unacknowledged(known: _Known) -> Story:
    acknowledgement = known.row.acknowledgement
    if acknowledgement is not None and acknowledgement.state == Acknowledgement.State.FAILED:
        code = get_code("EXTERNAL_ERROR")
        text = f"{acknowledgement.message} {code.advice}".strip()
        return Story(_("Refused by the ERP"), "error", code.sentence, text, code.name)
    code = get_code("ACK_TIMEOUT")
    return Story(_("Not acknowledged in time"), "warning", code.sentence, code.advice, code.name)


def _failed(known: _Known) -> Story:
    delivery = known.row.delivery
    told = get_code(delivery.code)
    sentence, advice = told.sentence, told.advice
    if told.category is Category.DOWNSTREAM_API:
        advice = f"{advice} {_('It is not tried again by itself: resend it then.')}"
    if delivery.code in TRIED_AGAIN_ELSEWHERE:
        sentence = _("The receiver refused it, failed, or did not answer in time.")
        advice = _("It is not tried again by itself: resend it once the receiver takes it.")
    if delivery.code == MALFORMED:
        sentence = _("The event does not fit its schema, so that nothing was sent.")
        advice = _(
            "Correct the entity: that publishes an event of its own. This delivery takes it, too, if it is resent with"
            " a body that is made anew."
        )
    return Story(_("Failed"), "error", sentence, f"{delivery.message} {advice}".strip(), delivery.code)


def _skipped(known: _Known) -> Story:
    delivery = known.row.delivery
    text = delivery.message or _("The conditions of its webhook, or the filter of its use case, did not hold.")
    return Story(_("Skipped"), "info", _("Nothing was sent."), text, delivery.code)


def time_to_acknowledge(acknowledgement: Acknowledgement | None) -> str:
    """From the delivery to the acknowledgement, in words; empty where there is none."""
    if acknowledgement is None or acknowledgement.closed_at is None:
        return ""
    since = acknowledgement.delivered_at or acknowledgement.created_at
    return largest_unit(max(0.0, (acknowledgement.closed_at - since).total_seconds()))
