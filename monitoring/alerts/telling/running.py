"""work: due notices are sent, beside the other stages and several channels at a time, so that none stops another."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.db import transaction

from hub import clock, database
from hub.accounts.models import TenantQuerySet
from hub.side_threads import SideThreads
from monitoring.alerts.telling.claiming import Parcel, State, claim, is_any_due
from monitoring.alerts.telling.giving_back import give_back
from monitoring.alerts.telling.sending import NotSent, send
from monitoring.models import AlertChannel, AlertNotice

PAUSES: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""After the first, second, … failed attempt; none after the last."""
SIDE_BY_SIDE: Final = 4
LOOK_EVERY_S: Final = 2.0
LAST_PATIENCE_S: Final = 5.0
"""How long a worker that ends waits for what is out."""

log = logging.getLogger(__name__)


def work() -> int:
    """A turn; how many messages were tried. Where threads send, only wake one: 0 then."""
    if settings.HUB_DELIVERY_THREAD:
        TELLERS.look()
        return 0
    return turn(lambda: False) if is_any_due(clock.now()) else 0


def turn(is_over: Callable[[], bool]) -> int:
    """Send until nothing is due, or until it is over; how many messages were tried."""
    tried = 0
    while not is_over() and (parcel := database.retrying(lambda: claim(clock.now()))) is not None:
        tried += 1
        _tell(parcel)
    return tried


def next_attempt_at(attempt: int, failed_at: datetime) -> datetime | None:
    """When to try again after so many attempts; None when they are spent."""
    return failed_at + PAUSES[attempt - 1] if attempt <= len(PAUSES) else None


def _tell(parcel: Parcel) -> None:
    try:
        send(parcel.channel, parcel.message, clock.now())
    except NotSent as refusal:
        database.retrying(partial(_note_failure, parcel, refusal.message, clock.now(), is_final=refusal.is_final))
    except Exception as error:
        # Whatever it is, it concerns this message alone.
        log.exception("message %s of channel %s met what nobody foresaw", parcel.message.id, parcel.channel.pk)
        why = f"Something unforeseen: {type(error).__name__}."
        database.retrying(partial(_note_failure, parcel, why, clock.now(), is_final=True))
    else:
        database.retrying(partial(_note_success, parcel, clock.now()))


@transaction.atomic
def _note_success(parcel: Parcel, at: datetime) -> None:
    _mine(parcel).update(state=State.SENT, sent_at=at, leased_until=None, next_attempt_at=None, reason="")
    AlertChannel.objects.filter(pk=parcel.channel.pk).update(failing_since=None, last_failure="", last_sent_at=at)


@transaction.atomic
def _note_failure(parcel: Parcel, why: str, at: datetime, *, is_final: bool) -> None:
    again_at = None if is_final else next_attempt_at(parcel.attempt, at)
    state = State.FAILED if again_at is None else State.DUE
    mine = list(_mine(parcel).values_list("pk", flat=True))
    _mine(parcel).update(state=state, reason=why, next_attempt_at=again_at, leased_until=None)
    if again_at is None:
        give_back(parcel.channel.organization, mine, at)
    channel = AlertChannel.objects.filter(pk=parcel.channel.pk)
    channel.filter(failing_since=None).update(failing_since=at)
    channel.update(last_failure=why)


def _mine(parcel: Parcel) -> TenantQuerySet[AlertNotice]:
    """The notices, as long as nobody has taken them for lost."""
    rows = AlertNotice.objects.filter(pk__in=parcel.notice_ids, state=State.SENDING)
    return rows.filter(message_id=parcel.message.id, leased_until=parcel.leased_until)


TELLERS: Final = SideThreads(
    name="alerts",
    turn=turn,
    is_any_due=lambda: is_any_due(clock.now()),
    at_once=SIDE_BY_SIDE,
    look_every_s=LOOK_EVERY_S,
)
"""Those of an embedded worker."""


def end() -> None:
    """One of WORKER_ENDINGS: begin no further message, and wait a moment for what is out."""
    TELLERS.end(LAST_PATIENCE_S)
