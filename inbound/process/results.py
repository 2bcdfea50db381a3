"""Results: what became of everything that one event has asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from hub.entities.readings.writing import PruneResult as ReadingPruneResult
from hub.entities.readings.writing import ReadingBatch
from hub.entities.store import Found, OperationResult, Outcome, PruneResult
from inbound.mapping.result import MappingWarning, PruneScope, ReadingPrune, ReadingUpdate

WAITING: Final = Outcome.WAITING
"""Members of an enumeration cost a search each time they are named; this one is named once per event."""

Cause = tuple[str, str]
"""Code and sentence."""


@dataclass(frozen=True, slots=True)
class FailedReading:
    """A reading that was not written, and why."""

    update: ReadingUpdate
    code: str
    message: str
    meter_id: UUID | None


@dataclass(slots=True)
class More:
    """What became of wishes that are no operations."""

    prunes: list[tuple[PruneScope, PruneResult]] = field(default_factory=list)
    batches: list[ReadingBatch] = field(default_factory=list)
    failed_readings: list[FailedReading] = field(default_factory=list)
    reading_prunes: list[tuple[ReadingPrune, ReadingPruneResult]] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    warnings: dict[MappingWarning, None] = field(default_factory=dict)
    """About the meters of readings that were written, each once."""


class Results:
    """What became of the wishes of one event. Most have operations and nothing else; for them more stays None."""

    __slots__ = ("more", "operations")

    def __init__(self) -> None:
        self.operations: list[OperationResult] = []
        self.more: More | None = None

    def beside(self) -> More:
        """Where to put what became of the other wishes."""
        if self.more is None:
            self.more = More()
        return self.more

    @property
    def is_waiting(self) -> bool:
        """Whether the event is to be tried again, so that nothing of it was applied."""
        return next(self.causes_to_wait(), None) is not None

    def causes_to_wait(self) -> Iterator[Cause]:
        """Why the event is to be tried again, as often as it is said."""
        for result in self.operations:
            if result.outcome is WAITING:
                yield result.code, result.message
        if self.more is not None:
            yield from ((one.code, one.message) for _, one in self.more.prunes if one.outcome is WAITING)
            yield from ((one.code, one.message) for one in self.more.found if one.is_waiting)
