"""Fold: wishes and prunes applied in order to drafts in memory; what is written and answered follows; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

import msgspec

from hub.entities.readings.drafts import Draft
from hub.entities.readings.german_day import german_day
from hub.entities.readings.prepare import Known, Prepared, refused
from hub.entities.readings.sql.rows import StoredReading
from hub.entities.readings.values import Matching, Mode
from hub.entities.readings.wishes import ReadingCode, ReadingOutcome, ReadingResult, ReadingWish
from hub.entities.values import deep_equal
from hub.ids import new_id

Day = tuple[UUID, UUID | None, date]


class Spared(msgspec.Struct):
    """What prunes must leave alone because a wish of their event could not be carried out."""

    readings: set[tuple[UUID | None, UUID]]
    """Event and reading: one of several that were meant."""
    meters: set[tuple[UUID | None, UUID]]
    """Event and meter: a CREATE met a reading that is there."""


class Fold:
    """One pass over the wishes. drafts is what it leaves behind."""

    def __init__(
        self, prepared: Prepared, stored: Iterable[StoredReading], directions: Mapping[UUID, str], *, has_days: bool
    ) -> None:
        """has_days: some wish looks for readings by their moment."""
        self.prepared = prepared
        self.directions = directions
        self.drafts: dict[UUID, Draft] = {}
        self.of_meter: dict[UUID, list[Draft]] = {}
        self.spared = Spared(set(), set())
        self._has_days = has_days
        self._by_id: dict[tuple[UUID, str], list[Draft]] = {}
        self._by_day: dict[Day, list[Draft]] = {}
        for row in stored:
            if row.id not in self.drafts:
                self._add(Draft.read(row))

    def _add(self, draft: Draft) -> None:
        self.drafts[draft.id] = draft
        self.of_meter.setdefault(draft.meter_id, []).append(draft)
        self._index(draft)

    def _index(self, draft: Draft) -> None:
        """Make it findable as it is now; entries of what it was before are looked at and passed over."""
        same_id = self._by_id.setdefault((draft.meter_id, draft.external_id), [])
        if draft not in same_id[-1:]:
            same_id.append(draft)
        if self._has_days:
            same_day = self._by_day.setdefault((draft.meter_id, draft.counter_id, draft.day()), [])
            if draft not in same_day[-1:]:
                same_day.append(draft)

    def apply(self, place: int) -> ReadingResult:
        """Carry out the wish at place."""
        wish, known = self.prepared.wishes[place], self.prepared.known[place]
        if known is None:
            return self.prepared.answered[place]
        found = self._find(wish, known)
        if len(found) > 1:
            self.spared.readings.update((wish.event_id, draft.id) for draft in found)
            return refused(wish, ReadingCode.AMBIGUOUS, _several(wish, known, len(found)))
        if wish.mode is Mode.DELETE:
            return self._delete(wish, found)
        return self._update(wish, known, found[0]) if found else self._create(wish, known)

    def _find(self, wish: ReadingWish, known: Known) -> list[Draft]:
        """Every reading that the wish means now: by external id, else by its day or its moment."""
        if known.external_id:
            found = [
                draft
                for draft in _each_once(self._by_id.get((wish.meter_id, known.external_id), ()))
                if not draft.is_deleted
                and draft.external_id == known.external_id
                and wish.counter_id in (None, draft.counter_id)
            ]
            if found:
                return found
        return self._find_by_moment(wish, known)

    def _find_by_moment(self, wish: ReadingWish, known: Known) -> list[Draft]:
        if known.moment is None or known.range_of(wish) is None:
            return []
        day = german_day(known.moment)
        direction = self._direction(wish.counter_id, known.direction)
        found = [
            draft
            for draft in _each_once(self._by_day.get((wish.meter_id, wish.counter_id, day), ()))
            if not draft.is_deleted
            and draft.day() == day
            and self._direction(draft.counter_id, str(draft.state.get("direction", ""))) == direction
        ]
        if wish.matching is Matching.STRICT_DATE:
            return found
        return [draft for draft in found if draft.moment == known.moment and not draft.external_id]

    def _direction(self, counter_id: UUID | None, direction: str) -> str:
        """A reading without direction has that of its counter (mapping.md 11.6)."""
        return direction or (self.directions.get(counter_id, "") if counter_id else "")

    def _delete(self, wish: ReadingWish, found: list[Draft]) -> ReadingResult:
        if not found:
            return ReadingResult(wish.position, ReadingOutcome.NO_OP, ReadingCode.DELETED)
        found[0].is_deleted = True
        return ReadingResult(wish.position, ReadingOutcome.DELETED, ReadingCode.DELETED, "", found[0].id)

    def _create(self, wish: ReadingWish, known: Known) -> ReadingResult:
        draft = Draft(new_id(), wish.meter_id, wish.counter_id, wish.origin_id or wish.event_id)
        self._take(draft, wish, known)
        self._add(draft)
        return ReadingResult(wish.position, ReadingOutcome.CREATED, ReadingCode.UPSERTED, "", draft.id)

    def _update(self, wish: ReadingWish, known: Known, draft: Draft) -> ReadingResult:
        if wish.must_create and not _is_own(wish, draft):
            self.spared.meters.add((wish.event_id, wish.meter_id))
            message = f"The event says CREATE, but there is a reading {draft.external_id or draft.id} already."
            return refused(wish, ReadingCode.EXISTS, message)
        if deep_equal(draft.state, draft.merged(known.given)):
            return ReadingResult(wish.position, ReadingOutcome.NO_OP, ReadingCode.UPSERTED, "", draft.id)
        self._take(draft, wish, known)
        self._index(draft)
        return ReadingResult(wish.position, ReadingOutcome.UPDATED, ReadingCode.UPSERTED, "", draft.id)

    def _take(self, draft: Draft, wish: ReadingWish, known: Known) -> None:
        if known.moment is not None:  # every upsert has one
            draft.take(draft.merged(known.given), known.moment)
        draft.changed_by, draft.event_id, draft.correlation_id = wish.writer, wish.event_id, wish.correlation_id


def _each_once(drafts: Iterable[Draft]) -> list[Draft]:
    return list(dict.fromkeys(drafts))


def _is_own(wish: ReadingWish, draft: Draft) -> bool:
    """Whether the reading was made by the event that wants to make it: a second try or a replay."""
    return draft.origin_id is not None and draft.origin_id in (wish.origin_id, wish.event_id)


def _several(wish: ReadingWish, known: Known, count: int) -> str:
    if wish.matching is Matching.STRICT_DATE and known.moment is not None:
        day = german_day(known.moment)
        return f"{count} readings of this counter and direction lie on {day} in Germany; nothing was written."
    if known.external_id:
        return f"{count} readings of the meter have the external id {known.external_id}; nothing was written."
    return f"{count} readings without external id have this moment, counter and direction; nothing was written."
