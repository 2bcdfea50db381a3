"""Selection: deliveries that somebody has ticked, in the order in which they were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import msgspec

from hub.accounts.models import Organization
from hub.jobs.named import named_ids
from hub.json_types import JSONObject
from outbound.models import DELIVERY_PREFIX, Delivery

MOST_SELECTED: Final = 1_000
UUIDs = tuple[UUID, ...]
Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a selection. deliveries in their order; unknown: ids that name none of the organization."""

    deliveries: Sequence[Delivery]
    unknown: Sequence[UUID]
    unreadable: Sequence[str] = ()
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class Selection:
    """unreadable: what was sent as well and is no id."""

    ids: UUIDs
    unreadable: Texts = ()

    @classmethod
    def named(cls, texts: Sequence[str]) -> Selection:
        """Those of public ids, each once."""
        return cls(*named_ids(DELIVERY_PREFIX, texts))

    @classmethod
    def parse(cls, told: JSONObject) -> Selection:
        """What as_json made, among other members. Raises KeyError and msgspec.ValidationError."""
        return cls(*msgspec.convert((told["ids"], told.get("unreadable", [])), tuple[UUIDs, Texts]))

    def __len__(self) -> int:
        """Those that do not exist count, too: each has a result that says so."""
        return len(self.ids) + len(self.unreadable)

    def part(self, organization: Organization, start: int, limit: int) -> Part:
        """At most limit of the ids, after the first start of them. What is no id belongs to the last part."""
        wanted = self.ids[start : start + limit]
        found = {row.id: row for row in Delivery.objects.of(organization).filter(id__in=wanted)}
        is_last = start + limit >= len(self.ids)
        unknown = [one for one in wanted if one not in found]
        rows = [found[one] for one in wanted if one in found]
        return Part(rows, unknown, self.unreadable if is_last else (), is_last)

    def in_order(self, organization: Organization) -> Selection:
        """The same, the oldest first, those that do not exist last."""
        rows = Delivery.objects.of(organization).filter(id__in=self.ids).order_by("created_at", "id")
        return replace(self, ids=tuple(dict.fromkeys([*rows.values_list("id", flat=True), *self.ids])))

    def as_json(self) -> JSONObject:
        """{"ids", "unreadable"}, the latter where there are such."""
        told: JSONObject = {"ids": [str(one) for one in self.ids]}
        return told | ({"unreadable": list(self.unreadable)} if self.unreadable else {})
