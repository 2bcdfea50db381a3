"""Wishes: what the events of a slice ask of the store, in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hub.entities import store
from hub.entities.store import EntityOperation, Guard, LookUp, Prepared, PruneOperation, Source
from inbound.mapping.result import EventMapping, PruneScope, ReadingPrune, ReadingUpdate
from inbound.process.operations import may_wait_again, operations_of
from inbound.process.slices import Queued
from inbound.process.versions import PinnedVersion

METER, COUNTER = "meter", "meter_counter"


@dataclass(frozen=True, slots=True)
class AskedPrune:
    """A prune that is sure of its scope and of what it keeps, with the event that asks for it."""

    event: Queued
    scope: PruneScope
    operation: PruneOperation


@dataclass(frozen=True, slots=True)
class AskedReading:
    """A reading; meter and counter are numbers of look-ups. counter is None where none is configured."""

    event: Queued
    update: ReadingUpdate
    source: Source
    meter: int
    counter: int | None


@dataclass(frozen=True, slots=True)
class AskedReadingPrune:
    """A prune of readings; as AskedReading."""

    event: Queued
    prune: ReadingPrune
    meter: int
    counter: int | None


@dataclass(slots=True)
class Wishes:
    """Operations in the order of their events, with what else they ask for; prepared is the store's own view."""

    operations: list[EntityOperation] = field(default_factory=list)
    prunes: list[AskedPrune] = field(default_factory=list)
    look_ups: list[LookUp] = field(default_factory=list)
    readings: list[AskedReading] = field(default_factory=list)
    reading_prunes: list[AskedReadingPrune] = field(default_factory=list)
    guard: Guard = field(default_factory=Guard)
    """The organization's, where something is to be pruned."""
    prepared: Prepared = field(default_factory=lambda: store.prepare(()))

    @property
    def are_none(self) -> bool:
        """Whether there is nothing to ask the store."""
        return not (self.operations or self.prunes or self.look_ups)


class Asking:
    """Collects the wishes of one event after another. guard is asked for once something is to be pruned."""

    def __init__(self, guard: Callable[[], Guard]) -> None:
        self.wishes = Wishes()
        self._guard = guard
        self._devices: dict[tuple[str, int | None, tuple[tuple[str, str], ...]], int] = {}
        """Schema, owner and identifiers → number of the look-up."""

    def add(self, event: Queued, mapping: EventMapping, version: PinnedVersion) -> None:
        """Everything that the event asks for."""
        first, source = len(self.wishes.operations), version.source_of(event)
        self.wishes.operations += operations_of(event, mapping, source)
        if mapping.prunes or mapping.reading_prunes:
            self.wishes.guard = self._guard()
        if mapping.prunes:
            self._add_prunes(event, mapping, source, first)
        if mapping.readings or mapping.reading_prunes:
            self._add_readings(event, mapping, source)

    def prepared(self, *, is_sound: bool) -> Wishes:
        """What was collected."""
        wishes = self.wishes
        prunes = [one.operation for one in wishes.prunes]
        wishes.prepared = store.prepare(wishes.operations, prunes, wishes.look_ups, is_sound=is_sound)
        return wishes

    def _add_prunes(self, event: Queued, mapping: EventMapping, source: Source, first: int) -> None:
        for scope in mapping.prunes:
            if is_unclear(scope):
                continue
            operation = PruneOperation(
                position=event.sequence,
                after=len(self.wishes.operations),
                schema=scope.schema,
                is_purge=scope.deletion == "purge",
                anchor_schema=scope.anchor_schema if scope.kind == "relations" else "",
                terms=scope.terms,
                keep=scope.keep,
                named_by=scope.named_by,
                needs=_must_succeed(mapping, scope, first),
                guard=self.wishes.guard,
                event_id=event.event_id,
                origin_id=event.origin_id,
                source=source,
                may_wait=may_wait_again(event),
            )
            self.wishes.prunes.append(AskedPrune(event, scope, operation))

    def _add_readings(self, event: Queued, mapping: EventMapping, source: Source) -> None:
        self._devices.clear()  # the same meter may be another one after the next event
        for update in mapping.readings:
            if not update.missing:
                meter, counter = self._devices_of(event, update.meter, update.counter)
                self.wishes.readings.append(AskedReading(event, update, source, meter, counter))
        for prune in mapping.reading_prunes:
            if not is_unclear(prune):
                meter, counter = self._devices_of(event, prune.meter, prune.counter)
                self.wishes.reading_prunes.append(AskedReadingPrune(event, prune, meter, counter))

    def _devices_of(
        self, event: Queued, meter: Mapping[str, str], counter: Mapping[str, str] | None
    ) -> tuple[int, int | None]:
        """Numbers of the look-ups of a meter and, if one is named, its counter."""
        found = self._look_up(event, METER, meter, "METER_NOT_FOUND")
        if counter is None:
            return found, None
        return found, self._look_up(event, COUNTER, counter, "METER_COUNTER_NOT_FOUND", owner=found)

    def _look_up(
        self, event: Queued, schema: str, identifiers: Mapping[str, str], missing: str, owner: int | None = None
    ) -> int:
        key = (schema, owner, tuple(sorted(identifiers.items())))
        if key not in self._devices:
            self._devices[key] = len(self.wishes.look_ups)
            look_up = LookUp(
                position=event.sequence,
                after=len(self.wishes.operations),
                schema=schema,
                identifiers=identifiers,
                missing=missing,
                event_id=event.event_id,
                may_wait=may_wait_again(event),
                owner=owner,
            )
            self.wishes.look_ups.append(look_up)
        return self._devices[key]


def is_unclear(prune: PruneScope | ReadingPrune) -> bool:
    """Whether nobody can say what belongs to the scope or what is to be kept: then nothing is removed."""
    return bool(prune.missing) or not prune.is_complete


def _must_succeed(mapping: EventMapping, scope: PruneScope, first: int) -> tuple[int, ...]:
    """Places of the operations without whose success nothing is pruned: those that were to create (mapping.md 13)."""
    written = [update for update in mapping.updates if not update.missing]
    return tuple(
        first + place for place, update in enumerate(written) if update.must_create and update.entry == scope.entry
    )
