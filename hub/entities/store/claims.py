"""Claims: what an operation would give its entity, refused where it belongs to another live one; pure."""

from __future__ import annotations

from collections.abc import Mapping

from hub.entities.operations import EntityOperation, OperationResult
from hub.entities.store import refusals
from hub.entities.store.drafts import Draft
from hub.entities.store.fold import Fold


class Claims:
    """The claims of a fold's operations. Whoever has what is claimed is locked, and nobody else can come to have it:
    creation is locked in the schema, which is what every other claim waits for."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold

    def refusal(self, place: int, operation: EntityOperation) -> OperationResult | None:
        """Why the operation is not to be applied; None where nothing is claimed, or all of it is free."""
        claims = self._fold.prepared.claims.get(place)
        if not claims:
            return None
        found = self._fold.find(place, operation)
        live = [draft for draft in found if not draft.is_deleted]
        candidates = live or found
        own = candidates[0] if candidates else None
        if len(candidates) > 1 or not _is_about_to_write(operation, own):
            return None
        return self._refusal(operation, claims, own)

    def _refusal(
        self, operation: EntityOperation, claims: Mapping[str, int], own: Draft | None
    ) -> OperationResult | None:
        for name, number in claims.items():
            schema, keys = self._fold.prepared.identities[number]
            if own is not None and not own.is_deleted and own.has_keys(keys):
                continue
            if (schema, name) in self._fold.facts.building:
                return refusals.still_building(operation, name)
            known = self._fold.facts.matches.get(number, ())
            for other in (*known, *self._fold.gained(schema, name, keys[name])):
                if other is not own and not other.is_deleted and other.has_keys(keys):
                    return refusals.taken(operation, name, other)
        return None


def _is_about_to_write(operation: EntityOperation, own: Draft | None) -> bool:
    """Whether nothing else stands in the way, which would be told instead."""
    if own is None:
        return operation.must_create or "_id" not in operation.identifiers
    return operation.expected_version in (None, own.version)
