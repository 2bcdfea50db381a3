"""shares: how many deliveries each receiver gets in this round; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slots:
    """What a receiver may have in flight, what it has, and whose it is."""

    most: int
    in_flight: int
    organization_id: int


def shares(slots: Mapping[str, Slots], *, capacity: int, room: Mapping[int, int]) -> dict[str, int]:
    """Receiver → deliveries that it may get now; receivers without any are left out.

    capacity is shared equally, at least one each, so that none waits for another one; who has few slots free leaves
    the rest to the others. Where it does not even do for one each, those with the least in flight come first.
    room: organization → what all its receivers together may still get.
    """
    left, rooms = capacity, dict(room)
    given: dict[str, int] = {}
    # Among equals those with little room first: what they leave over is known before the others get their share.
    waiting = sorted(slots, key=lambda one: (slots[one].in_flight, slots[one].most))
    for position, webhook_id in enumerate(waiting):
        one = slots[webhook_id]
        fair = max(1, left // (len(waiting) - position))
        free = min(one.most - one.in_flight, fair, rooms.get(one.organization_id, left), left)
        if free > 0:
            given[webhook_id] = free
            left -= free
            if one.organization_id in rooms:
                rooms[one.organization_id] -= free
    return given
