"""resend_matching: deliveries that a filter finds go out once more, some hundred at a time, oldest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from hub.accounts.models import Organization
from hub.errors import HubError
from outbound.deliveries import held_webhooks
from outbound.delivery_list import Status, Wanted, matching, meaning_of
from outbound.models import Delivery, DeliveryBody, DeliveryInput, DeliveryState
from outbound.models.deliveries import UNFINISHED
from outbound.resending import MOST_AT_ONCE, Resending, resend

MOST_MATCHING: Final = 1_000
"""One act resends no more, as somebody waits for its end; what is left is found again by the same filter."""
MOST_COUNTED: Final = 10_000
_ON_THEIR_WAY: Final = (Status.WAITING, Status.HELD)
_COARSELY: Final = {
    DeliveryState.SUCCEEDED: Status.DELIVERED,
    DeliveryState.SKIPPED: Status.SKIPPED,
    **dict.fromkeys(UNFINISHED, Status.WAITING),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What an act would do; every number is counted up to MOST_COUNTED.

    unfinished: they are still on their way; sent_again: a resend of them exists already; without_source: there is
    nothing to send, be it as it was or anew; by_status: how many of ready people call what, none that is 0;
    others: what the same filter finds beside what failed, where no status is wanted; with or without an
    acknowledgement it is delivered, on its way it is waiting.
    """

    ready: int
    unfinished: int
    sent_again: int
    without_source: int
    by_status: Mapping[Status, int] = field(default_factory=dict)
    others: Mapping[Status, int] = field(default_factory=dict)

    @property
    def now(self) -> int:
        """How many one act resends."""
        return min(self.ready, MOST_MATCHING)


@dataclass(frozen=True, slots=True)
class Resent:
    """What an act did. failures: chunks of which nothing was sent, with what was wrong."""

    count: int
    failures: tuple[str, ...] = ()


def to_resend(wanted: Wanted) -> Wanted:
    """wanted with the statuses that it names, or that failed where it names none: nobody means what has arrived."""
    return wanted if wanted.statuses else replace(wanted, statuses=frozenset({Status.FAILED.value}))


def preview_of(*, organization: Organization, wanted: Wanted, is_anew: bool) -> Preview:
    """Four bounded counts, one more for each status where several are wanted, or for all others where none is."""
    held, chosen = held_webhooks(organization), to_resend(wanted)
    found = matching(organization, chosen, held)
    ended = found.exclude(state__in=UNFINISHED)
    fresh = ended.filter(~_sent_again())
    ready = fresh.filter(_has_source(is_anew=is_anew))
    count = _count(ready)
    return Preview(
        ready=count,
        unfinished=_count(found.filter(state__in=UNFINISHED)),
        sent_again=_count(ended.filter(_sent_again())),
        without_source=_count(fresh.filter(~_has_source(is_anew=is_anew))),
        by_status=_by_status(ready, chosen, count, organization),
        others=_others(organization, wanted, held),
    )


def _by_status(ready: QuerySet[Delivery], chosen: Wanted, count: int, organization: Organization) -> dict[Status, int]:
    wanted = [status for status in Status if status in chosen.statuses and status not in _ON_THEIR_WAY]
    if len(wanted) == 1:
        return {wanted[0]: count} if count else {}
    counts = ((one, _count(ready.filter(meaning_of(one, organization)))) for one in wanted)
    return {one: number for one, number in counts if number}


def _others(organization: Organization, wanted: Wanted, held: frozenset[str]) -> dict[Status, int]:
    """Counted together up to MOST_COUNTED, in coarse words: an acknowledgement is not looked up for each."""
    if wanted.statuses:
        return {}
    rows = matching(organization, wanted, held).exclude(state=DeliveryState.FAILED).order_by()
    found = Counter(_COARSELY[DeliveryState(one)] for one in rows.values_list("state", flat=True)[:MOST_COUNTED])
    return {one: found[one] for one in Status if found[one]}


def resend_matching(*, organization: Organization, wanted: Wanted, order: Resending, at: datetime) -> Resent:
    """Chunks of MOST_AT_ONCE, each in a transaction of its own; a chunk that cannot be sent leaves the others be.

    Without a status in wanted only what failed goes out. What has been sent again before, is on its way or has
    nothing to send is left out.
    """
    found = matching(organization, to_resend(wanted), held_webhooks(organization)).exclude(state__in=UNFINISHED)
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
