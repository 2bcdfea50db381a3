"""send_chosen: chosen deliveries go out again while whoever chose them waits, those that may; of the rest, why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from hub.accounts.models import Organization
from outbound.bulk_resending import take_resending_turn
from outbound.models import Delivery
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
