"""claim: the notices of one channel that are due become one message, which one process has for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from hub import database
from hub.accounts.models import Organization, TenantQuerySet
from hub.ids import new_id
from monitoring.alerts.deciding import Change
from monitoring.alerts.telling.giving_back import LOST, give_back
from monitoring.alerts.telling.holding import hold
from monitoring.alerts.telling.messages import Message, Told
from monitoring.models import AlertChannel, AlertNotice

State = AlertNotice.State
LEASE: Final = timedelta(seconds=60)
"""Longer than any attempt takes."""
MOST_AT_ONCE: Final = 200
"""Notices that go in one message."""
TURN: Final = "monitoring.alerts.telling"
PAGE: Final = "/app/alerts"
GONE: Final = "The channel was deleted or switched off."


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message under way. attempt counts from 1; leased_until is what shows that it is still ours."""

    channel: AlertChannel
    message: Message
    notice_ids: Sequence[UUID]
    attempt: int
    leased_until: datetime


def is_any_due(at: datetime) -> bool:
    """Whether something is to be sent, or was lost on its way."""
    due = AlertNotice.objects.filter(state=State.DUE, next_attempt_at__lte=at)
    return due.exists() or AlertNotice.objects.filter(state=State.SENDING, leased_until__lte=at).exists()


@transaction.atomic
def claim(at: datetime) -> Parcel | None:
    """The next message, of a channel that nobody is sending to; None where nothing is due.

    What was claimed before and never came back goes again where the receiver knows it by its id, and nowhere else.
    What falls into the quiet hours of its channel is due when they end, all together.
    """
    database.take_turn(TURN)
    _settle_lost(at)
    hold(at)
    busy = AlertNotice.objects.filter(state=State.SENDING).values("channel_id")
    due = AlertNotice.objects.filter(state=State.DUE, next_attempt_at__lte=at).exclude(channel_id__in=busy)
    due = due.exclude(_waits_for_its_beginning())
    first = due.order_by("next_attempt_at", "id").first()
    if first is None:
        return None
    alike = due.filter(channel_id=first.channel_id, message_id=first.message_id)
    notices = list(alike.order_by("id")[:MOST_AT_ONCE])
    channel = (
        AlertChannel.objects.filter(pk__in=[first.channel_id], enabled=True).select_related("organization").first()
    )
    if channel is None:
        _fail(alike, at)
        return None
    return _parcel(channel, notices, at)


def _waits_for_its_beginning() -> Exists:
    """Whether a notice is the end of something that is still tried on the same channel."""
    same = {name: OuterRef(name) for name in ("organization_id", "rule_id", "subject", "channel_id")}
    tried = AlertNotice.objects.filter(change=Change.FIRED, state=State.DUE, message_id__isnull=False)
    return Exists(tried.filter(pk__lt=OuterRef("pk"), **same))


def _fail(notices: TenantQuerySet[AlertNotice], at: datetime) -> None:
    places = list(notices.values_list("pk", "organization_id"))
    AlertNotice.objects.filter(pk__in=[pk for pk, _ in places]).update(
        state=State.FAILED, reason=GONE, next_attempt_at=None
    )
    for organization in Organization.objects.filter(pk__in={one for _, one in places}):
        give_back(organization, [pk for pk, _ in places], at)


def message_of(channel: AlertChannel, notices: Sequence[AlertNotice], message_id: UUID, at: datetime) -> Message:
    """What the notices say together, at that moment."""
    hub = settings.HUB_BASE_URL.rstrip("/")
    told = [_told(one, hub + one.place if one.place else "") for one in notices]
    return Message(message_id, channel.organization.name, hub + PAGE, told, at)


def _told(one: AlertNotice, url: str) -> Told:
    return Told(one.rule_name, one.change, one.severity, one.subject, one.text, one.value, one.created_at, url)


def _parcel(channel: AlertChannel, notices: Sequence[AlertNotice], at: datetime) -> Parcel:
    message_id, attempt = notices[0].message_id or new_id(), notices[0].attempts + 1
    ids, leased_until = [one.pk for one in notices], at + LEASE
    AlertNotice.objects.filter(pk__in=ids).update(
        state=State.SENDING, message_id=message_id, attempts=attempt, leased_until=leased_until
    )
    return Parcel(channel, message_of(channel, notices, message_id, at), ids, attempt, leased_until)


def _settle_lost(at: datetime) -> None:
    lost = AlertNotice.objects.filter(state=State.SENDING, leased_until__lte=at)
    repeatable = AlertChannel.objects.filter(kind=AlertChannel.Kind.WEBHOOK).values("pk")
    lost.filter(channel_id__in=repeatable).update(state=State.DUE, leased_until=None, next_attempt_at=at)
    lost.update(state=State.FAILED, reason=LOST, leased_until=None, next_attempt_at=None)
