"""Move: the ways of a product order from status to status, as data, and what stands in the way; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from types import MappingProxyType
from typing import Final

from hub.errors import Conflict
from hub.json_types import JSONObject


class Status(StrEnum):
    """Where a product order stands. One without a status is planned."""

    PLANNED = "planned"
    RELEASED = "released"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Fact(Enum):
    """What a move writes into an attribute."""

    NOW = auto()
    NOW_AT_FIRST = auto()
    """The moment, unless there is one already."""
    WHO = auto()
    NOTHING = auto()
    """null: what was there does not hold any more."""


@dataclass(frozen=True, slots=True)
class Move:
    """From one of some statuses to another. needs: groups of attributes, of each of which one must have a value."""

    name: str
    sources: tuple[Status, ...]
    target: Status
    writes: Mapping[str, Fact] = field(default_factory=dict)
    needs: tuple[tuple[str, ...], ...] = ()
    takes_amounts: bool = False
    """Whether it is told how much was made, and how much was rejected."""
    is_for_admins: bool = False


MOVES: Final[Mapping[str, Move]] = MappingProxyType(
    {
        move.name: move
        for move in (
            Move(
                "release",
                (Status.PLANNED,),
                Status.RELEASED,
                needs=(("article", "article_number"), ("quantity",)),
            ),
            Move(
                "start",
                (Status.RELEASED, Status.ON_HOLD),
                Status.IN_PROGRESS,
                writes={"started_at": Fact.NOW_AT_FIRST},
            ),
            Move(
                "complete",
                (Status.RELEASED, Status.IN_PROGRESS),
                Status.COMPLETED,
                writes={"completed_at": Fact.NOW, "completed_by": Fact.WHO},
                takes_amounts=True,
            ),
            Move("hold", (Status.IN_PROGRESS,), Status.ON_HOLD),
            Move(
                "reopen",
                (Status.COMPLETED,),
                Status.IN_PROGRESS,
                writes={"completed_at": Fact.NOTHING, "completed_by": Fact.NOTHING},
                is_for_admins=True,
            ),
            Move(
                "cancel",
                (Status.PLANNED, Status.RELEASED, Status.IN_PROGRESS, Status.ON_HOLD),
                Status.CANCELLED,
            ),
        )
    }
)


class MoveNotAllowed(Conflict):
    """The status of the product order has no such way on."""

    code = "PRODUCT_ORDER_MOVE_NOT_ALLOWED"


class Incomplete(Conflict):
    """The product order lacks what the move needs."""

    code = "PRODUCT_ORDER_INCOMPLETE"


def status_of(attributes: JSONObject) -> Status | None:
    """Where the order stands; None for a status that is none of the known ones, from which no move leads."""
    value = attributes.get("status") or Status.PLANNED
    return Status(value) if isinstance(value, str) and value in set(Status) else None


def moves_from(attributes: JSONObject) -> tuple[Move, ...]:
    """The moves that the status allows, the way on first."""
    status = status_of(attributes)
    return tuple(move for move in MOVES.values() if status in move.sources)


def check(move: Move, attributes: JSONObject) -> None:
    """Raise MoveNotAllowed or Incomplete where the order cannot make the move."""
    if status_of(attributes) not in move.sources:
        allowed = " or ".join(move.sources)
        now = attributes.get("status") or Status.PLANNED
        raise MoveNotAllowed(f"A product order that is {now} cannot {move.name}: it must be {allowed}.")
    for group in move.needs:
        if not any(attributes.get(name) not in (None, "", []) for name in group):
            raise Incomplete(f"Give the product order a value of {' or '.join(group)} before the {move.name}.")
