"""Looking: who the look-ups of a call mean, once everything before them is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.entities.links import related_ids
from hub.entities.look_ups import Found, LookUp
from hub.entities.operations import ResultCode
from hub.entities.store import refusals
from hub.entities.store.prepared import PreparedLookUp

if TYPE_CHECKING:
    from hub.entities.store.drafts import Draft
    from hub.entities.store.fold import Fold


class Looking:
    """Answers one look-up after another."""

    def __init__(self, fold: Fold) -> None:
        self.fold = fold
        self.prepared = fold.prepared
        self.results: list[Found] = []

    def look_up_to(self, place: int) -> None:
        """Answer those that stand before the operation at place."""
        while len(self.results) < len(self.prepared.look_ups):
            one = self.prepared.look_ups[len(self.results)]
            if one.look_up.after > place:
                return
            self.results.append(self._answer(one))

    def _answer(self, one: PreparedLookUp) -> Found:
        wanted = one.look_up
        if wanted.event_id is not None and wanted.event_id in self.fold.held:
            return Found(wanted.position, None, *self.fold.held[wanted.event_id], is_waiting=True)
        answer = self._look(one)
        is_transient = answer.code in (wanted.missing, ResultCode.INDEX_BUILDING)
        if is_transient and wanted.may_wait and wanted.event_id is not None:
            self.fold.waiting.setdefault(wanted.event_id, (answer.code, answer.message))
        return answer

    def _look(self, one: PreparedLookUp) -> Found:
        wanted, place = one.look_up, one.place
        operation = self.prepared.operations[place]
        if place in self.prepared.refusals:
            refusal = self.prepared.refusals[place]
            return Found(wanted.position, None, refusal.code, refusal.message)
        for name in self.prepared.keys[place]:
            if (wanted.schema, name) in self.fold.facts.building:
                failure = refusals.still_building(operation, name)
                return Found(wanted.position, None, failure.code, failure.message)
        found = self.fold.find(place, operation)
        live = [draft for draft in found if not draft.is_deleted]
        if len(live) > 1 or (len(found) > 1 and not live):
            failure = refusals.ambiguous(operation, live)
            return Found(wanted.position, None, failure.code, failure.message)
        if not found:
            return Found(wanted.position, None, wanted.missing, f"{refusals.described(operation)} is not there.")
        chosen = (live or found)[0]
        problem = self._belongs_elsewhere(wanted, chosen)
        if problem:
            return Found(wanted.position, None, wanted.missing, f"{refusals.described(operation)} {problem}.")
        return Found(wanted.position, chosen.id, is_deleted=chosen.is_deleted)

    def _belongs_elsewhere(self, wanted: LookUp, chosen: Draft) -> str:
        """To whom, when it does not belong to the one that it must belong to."""
        if wanted.owner is None:
            return ""
        owner, schema = self.results[wanted.owner], self.prepared.look_ups[wanted.owner].look_up.schema
        owners = related_ids({schema: chosen.attributes.get(schema)})
        is_known = owner.entity_id is not None and bool(owners)
        return f"belongs to another {schema}, {owners[0]}" if is_known and str(owner.entity_id) not in owners else ""
