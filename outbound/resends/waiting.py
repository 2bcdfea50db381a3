"""waiting_of: what the deliveries that a resend has made wait for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from hub.accounts.models import Organization
from hub.jobs.models import Job
from hub.jobs.queries import made_by
from outbound.deliveries import Hold, holds_of
from outbound.models import Delivery, DeliveryState
from outbound.models.deliveries import UNFINISHED


@dataclass(frozen=True, slots=True)
class Held:
    """How many wait for a receiver that takes nothing now, and why it does not."""

    webhook_id: str
    count: int
    hold: Hold


@dataclass(frozen=True, slots=True)
class WaitingDeliveries:
    """retried: how many wait for another try of a receiver that takes some, the first of them at next_at."""

    retried: int
    next_at: datetime | None
    held: Sequence[Held]


def waiting_of(job: Job, organization: Organization) -> WaitingDeliveries:
    """Four queries, one row for each receiver."""
    rows = Delivery.objects.of(organization).filter(id__in=made_by(job), state__in=UNFINISHED).order_by()
    is_retried = Q(state=DeliveryState.WAITING, attempts__gt=0)
    counted = rows.values_list("webhook_id").annotate(
        count=Count("pk"),
        retried=Count("pk", filter=is_retried),
        next_at=Min("next_attempt_at", filter=is_retried),
    )
    holds = holds_of(organization)
    found = sorted(counted, key=lambda row: (-row[1], row[0]))
    free = [(retried, at) for webhook_id, _, retried, at in found if webhook_id not in holds and retried]
    return WaitingDeliveries(
        retried=sum(retried for retried, _ in free),
        next_at=min((at for _, at in free if at is not None), default=None),
        held=[Held(webhook_id, count, holds[webhook_id]) for webhook_id, count, *_ in found if webhook_id in holds],
    )
