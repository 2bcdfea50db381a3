"""resend_matching: deliveries that a filter finds go out once more, some hundred at a time, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from hub.accounts.models import Organization
from hub.errors import HubError
from outbound.deliveries import held_webhooks
from outbound.delivery_list import Wanted, matching
from outbound.models import Delivery, DeliveryBody, DeliveryInput
from outbound.models.deliveries import UNFINISHED
from outbound.resending import MOST_AT_ONCE, Resending, resend

MOST_MATCHING: Final = 1_000
"""One act resends no more, as somebody waits for its end; what is left is found again by the same filter."""
MOST_COUNTED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What an act would do; every number is counted up to MOST_COUNTED.

    unfinished: they are still on their way; sent_again: a resend of them exists already; without_source: there is
    nothing to send, be it as it was or anew.
    """

    ready: int
    unfinished: int
    sent_again: int
    without_source: int

    @property
    def now(self) -> int:
        """How many one act resends."""
        return min(self.ready, MOST_MATCHING)


@dataclass(frozen=True, slots=True)
class Resent:
    """What an act did. failures: chunks of which nothing was sent, with what was wrong."""

    count: int
    failures: tuple[str, ...] = ()


def preview_of(*, organization: Organization, wanted: Wanted, is_anew: bool) -> Preview:
    """Four bounded counts."""
    found = matching(organization, wanted, held_webhooks(organization))
    ended = found.exclude(state__in=UNFINISHED)
    fresh = ended.filter(~_sent_again())
    return Preview(
        ready=_count(fresh.filter(_has_source(is_anew=is_anew))),
        unfinished=_count(found.filter(state__in=UNFINISHED)),
        sent_again=_count(ended.filter(_sent_again())),
        without_source=_count(fresh.filter(~_has_source(is_anew=is_anew))),
    )


def resend_matching(*, organization: Organization, wanted: Wanted, order: Resending, at: datetime) -> Resent:
    """Chunks of MOST_AT_ONCE, each in a transaction of its own; a chunk that cannot be sent leaves the others be.

    What has been sent again before, is on its way or has nothing to send is left out.
    """
    found = matching(organization, wanted, held_webhooks(organization)).exclude(state__in=UNFINISHED)
    ready = found.filter(~_sent_again(), _has_source(is_anew=order.is_anew)).order_by("created_at", "id")
    ids = list(ready.values_list("id", flat=True)[:MOST_MATCHING])
    count, failures = 0, list[str]()
    for start in range(0, len(ids), MOST_AT_ONCE):
        try:
            made = resend(organization=organization, delivery_ids=ids[start : start + MOST_AT_ONCE], order=order, at=at)
        except HubError as error:
            failures.append(error.message)
        else:
            count += len(made)
    return Resent(count, tuple(dict.fromkeys(failures)))


def _sent_again() -> Exists:
    return Exists(Delivery.objects.filter(replayed_from=OuterRef("id")))


def _has_source(*, is_anew: bool) -> Q:
    """What a new delivery is made of: the body that was sent, or the event, or what came with the order."""
    if is_anew:
        return Q(core_event_id__isnull=False) | Q(Exists(DeliveryInput.objects.filter(pk=OuterRef("id"))))
    return Q(Exists(DeliveryBody.objects.filter(pk=OuterRef("id"))))


def _count(rows: QuerySet[Delivery]) -> int:
    return rows.order_by().values("pk")[:MOST_COUNTED].count()
