"""Scopes: which stored entities the prunes of a call are about, read before anything is locked."""

from __future__ import annotations

from collections.abc import Mapping, Set
from uuid import UUID

import orjson

from hub.entities.links import LINKS, related_ids
from hub.entities.prunes import MOST_IN_SCOPE
from hub.entities.sql import statements
from hub.entities.sql.rows import Probe, probe_of
from hub.entities.store.drafts import Draft
from hub.entities.store.ids import uuids_in
from hub.entities.store.prepared import BY_ID, Prepared, PreparedPrune


class Scopes:
    """Members by the number of their prune. Two statements whatever the number of prunes, none without any."""

    def __init__(self, organization_id: int, prepared: Prepared, found: Mapping[int, list[UUID]]) -> None:
        self.members: dict[int, list[UUID]] = {}
        self._prepared = prepared
        self._anchors = {
            number: _anchors(prepared, one.anchor, found)
            for number, one in enumerate(prepared.prunes)
            if one.anchor is not None
        }
        self._pointed_at: dict[UUID, Set[UUID]] = {}
        if prepared.prunes:
            self._read(organization_id)

    def ids(self) -> set[UUID]:
        """Every member of every scope, and the anchors that were read."""
        return {one for members in self.members.values() for one in members}

    def still_hold(self, drafts: Mapping[UUID, Draft]) -> bool:
        """Whether the anchors, now that they are locked, point at nobody who was not read with them."""
        return all(_ids_in(drafts[anchor]) <= known for anchor, known in self._pointed_at.items() if anchor in drafts)

    def _read(self, organization_id: int) -> None:
        anchors = {anchor for ids in self._anchors.values() for anchor in ids}
        if anchors:
            rows = statements().read_entities(organization_id, anchors)
            self._pointed_at = {row.id: uuids_in(related_ids(orjson.loads(row.attributes))) for row in rows}
        probes = [probe for number, one in enumerate(self._prepared.prunes) for probe in self._probes(number, one)]
        for number, entity_id in statements().members(organization_id, probes, MOST_IN_SCOPE):
            self.members.setdefault(number, []).append(entity_id)
        for number, ids in self._anchors.items():
            for anchor in ids:
                self.members.setdefault(number, []).extend(self._pointed_at.get(anchor, ()))

    def _probes(self, number: int, one: PreparedPrune) -> list[Probe]:
        schema = one.prune.schema
        if one.anchor is not None:
            return [Probe(number, schema, LINKS, str(anchor), None) for anchor in self._anchors[number]]
        return [probe_of(number, schema, one.keys)]


def _anchors(prepared: Prepared, place: int | None, found: Mapping[int, list[UUID]]) -> list[UUID]:
    """Stored entities that the anchor's identifiers mean; several when they are ambiguous, or one is deleted."""
    if place is None or place in prepared.refusals:
        return []
    number, entity_id = prepared.numbers[place], prepared.ids[place]
    if number == BY_ID:
        return [] if entity_id is None else [entity_id]
    return found.get(number, [])


def _ids_in(draft: Draft) -> Set[UUID]:
    return uuids_in(related_ids(draft.attributes))
