"""SliceReadings: the meter readings of a slice, once the meters they name are found (mapping.md section 11)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hub.entities.readings.writing import (
    Matching,
    Mode,
    PruneResult,
    ReadingCode,
    ReadingOutcome,
    ReadingPruneWish,
    ReadingWish,
    WrittenReadings,
    write_readings,
)
from hub.entities.store import Applied, Found, WarningCode, only_counters
from inbound.mapping.result import MappingWarning
from inbound.process.lease import Lease
from inbound.process.results import FailedReading, Results
from inbound.process.wishes import AskedReading, AskedReadingPrune, Wishes

KEPT = "its readings are kept, and it was not restored"


class SliceReadings:
    """The readings of events that do not wait."""

    def __init__(self, lease: Lease, wishes: Wishes, applied: Applied, results: dict[int, Results]) -> None:
        self.lease = lease
        self.found = applied.found
        self.look_ups = wishes.look_ups
        self.results = results
        self.guard = wishes.guard
        self.readings = [one for one in wishes.readings if not self._waits(one)]
        self.prunes = [one for one in wishes.reading_prunes if not self._waits(one)]

    def write(self, at: datetime) -> None:
        """Write what has a meter, prune what may be pruned, and tell of both and of the rest."""
        writable = [one for one in self.readings if self._problem(one) is None]
        prunable = [one for one in self.prunes if self._problem(one) is None]
        counters = self._only_counters(writable)
        written = write_readings(
            organization_id=self.lease.organization_id,
            wishes=[self._wish(number, one, counters) for number, one in enumerate(writable)],
            prunes=[self._prune(number, one, writable) for number, one in enumerate(prunable)],
            at=at,
            limits=self.guard,
        )
        self._tell(writable, prunable, written)
        self._tell_of_the_bin(writable)
        self._tell_of_problems()

    def _waits(self, asked: AskedReading | AskedReadingPrune) -> bool:
        return self.results[asked.event.sequence].is_waiting

    def _problem(self, asked: AskedReading | AskedReadingPrune) -> Found | None:
        """The look-up that found nobody, if there is one."""
        numbers = (asked.meter,) if asked.counter is None else (asked.meter, asked.counter)
        return next((self.found[number] for number in numbers if self.found[number].entity_id is None), None)

    def _only_counters(self, asked: Sequence[AskedReading]) -> Mapping[UUID, UUID]:
        """Meter → its counter, for meters with exactly one, where a day is looked for and no counter is named."""
        by_day = (one for one in asked if one.update.matching == Matching.STRICT_DATE)
        meters = {self._device(one.meter) for one in by_day if one.counter is None}
        return only_counters(self.lease.organization_id, meters) if meters else {}

    def _wish(self, number: int, asked: AskedReading, counters: Mapping[UUID, UUID]) -> ReadingWish:
        event, update = asked.event, asked.update
        meter_id = self._device(asked.meter)
        return ReadingWish(
            position=number,
            meter_id=meter_id,
            counter_id=counters.get(meter_id) if asked.counter is None else self._device(asked.counter),
            attributes=update.attributes,
            mode=Mode(update.mode),
            matching=Matching(update.matching),
            must_create=update.must_create,
            event_id=event.event_id,
            origin_id=event.origin_id,
            writer=asked.source,
            correlation_id=event.correlation_id,
        )

    def _prune(self, number: int, asked: AskedReadingPrune, writable: Sequence[AskedReading]) -> ReadingPruneWish:
        return ReadingPruneWish(
            position=number,
            meter_id=self._device(asked.meter),
            counter_id=None if asked.counter is None else self._device(asked.counter),
            reading_source=asked.prune.source,
            keep=frozenset(asked.prune.keep),
            after=bisect_right(writable, asked.event.sequence, key=lambda one: one.event.sequence),
            event_id=asked.event.event_id,
        )

    def _device(self, number: int) -> UUID:
        entity_id = self.found[number].entity_id
        if entity_id is None:  # cannot be: only those without a problem are asked
            raise LookupError("The meter was not found.")
        return entity_id

    def _tell(
        self, writable: Sequence[AskedReading], prunable: Sequence[AskedReadingPrune], written: WrittenReadings
    ) -> None:
        for batch in written.batches:
            self.results[writable[batch.positions[0]].event.sequence].beside().batches.append(batch)
        for one, result in zip(writable, written.readings, strict=True):
            if result.outcome is ReadingOutcome.FAILED:
                failed = FailedReading(one.update, result.code, result.message, self._device(one.meter))
                self.results[one.event.sequence].beside().failed_readings.append(failed)
        for asked, pruned in zip(prunable, written.prunes, strict=True):
            self.results[asked.event.sequence].beside().reading_prunes.append((asked.prune, pruned))

    def _tell_of_the_bin(self, writable: Sequence[AskedReading]) -> None:
        """A reading is kept for a meter in the recycle bin, as a relation to one is (mapping.md 8.1): it comes back
        with its readings. Whoever looks for them has to know."""
        for one in writable:
            for number in (one.meter,) if one.counter is None else (one.meter, one.counter):
                if self.found[number].is_deleted:
                    message = (
                        f"The {self.look_ups[number].schema} {self._device(number)} is in the recycle bin; {KEPT}."
                    )
                    warning = MappingWarning(self.look_ups[number].schema, "", message, WarningCode.RESTORED)
                    self.results[one.event.sequence].beside().warnings[warning] = None

    def _tell_of_problems(self) -> None:
        """Readings and prunes whose meter or counter is not there, or not the only one."""
        for one in self.readings:
            problem = self._problem(one)
            if problem is not None:
                failed = FailedReading(one.update, problem.code, problem.message, self.found[one.meter].entity_id)
                self.results[one.event.sequence].beside().failed_readings.append(failed)
        for asked in self.prunes:
            problem = self._problem(asked)
            if problem is not None:
                unresolved = PruneResult(asked.event.sequence, ReadingCode.UNRESOLVED, problem.message)
                self.results[asked.event.sequence].beside().reading_prunes.append((asked.prune, unresolved))
