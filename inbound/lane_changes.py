"""move_to: a use case goes to another lane, and all of its events that wait go with it, in their order.

The order of one use case must survive the change (engine rules 1.1 to 1.3). Three things see to it. The waiting events
move in the transaction that switches the routing, so that later ones stand behind them. The leases of both lanes end,
so that no slice that was read before is committed after. And what a request that was routed by the old configuration
commits later is looked for by whoever serves either lane, before a slice of it is applied.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from hub import database
from hub.errors import Conflict
from inbound.models import InboundEvent, Lane, LaneLeft, LaneMember, ParkedKey, QueuedEvent

MOST_MOVED = 100_000
"""Waiting events that go with their use case: more would hold the save, and both lanes with it, for many seconds."""
STRAGGLING = timedelta(seconds=60)
"""How long after a change something may still arrive in the old lane: no request's statement lasts half of it."""


class LaneTooFull(Conflict):
    """Too many events of the use case wait to be moved."""

    code = "LANE_TOO_FULL"


def move_to(member: LaneMember, name: str) -> None:
    """Put the use case into the lane called name, with what waits of it; in the transaction that saves it.

    Raises LaneTooFull above MOST_MOVED waiting events.
    """
    LaneLeft.objects.create(
        use_case_id=member.pk, integration_id=member.integration_id, name=member.name, left_at=Now()
    )
    member.name = name
    member.save(update_fields=["name"])
    _bring_home(member.pk)


def is_changing(integration_id: UUID) -> bool:
    """Whether a use case of the integration went to another lane so lately that its old one may yet get an event."""
    return _left_lately(integration_id).exists()


def bring_stragglers(lane_id: int) -> bool:
    """Move events that arrived in a lane which their use case has left, if it was this one or this one is its new one.

    True when there were any. Then this lane's lease has ended: what was read of it may not be what comes next.
    """
    lane = Lane.objects.get(pk=lane_id)
    gone = {left.use_case_id for left in _left_lately(lane.integration_id)}
    found = False
    for member in LaneMember.objects.filter(pk__in=gone):
        names = _left_names(member)
        if lane.name in {member.name, *names} and _misplaced(member, names, lane.sub_lane).exists():
            database.retrying(partial(_bring_home, member.pk))
            found = True
    return found


def _left_lately(integration_id: UUID) -> QuerySet[LaneLeft]:
    return LaneLeft.objects.filter(integration_id=integration_id, left_at__gt=Now() - STRAGGLING)


def _left_names(member: LaneMember) -> set[str]:
    names = _left_lately(member.integration_id).filter(use_case_id=member.pk).values_list("name", flat=True)
    return set(names) - {member.name}


def _misplaced(member: LaneMember, names: Iterable[str], sub_lane: int) -> QuerySet[QueuedEvent]:
    lanes = Lane.objects.filter(integration_id=member.integration_id, name__in=names, sub_lane=sub_lane)
    return _queued(member.pk).filter(lane_id__in=lanes.values("pk"))


def _queued(use_case_id: UUID) -> QuerySet[QueuedEvent]:
    return QueuedEvent.objects.filter(
        Exists(InboundEvent.objects.filter(pk=OuterRef("event_id"), use_case_id=use_case_id))
    )


@transaction.atomic
def _bring_home(use_case_id: UUID) -> None:
    """Every waiting event of the use case that is in a lane it left lately, to the sub-lane of the same number.

    Membership is locked first, then the lanes by id: nobody can send the use case elsewhere meanwhile.
    """
    member = LaneMember.objects.select_for_update(no_key=True).get(pk=use_case_id)
    lanes = _taken_from_workers(member.integration_id, {member.name, *_left_names(member)})
    homes = {lane.sub_lane: lane.pk for lane in lanes if lane.name == member.name}
    left = [lane for lane in lanes if lane.name != member.name]
    if _queued(member.pk).filter(lane_id__in=[lane.pk for lane in left])[: MOST_MOVED + 1].count() > MOST_MOVED:
        raise LaneTooFull(
            f"More than {MOST_MOVED} events of this use case wait: change its lane when they are processed."
        )
    for lane in left:
        waiting = _queued(member.pk).filter(lane_id=lane.pk)
        if waiting.exists():
            _move(waiting, lane.pk, homes.get(lane.sub_lane) or _make(member, lane))
    # Whoever was parked behind an event that is elsewhere now would wait for ever. The next slices look again.
    QueuedEvent.objects.filter(lane_id__in=[lane.pk for lane in lanes], parked=True).update(parked=False)


def _taken_from_workers(integration_id: UUID, names: Iterable[str]) -> list[Lane]:
    """The lanes with these names, locked until the transaction ends and held by nobody: that was no unclean end."""
    lanes = Lane.objects.filter(integration_id=integration_id, name__in=names)
    locked = list(lanes.select_for_update(no_key=True).order_by("pk"))
    lanes.update(lease_token=None, leased_until=None, lease_holder="", slice_first=None, slice_last=None)
    return locked


def _make(member: LaneMember, like: Lane) -> int:
    lane, _ = Lane.objects.get_or_create(
        integration_id=member.integration_id,
        name=member.name,
        sub_lane=like.sub_lane,
        defaults={"organization_id": member.organization_id},
    )
    return lane.pk


def _move(waiting: QuerySet[QueuedEvent], lane_id: int, home_id: int) -> None:
    """Keys first: they are found by the place that their events still have."""
    keys = ParkedKey.objects.filter(lane_id=lane_id, sequence__in=waiting.values("pk"))
    keys.update(lane_id=home_id)
    waiting.update(lane_id=home_id)
