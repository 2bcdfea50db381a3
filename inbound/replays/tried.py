"""Tried: what one event of a dry run would come to, told in facts that outlive the transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hub.entities.models import EntityChange
from hub.json_types import JSONObject

READING: Final = "meter_reading"
"""Stands for the schema of a prune of readings, which are no entities."""
UNCHANGED: Final = "unchanged"
"""Operation on an entity that is as the event wants it already."""

NO_OP: Final = "no_op"
"""Outcome of a reading that is stored already."""


@dataclass(frozen=True, slots=True)
class EntityDifference:
    """What one event would do to one entity. changes: in the form of told_changes, empty where it stays as it is."""

    entity_id: UUID
    schema: str
    operation: str
    changes: JSONObject

    @property
    def is_new(self) -> bool:
        """Whether there is no such entity yet."""
        return self.operation == EntityChange.Operation.CREATED


@dataclass(frozen=True, slots=True)
class PruneTold:
    """What one prune would remove of a scope of so many; is_held: only once a person agrees. entity_ids is empty where
    it is about readings, whose meter is meter_id."""

    schema: str
    count: int
    scope: int
    is_held: bool
    is_purge: bool = False
    entity_ids: Sequence[UUID] = ()

    @property
    def is_of_readings(self) -> bool:
        """Whether it is about readings, not entities."""
        return self.schema == READING


@dataclass(frozen=True, slots=True)
class ReadingsTold:
    """Readings of one meter: outcome → how many."""

    meter_id: UUID
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PublishedTold:
    """Core events of one name that would be published, and how many deliveries they would lead to."""

    name: str
    count: int
    deliveries: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What one event would come to. status: how it would end, retrying where it would have to wait; problems: code and
    sentence of what would fail, be warned of, or make it wait."""

    event_id: UUID
    status: str
    problems: Sequence[tuple[str, str]]
    differences: Sequence[EntityDifference]
    prunes: Sequence[PruneTold]
    readings: Sequence[ReadingsTold]
    published: Sequence[PublishedTold]

    @property
    def is_nothing(self) -> bool:
        """Whether it would change nothing at all, and fail in nothing."""
        return not (self.changes or self.problems or self.readings)

    @property
    def changes(self) -> bool:
        """Whether it would change something, or ask a person to."""
        differs = any(one.operation != UNCHANGED for one in self.differences)
        return differs or bool(self.prunes) or any(set(one.outcomes) - {NO_OP} for one in self.readings)
