"""Pruning: which readings a prune deletes, given what the database and the pass over the wishes know; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from hub.entities.prunes import Guard
from hub.entities.readings.fold import Fold
from hub.entities.readings.sql.rows import Candidate, ScopeProbe, Scopes
from hub.entities.readings.wishes import PruneResult, ReadingCode, ReadingPruneWish

CREATE_REFUSED: Final = "A reading of the group says CREATE, but exists; nothing was deleted."


def scope_probes(prunes: Sequence[ReadingPruneWish]) -> list[ScopeProbe]:
    """The questions that prunes put to the database; their numbers are places in the list."""
    return [
        ScopeProbe(number, prune.meter_id, prune.counter_id, prune.reading_source, prune.keep)
        for number, prune in enumerate(prunes)
        if not prune.unresolved
    ]


class Pruning:
    """The prunes of one call, applied between the wishes of a fold. gone is what it leaves behind."""

    def __init__(self, fold: Fold, prunes: Sequence[ReadingPruneWish], scopes: Scopes, limits: Guard | None) -> None:
        self.fold = fold
        self.prunes = prunes
        self.limits = limits
        self.sizes = scopes.sizes
        self.gone: dict[UUID, Candidate] = {}
        """Deleted readings that no wish was about."""
        self._candidates: dict[int, list[Candidate]] = {}
        for candidate in scopes.candidates:
            if candidate.id not in fold.drafts:
                self._candidates.setdefault(candidate.number, []).append(candidate)

    def apply(self, number: int) -> PruneResult:
        """Carry out a prune, unless its scope is unclear or it goes beyond the limits."""
        prune = self.prunes[number]
        reason = prune.unresolved
        if not reason and (prune.event_id, prune.meter_id) in self.fold.spared.meters:
            reason = CREATE_REFUSED
        if reason:
            return PruneResult(prune.position, ReadingCode.UNRESOLVED, reason)
        doomed = self._doomed(number, prune)
        size = self._size(number, prune)
        ids = tuple(sorted(doomed, key=lambda one: one.int))
        external_ids = tuple(sorted(filter(None, doomed.values())))
        if self._is_too_much(len(ids), size):
            message = f"{len(ids)} of {size} readings would be deleted; somebody has to approve that."
            return PruneResult(prune.position, ReadingCode.HELD, message, ids, external_ids, size)
        self._delete(number, ids)
        return PruneResult(prune.position, ReadingCode.PRUNED, "", ids, external_ids, size)

    def _doomed(self, number: int, prune: ReadingPruneWish) -> dict[UUID, str]:
        """Reading → external id of all that go."""
        keep, spared = frozenset(prune.keep), self.fold.spared.readings
        doomed = {one.id: one.external_id for one in self._candidates.get(number, ()) if one.id not in self.gone}
        for draft in self.fold.of_meter.get(prune.meter_id, ()):
            is_in_scope = not draft.is_deleted and _covers(prune, draft.counter_id, draft.source)
            is_named = draft.external_id in keep if draft.external_id else not prune.reading_source
            if is_in_scope and not is_named and (prune.event_id, draft.id) not in spared:
                doomed[draft.id] = draft.external_id
        return doomed

    def _size(self, number: int, prune: ReadingPruneWish) -> int:
        """Readings in scope now: what was stored, and what this call did since."""
        size = self.sizes.get(number, 0)
        for draft in self.fold.of_meter.get(prune.meter_id, ()):
            is_in = not draft.is_deleted and _covers(prune, draft.counter_id, draft.source)
            size += is_in - (draft.stored_source is not None and _covers(prune, draft.counter_id, draft.stored_source))
        gone = (one for one in self.gone.values() if one.meter_id == prune.meter_id)
        return size - sum(_covers(prune, one.counter_id, one.source) for one in gone)

    def _is_too_much(self, count: int, size: int) -> bool:
        return self.limits is not None and self.limits.holds(removed=count, scope=size)

    def _delete(self, number: int, ids: Sequence[UUID]) -> None:
        unread = {one.id: one for one in self._candidates.get(number, ())}
        for reading_id in ids:
            if reading_id in unread:
                self.gone[reading_id] = unread[reading_id]
            else:
                self.fold.drafts[reading_id].is_deleted = True


def _covers(prune: ReadingPruneWish, counter_id: UUID | None, source: str) -> bool:
    """Whether a reading of the prune's meter is in its scope."""
    return prune.counter_id in (None, counter_id) and prune.reading_source in ("", source)
