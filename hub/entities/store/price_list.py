"""PriceList: the prices of products and the taxes of prices that the pricings of a call lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import orjson

from hub.entities.links import related_ids
from hub.entities.sql import statements
from hub.entities.store.ids import uuids_in
from hub.entities.store.prepared import Prepared
from hub.pricing.references import FoundEntity

ROUNDS: Final = 3
"""Products and prices, then the prices of products, then their taxes (hub.pricing.references.wanted)."""


class PriceList:
    """What the products and prices of a call are related to, read unlocked: prices of products, taxes of prices.

    Two more statements than without pricing, whatever the number of lines.
    """

    def __init__(self, organization_id: int, prepared: Prepared, found: Mapping[int, list[UUID]]) -> None:
        self.entities: dict[UUID, tuple[str, FoundEntity]] = {}
        """Id → schema and entity."""
        wanted_ids = _named(prepared, found)
        for _ in range(ROUNDS):
            new = wanted_ids - self.entities.keys()
            if not new:
                return
            wanted_ids = self._read(organization_id, new)

    def _read(self, organization_id: int, ids: set[UUID]) -> set[UUID]:
        """Read these; the ids of everybody they are related to."""
        related: set[UUID] = set()
        for row in statements().read_entities(organization_id, ids):
            attributes = orjson.loads(row.attributes)
            found = FoundEntity(id=row.id, attributes=attributes, is_deleted=row.is_deleted)
            self.entities[row.id] = (row.schema, found)
            related |= uuids_in(related_ids(attributes))
        return related


def _named(prepared: Prepared, found: Mapping[int, list[UUID]]) -> set[UUID]:
    """Stored entities that the lines name themselves."""
    ids: set[UUID] = set()
    for pricing in prepared.pricings.values():
        for place in pricing.places.values():
            entity_id = prepared.ids[place]
            ids.update(found.get(prepared.numbers[place], ()) if entity_id is None else (entity_id,))
    return ids
