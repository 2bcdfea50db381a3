"""Pricings: operations priced before they are applied (mapping.md section 12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from msgspec.structs import replace

from hub.entities.operations import EntityOperation, OperationResult, OperationWarning, ResultCode, WarningCode
from hub.entities.store.drafts import Draft
from hub.entities.store.ids import uuids_in
from hub.entities.store.prepared import BY_ID, PreparedPricing
from hub.entities.store.refusals import failed
from hub.pricing.problems import PricingProblem
from hub.pricing.references import FoundEntity, Identity, wanted
from hub.pricing.result import priced

if TYPE_CHECKING:
    from hub.entities.store.fold import Fold

BY_ID_ALONE: Final = "_id"
ROUNDS: Final = 3
"""Products and prices, then the prices of products, then their taxes (hub.pricing.references.wanted)."""


class Pricings:
    """Prices the operations of a fold, each before it is applied."""

    def __init__(self, fold: Fold) -> None:
        self.fold = fold
        self.prepared = fold.prepared

    def applied(self, place: int, one: PreparedPricing) -> OperationResult:
        """The result of the operation at place, priced."""
        operation = self.prepared.operations[place]
        if place in self.prepared.refusals:
            return self.fold.guarded(place, operation)
        answer = priced(one.pricing, self._answers(one))
        if not isinstance(answer, PricingProblem):
            return self.fold.guarded(place, replace(operation, attributes={**operation.attributes, **answer}))
        if one.pricing.on_error == "fail":
            return self._failed(operation, answer)
        result = self.fold.guarded(place, operation)
        if one.pricing.on_error != "warn":
            return result
        return replace(result, warnings=(*result.warnings, OperationWarning(WarningCode.NOT_PRICED, answer.message)))

    def _failed(self, operation: EntityOperation, problem: PricingProblem) -> OperationResult:
        """An entity without its prices is not written; what refers to somebody who is not there yet may wait."""
        if operation.event_id is not None and operation.event_id in self.fold.held:
            return self.fold.held_back(operation)
        if problem.may_retry and operation.may_wait and operation.event_id is not None:
            self.fold.waiting.setdefault(operation.event_id, (ResultCode.NOT_PRICED, problem.message))
        return failed(operation, ResultCode.NOT_PRICED, problem.message)

    def _answers(self, one: PreparedPricing) -> dict[Identity, Sequence[FoundEntity]]:
        """Everybody whom the lines lead to, asked for round by round."""
        answers: dict[Identity, Sequence[FoundEntity]] = {}
        for _ in range(ROUNDS):
            for identity in wanted(one.pricing.lines, answers):
                answers[identity] = self._answer(one, identity)
        return answers

    def _answer(self, one: PreparedPricing, identity: Identity) -> Sequence[FoundEntity]:
        place = one.places.get(identity)
        if place is not None and self.prepared.numbers[place] != BY_ID:
            return [_found(draft) for draft in self.fold.find(place, self.prepared.operations[place])]
        ids = uuids_in(value for name, value in identity.identifiers if name == BY_ID_ALONE)
        return [found for entity_id in ids if (found := self._by_id(entity_id, identity.schema)) is not None]

    def _by_id(self, entity_id: UUID, schema: str) -> FoundEntity | None:
        """As this call has left it, else as it was read."""
        draft = self.fold.facts.drafts.get(entity_id) or self._made(entity_id)
        if draft is not None:
            return _found(draft) if draft.schema == schema and not draft.is_purged else None
        known, found = self.fold.facts.related.get(entity_id, ("", None))
        return found if known == schema else None

    def _made(self, entity_id: UUID) -> Draft | None:
        return next((draft for draft in self.fold.touched if draft.is_new and draft.id == entity_id), None)


def _found(draft: Draft) -> FoundEntity:
    return FoundEntity(id=draft.id, attributes=draft.attributes, is_deleted=draft.is_deleted)
