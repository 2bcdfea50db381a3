"""preview_of: which chosen deliveries would go out again, which would not and why, and who would get what twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.accounts.models import Organization
from outbound.deliveries import Hold, holds_of
from outbound.delivering.deciding import TIMED_OUT
from outbound.models import Delivery, DeliveryAttempt, DeliveryState
from outbound.resends.options import Options
from outbound.resends.selection import MOST_SELECTED, Selection
from outbound.resends.verdicts import Reason, verdicts_of


@dataclass(frozen=True, slots=True)
class Receiver:
    """How many would go to one, and why it takes nothing now, None where it does."""

    webhook_id: str
    count: int
    hold: Hold | None


@dataclass(frozen=True, slots=True)
class Repeats:
    """What receivers may see a second time.

    arrived: how many they have taken before. unsure: how many have timed out, so that they may have been taken though
    no answer came; none of them is among arrived. alike: how many carry the event of another one of them to the same
    receiver.
    """

    arrived: int
    unsure: int
    alike: int

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.arrived or self.unsure or self.alike)


@dataclass(frozen=True, slots=True)
class Preview:
    """total: how many are chosen; goes: how many would go out; left_out: reason → how many, the most frequent first."""

    total: int
    goes: int
    left_out: Mapping[Reason, int]
    receivers: Sequence[Receiver]
    repeats: Repeats


def preview_of(*, organization: Organization, selection: Selection, options: Options) -> Preview:
    """A dozen queries, whatever the number; of more than MOST_SELECTED the first are looked at."""
    part = selection.part(organization, 0, MOST_SELECTED)
    verdicts = verdicts_of(organization=organization, deliveries=part.deliveries, options=options)
    counts = Counter(one.reason for one in verdicts.values())
    missing = len(part.unknown) + len(selection.unreadable)
    counts.update({Reason.NOT_FOUND: missing} if missing else {})
    going = [one for one in part.deliveries if one.id not in verdicts]
    return Preview(
        total=len(part.deliveries) + missing,
        goes=len(going),
        left_out=dict(counts.most_common()),
        receivers=_receivers(organization, going),
        repeats=repeats_among(organization, going),
    )


def repeats_among(organization: Organization, going: Sequence[Delivery]) -> Repeats:
    """One query, none where all have arrived before."""
    arrived = [one for one in going if one.state == DeliveryState.SUCCEEDED]
    others = [one.id for one in going if one.state != DeliveryState.SUCCEEDED]
    return Repeats(len(arrived), len(_timed_out(organization, others)) if others else 0, _alike(going))


def _timed_out(organization: Organization, ids: Collection[UUID]) -> set[UUID]:
    attempts = DeliveryAttempt.objects.of(organization).filter(delivery_id__in=ids, code=TIMED_OUT)
    return set(attempts.values_list("delivery_id", flat=True))


def _alike(going: Sequence[Delivery]) -> int:
    carried = [(one.core_event_id, one.webhook_id, one.mapping_id, one.part) for one in going if one.core_event_id]
    return len(carried) - len(set(carried))


def _receivers(organization: Organization, going: Sequence[Delivery]) -> list[Receiver]:
    holds = holds_of(organization) if going else {}
    counts = Counter(one.webhook_id for one in going)
    return [Receiver(key, count, holds.get(key)) for key, count in counts.most_common()]
