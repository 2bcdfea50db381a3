"""send_chosen and send_asked: deliveries go out again while a person, or a client of the API, waits for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from hub.accounts.audit import Act, record
from hub.accounts.models import Organization
from hub.json_types import JSONObject
from outbound.bulk_resending import newest_sequence, take_resending_turn
from outbound.models import Delivery
from outbound.models.deliveries import UNFINISHED
from outbound.resending import Resending, resend
from outbound.resends.options import Options
from outbound.resends.verdicts import Reason, verdicts_of


@dataclass(frozen=True, slots=True)
class SentAgain:
    """How many went out, and how many of those that are there did not, by why."""

    count: int
    left_out: Mapping[Reason, int]


@transaction.atomic
def send_chosen(
    *, organization: Organization, delivery_ids: Sequence[UUID], order: Resending, at: datetime
) -> SentAgain:
    """The oldest first. What was sent again before, is on its way or has nothing to send is left out, so that two who
    ask for the same deliveries send each once. Raises what resend raises; then nothing is sent."""
    take_resending_turn(organization.pk)
    found = list(Delivery.objects.of(organization).filter(id__in=delivery_ids).order_by("sequence"))
    options = Options(is_anew=order.is_anew)
    verdicts = verdicts_of(organization=organization, deliveries=found, options=options)
    going = [one.id for one in found if one.id not in verdicts]
    made = resend(organization=organization, delivery_ids=going, order=order, at=at) if going else []
    return SentAgain(len(made), Counter(one.reason for one in verdicts.values()))


def send_asked(
    *, organization: Organization, delivery_ids: Sequence[UUID], order: Resending, at: datetime
) -> SentAgain:
    """Those go out again of which no resend is on its way, in their order; the others do so by that resend.

    So of several clients who resend a delivery at the same time each is told that it goes out, and it does so once.
    Once the first resend has ended, the next one is a new one. One that is made anew is another message than one as it
    was: neither stands in for the other. Raises what resend raises; then nothing is sent.
    """
    seen = newest_sequence()
    with transaction.atomic():
        take_resending_turn(organization.pk)
        under_way = _under_way(organization, delivery_ids, seen, is_anew=order.is_anew)
        going = [one for one in delivery_ids if one not in under_way]
        made = resend(organization=organization, delivery_ids=going, order=order, at=at) if going else []
        for delivery_id, resend_id in under_way.items():
            changes: JSONObject = {"under_way": str(resend_id), "reason": order.reason, "made_anew": order.is_anew}
            act = Act("delivery.resend", "delivery", str(delivery_id), changes)
            record(organization=organization, actor=order.actor, act=act, at=at)
    return SentAgain(len(made), Counter([Reason.RESEND_UNDER_WAY] * len(under_way)))


def _under_way(
    organization: Organization, delivery_ids: Sequence[UUID], seen: int, *, is_anew: bool
) -> Mapping[UUID, UUID]:
    """Delivery → its resend of that kind which has not ended, or was made while somebody waited for the turn."""
    is_own_message = Q(message_id=F("id"))
    rows = Delivery.objects.of(organization).filter(
        Q(state__in=UNFINISHED) | Q(sequence__gt=seen),
        is_own_message if is_anew else ~is_own_message,
        replayed_from__in=delivery_ids,
    )
    found = rows.order_by("sequence").values_list("replayed_from", "id")
    return {original: resend_id for original, resend_id in found if original is not None}
