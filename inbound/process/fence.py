"""enter and leave: the first and the last thing that a slice transaction does to its lane (engine rules 1.2, 1.7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hub import database
from inbound.process.lease import LEASE, Lease, LeaseLost
from inbound.process.slices import Queued


@dataclass(frozen=True, slots=True)
class Marks:
    """What the lane row remembers after a slice: how far it got and how careful the next slices must be.

    upcoming is asked at the end of the transaction for the events that will be at work after it, if they are known.
    """

    cursor: int
    tries: int
    suspect_until: int | None
    upcoming: Callable[[], Sequence[Queued]]


_PLACEHOLDER = re.compile(r"%\((\w+)\)s")

_FENCE = "SELECT id FROM inbound_lane WHERE id = %(lane)s AND lease_token = %(token)s"
_PARKED = "SELECT EXISTS (SELECT 1 FROM inbound_parkedkey WHERE lane_id = %(lane)s)"
_LEAVE = """
    UPDATE inbound_lane SET cursor = %(cursor)s, slice_first = %(first)s, slice_last = %(last)s,
        slice_tries = %(tries)s, suspect_until = %(suspect_until)s, leased_until = {until}
    WHERE id = %(lane)s"""

_ON_POSTGRESQL = (
    f"{_FENCE} FOR NO KEY UPDATE",
    database.BY_INDEX,
    _PARKED,
    _LEAVE.format(until="statement_timestamp() + %(lease_s)s * interval '1 second'"),
)
_ON_SQLITE = tuple(
    _PLACEHOLDER.sub(r":\1", statement)
    for statement in (
        _FENCE,
        _PARKED,
        _LEAVE.format(until="strftime('%Y-%m-%d %H:%M:%f', 'now', '+' || %(lease_s)s || ' seconds')"),
    )
)


def _statements() -> tuple[str, ...]:
    return _ON_POSTGRESQL if database.vendor() == "postgresql" else _ON_SQLITE


def enter(lease: Lease) -> bool:
    """Lock the lane; True when events of it wait, so that later ones may have to wait behind them.

    Raises LeaseLost when the lane is somebody else's by now.
    """
    fence, *more, parked, _ = _statements()
    place = {"lane": lease.lane_id}
    statements: list[tuple[str, database.Parameters]] = [(fence, place | {"token": lease.token})]
    statements += [(one, ()) for one in more]
    statements.append((parked, place))
    mine, *_, [(has_parked,)] = database.rows_of_each(statements)
    if not mine:
        raise LeaseLost
    return bool(has_parked)


def leave(lease: Lease, marks: Marks) -> None:
    """Renew the lease and say what is at work after this transaction."""
    upcoming = marks.upcoming()
    *_, statement = _statements()
    parameters = {
        "lane": lease.lane_id,
        "cursor": marks.cursor,
        "first": upcoming[0].sequence if upcoming else None,
        "last": upcoming[-1].sequence if upcoming else None,
        "tries": marks.tries,
        "suspect_until": marks.suspect_until,
        "lease_s": LEASE.total_seconds(),
    }
    database.send(statement, parameters)
