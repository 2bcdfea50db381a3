"""Pruning: what is in a scope and not kept goes, unless that is so much that it is held (mapping.md section 6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from msgspec.structs import replace

from hub.entities.keys import identifier_texts
from hub.entities.links import LINKS, related_ids
from hub.entities.operations import EntityOperation, Mode, OperationResult, Outcome, ResultCode
from hub.entities.prunes import MOST_IN_SCOPE, Member, PruneOperation, PruneResult
from hub.entities.store import refusals
from hub.entities.store.drafts import Draft
from hub.entities.store.prepared import PreparedPrune

if TYPE_CHECKING:
    from hub.entities.store.fold import Fold


class Pruning:
    """Carries out the prunes of a call, each when its turn has come."""

    def __init__(self, fold: Fold, applied: Sequence[OperationResult]) -> None:
        self.fold = fold
        self.prepared = fold.prepared
        self.applied = applied
        """Results of the operations so far, by place."""
        self.results: list[PruneResult] = []
        self._made: dict[str, Draft] = {}
        """What this pass has made, by id, as far as it was looked at."""
        self._looked_at = 0

    def prune_up_to(self, place: int) -> None:
        """Do the prunes that stand before the operation at place."""
        for number in range(len(self.results), len(self.prepared.prunes)):
            one = self.prepared.prunes[number]
            if one.prune.after > place:
                return
            self.results.append(self._prune(number, one))

    def _prune(self, number: int, one: PreparedPrune) -> PruneResult:
        prune = one.prune
        if prune.event_id is not None and prune.event_id in self.fold.held:
            return PruneResult(prune.position, Outcome.WAITING, *self.fold.held[prune.event_id])
        try:
            self._check_needs(prune)
            members = self._members(number, one)
        except Unclear as problem:
            if problem.is_transient and prune.may_wait and prune.event_id is not None:
                self.fold.waiting.setdefault(prune.event_id, (problem.code, str(problem)))
            return PruneResult(prune.position, Outcome.FAILED, problem.code, str(problem))
        kept = self._kept(one)
        gone = [draft for draft in members if draft.id not in kept]
        told = [Member(one.id, one.version, identifier_texts(one.attributes, prune.named_by)) for one in gone]
        done = PruneResult(prune.position, Outcome.DELETED, ResultCode.PRUNED, "", told, prune.is_purge, len(members))
        if prune.guard.holds(removed=len(gone), scope=len(members)):
            message = f"{len(gone)} of {len(members)} {prune.schema} would go; somebody has to approve that."
            return replace(done, outcome=Outcome.NO_OP, code=ResultCode.PRUNE_HELD, message=message)
        for draft in gone:
            self.fold.remove(draft, _removal(prune, draft))
        return done

    def _check_needs(self, prune: PruneOperation) -> None:
        if any(self.applied[place].outcome is Outcome.FAILED for place in prune.needs):
            raise Unclear(ResultCode.PRUNE_UNRESOLVED, "An item was not created as it should, so nothing was removed.")

    def _members(self, number: int, one: PreparedPrune) -> list[Draft]:
        """The live entities of the scope as they are now, each once, by id. Raises Unclear."""
        if len(self.fold.facts.members.get(number, ())) >= MOST_IN_SCOPE:
            raise Unclear(ResultCode.PRUNE_UNRESOLVED, f"The scope has {MOST_IN_SCOPE} entities or more.")
        found = self._queried(number, one) if one.anchor is None else self._related(number, one, one.anchor)
        schema = one.prune.schema
        live = {draft.id: draft for draft in found if draft.schema == schema and not draft.is_deleted}
        return sorted(live.values(), key=lambda draft: draft.id.int)

    def _queried(self, number: int, one: PreparedPrune) -> Iterator[Draft]:
        for name in one.keys:
            if (one.prune.schema, name) in self.fold.facts.building:
                message = f"The index of {one.prune.schema}.{name} is still being filled."
                raise Unclear(ResultCode.INDEX_BUILDING, message, is_transient=True)
        attribute, key = next(iter(one.keys.items()))
        candidates = [*self._stored(number), *self.fold.gained(one.prune.schema, attribute, key)]
        return (draft for draft in candidates if draft.has_keys(one.keys))

    def _related(self, number: int, one: PreparedPrune, place: int) -> Iterator[Draft]:
        """Whom the anchor points at, and who points at it; nobody when there is no anchor."""
        anchor = self._anchor(place)
        if anchor is None:
            return
        pointed_at = set(related_ids(anchor.attributes))
        own = str(anchor.id)
        for draft in (
            *self._stored(number),
            *self.fold.gained(one.prune.schema, LINKS, own),
            *self._made_among(pointed_at),
        ):
            if str(draft.id) in pointed_at or own in related_ids(draft.attributes):
                yield draft

    def _anchor(self, place: int) -> Draft | None:
        """The one live anchor. Raises Unclear when it cannot be told."""
        operation = self.prepared.operations[place]
        refusal = self.prepared.refusals.get(place)
        if refusal is not None:
            raise Unclear(ResultCode.PRUNE_UNRESOLVED, refusal.message)
        for name in self.prepared.keys[place]:
            if (operation.schema, name) in self.fold.facts.building:
                failure = refusals.still_building(operation, name)
                raise Unclear(ResultCode.INDEX_BUILDING, failure.message, is_transient=True)
        live = [draft for draft in self.fold.find(place, operation) if not draft.is_deleted]
        if len(live) > 1:
            raise Unclear(ResultCode.AMBIGUOUS, refusals.ambiguous(operation, live).message)
        return live[0] if live else None

    def _stored(self, number: int) -> Iterator[Draft]:
        drafts = self.fold.facts.drafts
        return (drafts[one] for one in self.fold.facts.members.get(number, ()) if one in drafts)

    def _made_among(self, ids: Collection[str]) -> list[Draft]:
        """Those of the ids that this pass has made."""
        if not ids:
            return []
        fresh = self.fold.touched[self._looked_at :]
        self._made |= {str(draft.id): draft for draft in fresh if draft.is_new}
        self._looked_at += len(fresh)
        return [self._made[one] for one in ids if one in self._made]

    def _kept(self, one: PreparedPrune) -> set[UUID]:
        """Everything that the event's identifiers mean: what it wrote, and what it could not write."""
        return {draft.id for place in one.keep for draft in self.fold.find(place, self.prepared.operations[place])}


class Unclear(Exception):
    """Why nobody can say what is in the scope."""

    def __init__(self, code: ResultCode, message: str, *, is_transient: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.is_transient = is_transient


def _removal(prune: PruneOperation, draft: Draft) -> EntityOperation:
    return EntityOperation(
        position=prune.position,
        schema=draft.schema,
        identifiers={"_id": str(draft.id)},
        attributes={},
        mode=Mode.PURGE if prune.is_purge else Mode.DELETE,
        event_id=prune.event_id,
        origin_id=prune.origin_id,
        source=prune.source,
    )
