"""How long the events of a lane take to be mapped: no slice holds more than what is mapped in two seconds."""

from __future__ import annotations

MAPPED_IN_S = 2.0
"""Well below the lease, and below what a worker that is asked to stop is waited for."""
MOST_REMEMBERED = 1000

_seconds_per_event: dict[int, float] = {}


def note(lane_id: int, *, events: int, seconds: float) -> None:
    """Remember what the last slice of the lane took, if it was slow."""
    per_event = seconds / events
    if len(_seconds_per_event) >= MOST_REMEMBERED:
        _seconds_per_event.clear()
    if seconds > MAPPED_IN_S or lane_id in _seconds_per_event:
        _seconds_per_event[lane_id] = per_event


def bounded(lane_id: int, most: int) -> int:
    """most, or as many events as are mapped in time; at least one."""
    per_event = _seconds_per_event.get(lane_id, 0.0)
    return most if per_event * most <= MAPPED_IN_S else max(1, int(MAPPED_IN_S / per_event))


def forget_all() -> None:
    """Every lane is quick again."""
    _seconds_per_event.clear()
