"""Step: one row of a trace with its bar, and what is known about the entities and prunes that spans name by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hub.json_types import JSONValue
from inbound.models import HeldPrune
from monitoring.codes import Level
from monitoring.models import MonitoringEvent
from monitoring.traces.bars import Bar, fill_of

MARK = 0.8
"""Width in percent of the bar of something of which only the moment is known."""
STATUS_OF = {Level.SUCCESS: "success", Level.INFO: "skipped", Level.WARNING: "warning", Level.ERROR: "error"}
NO_BAR = Bar()


@dataclass(frozen=True, slots=True)
class Removed:
    """An entity that a prune has removed; title is empty when nothing of it is left."""

    schema: str
    entity_id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class Step:
    """One row: name and note at the left, a bar with its text, and the offset from receipt in words."""

    name: str
    status: str
    note: str = ""
    text: str = ""
    at: str = ""
    bar: Bar = NO_BAR
    is_child: bool = False
    is_mono: bool = False
    entity: tuple[str, UUID] | None = None
    """Schema and id, where the row is about an entity."""
    prune_id: UUID | None = None
    """Of the held prune that the row is about."""
    more: tuple[Removed, ...] = ()
    """What is folded away below the row."""


@dataclass(frozen=True, slots=True)
class Known:
    """titles: of entities that spans name by id only; held: the prunes of the event that were held."""

    titles: Mapping[UUID, str] = field(default_factory=dict)
    held: Sequence[HeldPrune] = ()


NOTHING_KNOWN = Known()


def mark(status: str, end: float) -> Bar:
    """The bar of something that happened at that place, in percent."""
    return Bar(end, MARK, fill_of(status))


def worst_of(steps: Sequence[Step]) -> str:
    """The status of a row that stands for these."""
    order = ["success", "skipped", "held", "warning", "error"]
    return max((step.status for step in steps), key=order.index, default="success")


def detail_of(span: MonitoringEvent, name: str) -> JSONValue:
    """One value of a span's detail; None where there is none."""
    detail: JSONValue = span.detail
    return detail.get(name) if isinstance(detail, dict) else None


def first_value(identifiers: JSONValue) -> str:
    """The value of the first of some identifiers; empty for anything else."""
    return str(next(iter(identifiers.values()), "")) if isinstance(identifiers, dict) else ""


def number_in(span: MonitoringEvent, name: str) -> int:
    """A number of a span's detail; 0 where there is none."""
    value = detail_of(span, name)
    return value if isinstance(value, int) else 0
