"""give_back: what no channel took counts as not told, and its end is not told either."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from monitoring.alerts.deciding import Change, Reason
from monitoring.models import AlertNotice, AlertState, AlertTurn

State = AlertNotice.State
LOST: Final = "The hub stopped while it was sending; the message may have arrived, so it is not sent again."


def give_back(organization: Organization, notice_ids: Sequence[UUID], at: datetime) -> None:
    """Take note that these notices of one channel have failed for good. Belongs into the transaction that says so."""
    AlertTurn.lock(organization)  # Another channel may fail at the same moment, too: one after the other.
    failed = list(AlertNotice.objects.of(organization).filter(pk__in=notice_ids, change=Change.FIRED))
    if failed:
        _withdraw_ends(organization, failed)
        _untell(organization, failed, at)


def _withdraw_ends(organization: Organization, failed: Sequence[AlertNotice]) -> None:
    began = {(one.rule_id, one.subject, one.channel_id): one.pk for one in failed}
    ends = AlertNotice.objects.of(organization).filter(
        change=Change.RECOVERED, state=State.DUE, channel_id=failed[0].channel_id
    )
    places = ends.values_list("pk", "rule_id", "subject", "channel_id")
    mine = [pk for pk, rule_id, subject, channel_id in places if began.get((rule_id, subject, channel_id), pk) < pk]
    ends.filter(pk__in=mine).update(state=State.SUPPRESSED, reason=Reason.UNHEARD.value, next_attempt_at=None)


def _untell(organization: Organization, failed: Sequence[AlertNotice], at: datetime) -> None:
    """told_at is the moment of the look that wrote the notices, the same for all channels."""
    rule_ids, moments = {one.rule_id for one in failed}, {one.created_at for one in failed}
    alike = AlertNotice.objects.of(organization).filter(
        change=Change.FIRED, rule_id__in=rule_ids, created_at__in=moments
    )
    open_ones = alike.filter(state__in=[State.DUE, State.SENDING, State.SENT]) | alike.filter(reason=LOST)
    told = set(open_ones.values_list("rule_id", "subject", "created_at"))
    untold = {(one.rule_id, one.subject, one.created_at) for one in failed} - told
    states = AlertState.objects.of(organization).filter(rule_id__in=rule_ids, told_at__in=moments)
    places = states.values_list("pk", "rule_id", "subject", "told_at")
    mine = [pk for pk, *place in places if tuple(place) in untold]
    states.filter(pk__in=mine).update(told_at=None, is_told=False, undelivered_at=at)
