"""resend_matching: deliveries that a filter finds go out once more, some hundred at a time, oldest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from hub.accounts.models import Organization
from hub.database import take_turn
from hub.errors import HubError
from hub.events.models import CoreEvent
from outbound.bodies import has_body
from outbound.deliveries import held_webhooks
from outbound.delivery_list import Position, Status, Wanted, matching, meaning_of
from outbound.models import Delivery, DeliveryInput, DeliveryState
from outbound.models.deliveries import UNFINISHED
from outbound.resending import MOST_AT_ONCE, Resending, resend

MOST_MATCHING: Final = 1_000
"""One act resends no more, as somebody waits for its end; more of them are done by a job (resend_job.py)."""
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


@dataclass(frozen=True, slots=True)
class Resent:
    """What an act did. sent_again: how many were left out because a resend of them exists already, counted up to
    MOST_COUNTED and those that others sent meanwhile; failures: chunks of which nothing was sent, with what was wrong;
    made: the new deliveries, where few were asked for.
    """

    count: int
    sent_again: int = 0
    failures: tuple[str, ...] = ()
    made: tuple[UUID, ...] = ()


class Candidate(NamedTuple):
    """A delivery that may go out again. newer: the newest resend of it, None where there is none."""

    created_at: datetime
    id: UUID
    newer: UUID | None

    @property
    def position(self) -> Position:
        """Where the next candidates begin."""
        return self.created_at, self.id


def to_resend(wanted: Wanted) -> Wanted:
    """wanted with the statuses that it names, or that failed where it names none: nobody means what has arrived. The
    failures of a job are what they are."""
    return (
        wanted if wanted.statuses or wanted.failures_of else replace(wanted, statuses=frozenset({Status.FAILED.value}))
    )


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
    if wanted.statuses or wanted.failures_of:
        return {}
    rows = matching(organization, wanted, held).exclude(state=DeliveryState.FAILED).order_by()
    found = Counter(_COARSELY[DeliveryState(one)] for one in rows.values_list("state", flat=True)[:MOST_COUNTED])
    return {one: found[one] for one in Status if found[one]}


def resend_matching(*, organization: Organization, wanted: Wanted, order: Resending, at: datetime) -> Resent:
    """Chunks of MOST_AT_ONCE, each in a transaction of its own; a chunk that cannot be sent leaves the others be.

    Without a status in wanted only what failed goes out. What has been sent again before, is on its way or has
    nothing to send is left out.
    """
    found = _with_source(organization, wanted, is_anew=order.is_anew)
    sent_again = _count(found.filter(_sent_again()))
    ready = found.filter(~_sent_again()).order_by("created_at", "id")
    ids = list(ready.values_list("id", flat=True)[:MOST_MATCHING])
    count, failures = 0, list[str]()
    for start in range(0, len(ids), MOST_AT_ONCE):
        chunk = ids[start : start + MOST_AT_ONCE]
        try:
            made, missed = _resend_chunk(organization, chunk, order, at)
        except HubError as error:
            failures.append(error.message)
        else:
            count, sent_again = count + made, sent_again + missed
    return Resent(count, sent_again, tuple(dict.fromkeys(failures)))


def resend_once(
    *, organization: Organization, delivery_ids: Sequence[UUID], seen: int, order: Resending, at: datetime
) -> Resent:
    """Resend those of which no resend is on its way, and none was made since the sequence that the person has seen.

    So two people who ask for the same deliveries send each once. Raises what resend raises; then nothing is sent.
    """
    with transaction.atomic():
        take_resending_turn(organization.pk)
        resends = Delivery.objects.of(organization).filter(replayed_from__in=delivery_ids)
        new = resends.filter(Q(sequence__gt=seen) | Q(state__in=UNFINISHED))
        taken = set(new.values_list("replayed_from", flat=True))
        rest = [one for one in delivery_ids if one not in taken]
        made = resend(organization=organization, delivery_ids=rest, order=order, at=at) if rest else []
    return Resent(len(made), len(taken), made=tuple(one.id for one in made))


def count_sent_again(*, organization: Organization, deliveries: Sequence[Delivery]) -> int:
    """How many of them were sent again before."""
    rows = Delivery.objects.of(organization).filter(replayed_from__in=[one.id for one in deliveries])
    return rows.order_by().values("replayed_from").distinct().count()


def newest_sequence() -> int:
    """Of the deliveries of anybody; 0 where there is none."""
    return Delivery.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def take_resending_turn(organization_id: int) -> None:
    """Resends of one organization take turns: who has the turn sees all that others have sent again."""
    take_turn(f"resends of {organization_id}")


@transaction.atomic
def _resend_chunk(organization: Organization, ids: Sequence[UUID], order: Resending, at: datetime) -> tuple[int, int]:
    """How many went out, and how many somebody else has sent again since they were found."""
    take_resending_turn(organization.pk)
    taken = set(Delivery.objects.of(organization).filter(replayed_from__in=ids).values_list("replayed_from", flat=True))
    rest = [one for one in ids if one not in taken]
    made = resend(organization=organization, delivery_ids=rest, order=order, at=at) if rest else []
    return len(made), len(ids) - len(rest)


def candidates(
    *, organization: Organization, wanted: Wanted, is_anew: bool, after: Position | None, limit: int
) -> list[Candidate]:
    """The next that have ended and have something to send, the oldest first, behind that one."""
    rows = _with_source(organization, wanted, is_anew=is_anew)
    if after is not None:
        rows = rows.filter(Q(created_at__gt=after[0]) | Q(created_at=after[0], id__gt=after[1]))
    newer = Delivery.objects.filter(replayed_from=OuterRef("id")).order_by("-sequence").values("id")[:1]
    found = rows.annotate(newer=Subquery(newer)).order_by("created_at", "id")
    return [Candidate(*row) for row in found.values_list("created_at", "id", "newer")[:limit]]


def first_ready(*, organization: Organization, wanted: Wanted, is_anew: bool, most: int) -> list[UUID]:
    """The first of those that can go out again, the oldest first."""
    ready = _with_source(organization, wanted, is_anew=is_anew).filter(~_sent_again())
    return list(ready.order_by("created_at", "id").values_list("id", flat=True)[:most])


def count_ready(*, organization: Organization, wanted: Wanted, is_anew: bool, most: int) -> int:
    """How many can go out again, counted no further than most."""
    ready = _with_source(organization, wanted, is_anew=is_anew).filter(~_sent_again())
    return ready.order_by().values("pk")[:most].count()


def count_candidates(*, organization: Organization, wanted: Wanted, is_anew: bool, most: int) -> int:
    """How many candidates there are, counted no further than most."""
    return _with_source(organization, wanted, is_anew=is_anew).order_by().values("pk")[:most].count()


def _with_source(organization: Organization, wanted: Wanted, *, is_anew: bool) -> QuerySet[Delivery]:
    """What has ended and can be sent, whether or not it was sent again before."""
    found = matching(organization, to_resend(wanted), held_webhooks(organization))
    return found.exclude(state__in=UNFINISHED).filter(_has_source(is_anew=is_anew))


def _sent_again() -> Exists:
    return Exists(Delivery.objects.filter(replayed_from=OuterRef("id")))


def _has_source(*, is_anew: bool) -> Q:
    """What a new delivery is made of: the body that was sent, or the event, or what came with the order."""
    if is_anew:
        events = CoreEvent.objects.filter(pk=OuterRef("core_event_id"))
        return Q(Exists(events)) | Q(Exists(DeliveryInput.objects.filter(pk=OuterRef("id"))))
    return has_body()


def _count(rows: QuerySet[Delivery]) -> int:
    return rows.order_by().values("pk")[:MOST_COUNTED].count()
