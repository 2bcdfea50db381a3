"""What write_readings is asked and answers: ReadingWish, ReadingPruneWish, and the results of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

import msgspec

from hub.entities.operations import Source
from hub.entities.readings.values import Matching, Mode
from hub.json_types import JSONObject

LONGEST_BATCH: Final = 100
"""Readings of one meter and counter that share a monitoring row (mapping.md 11.9)."""


class ReadingCode(StrEnum):
    """Codes of readings; their sentences stand in monitoring/codes."""

    UPSERTED = "METER_READING_UPSERTED"
    DELETED = "METER_READING_DELETED"
    SUPERSEDED = "METER_READING_SUPERSEDED"
    INVALID = "INVALID_METER_READING_ATTRIBUTES"
    AMBIGUOUS = "READING_MATCH_AMBIGUOUS"
    EXISTS = "ENTITY_ALREADY_EXISTS"
    NO_METER = "METER_NOT_FOUND"
    NO_COUNTER = "METER_COUNTER_NOT_FOUND"
    """The last two are answered by whoever resolves meters and counters."""
    PRUNED = "PRUNE_SCOPE_COMPLETED"
    HELD = "PRUNE_HELD"
    UNRESOLVED = "PRUNE_SCOPE_UNRESOLVED"


class ReadingOutcome(StrEnum):
    """What became of one wish."""

    CREATED = "created"
    UPDATED = "updated"
    NO_OP = "no_op"
    """The reading was like this already; or a delete found nothing."""
    DELETED = "deleted"
    SUPERSEDED = "superseded"
    """A later reading of the same event has the same external id; that one counts."""
    FAILED = "failed"


class ReadingWish(msgspec.Struct, frozen=True, kw_only=True):
    """One wish about one reading. Wishes are applied in the order of the list, not of position."""

    position: int
    """The caller's number; comes back in the result and means nothing here."""
    meter_id: UUID
    counter_id: UUID | None = None
    """None: no counter is mapped. A strict-date wish then finds a day's reading never, so the caller puts in the
    only counter of a meter that has one (mapping.md 11.6)."""
    attributes: JSONObject
    """As the mapping gave them; rules.problem_of says what is fine."""
    mode: Mode = Mode.UPSERT
    matching: Matching = Matching.EXTERNAL_ID
    must_create: bool = False
    """CREATE: a reading that is there, and was not made by origin_id, ends as ENTITY_ALREADY_EXISTS."""
    may_lack_external_id: bool = False
    """For readings that no ERP sent. One without an external id finds the one without an external id that has the
    same meter, counter, direction and moment, so that a repeated request makes no second one."""
    event_id: UUID | None = None
    origin_id: UUID | None = None
    """What CREATE calls the same event: InboundEvent.origin_id. None: event_id."""
    writer: Source
    """Who writes. The attribute source says who reported the reading."""
    correlation_id: str = ""
    """What the caller calls the business operation; listeners get it."""


class ReadingPruneWish(msgspec.Struct, frozen=True, kw_only=True):
    """Delete what a group of readings did not name (mapping.md 11.8); groups.prunes_of makes them."""

    position: int
    """The caller's number, as in ReadingWish."""
    meter_id: UUID
    counter_id: UUID | None = None
    """None: the scope is the whole meter."""
    reading_source: str = ""
    """Only readings with this source are candidates; then those without external id are, too. Empty: any source."""
    keep: Collection[str] = frozenset()
    """External ids, in string form. Empty: everything in scope goes."""
    unresolved: str = ""
    """Why nothing may be inferred from the group; nothing is pruned then."""
    after: int | None = None
    """How many wishes of the call come before; None: all."""
    event_id: UUID | None = None


class ReadingResult(msgspec.Struct, frozen=True):
    """What became of one wish, in the order the wishes were given."""

    position: int
    outcome: ReadingOutcome
    code: str
    message: str = ""
    """Empty when all went well."""
    reading_id: UUID | None = None


class ReadingBatch(msgspec.Struct, frozen=True):
    """At most 100 readings of one event, meter and counter that were written or deleted: one monitoring row."""

    code: str
    event_id: UUID | None
    meter_id: UUID
    counter_id: UUID | None
    positions: tuple[int, ...]
    external_ids: tuple[str, ...]
    """Those that the wishes named; as many as positions, or fewer."""
    outcomes: dict[str, int]
    """Outcome → how many, zeros left out."""


class PruneResult(msgspec.Struct, frozen=True):
    """What became of one prune, in the order they were given."""

    position: int
    code: str
    """PRUNE_SCOPE_COMPLETED (also with nothing to delete), PRUNE_HELD or PRUNE_SCOPE_UNRESOLVED."""
    message: str = ""
    reading_ids: tuple[UUID, ...] = ()
    """Deleted ones, sorted; of a held prune those that it would delete (see delete_readings)."""
    external_ids: tuple[str, ...] = ()
    """Theirs, where they have one."""
    scope_size: int = 0
    """Readings in scope before the prune."""


class ReadingStored(msgspec.Struct, frozen=True):
    """A reading that a write made or changed, as METER_READING_LISTENERS get it. state: all that it says now."""

    meter_id: UUID
    counter_id: UUID | None
    moment: datetime
    state: JSONObject
    writer: Source
    event_id: UUID | None
    correlation_id: str


ReadingListener: TypeAlias = "Callable[[int, Sequence[ReadingStored], datetime], None]"
"""A function in METER_READING_LISTENERS: gets the id of the organization and the readings that one write has stored, in
its transaction, when all of them can be read back; at is when."""


class WrittenReadings(msgspec.Struct, frozen=True):
    """What write_readings answers."""

    readings: list[ReadingResult]
    batches: list[ReadingBatch]
    prunes: list[PruneResult]


class DeletedReadings(msgspec.Struct, frozen=True):
    """What delete_readings answers. kept: changed since, or gone already; both sorted."""

    deleted: tuple[UUID, ...]
    kept: tuple[UUID, ...]
