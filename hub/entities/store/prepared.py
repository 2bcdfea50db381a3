"""Prepared: what a call asks for, in the form in which the database is asked."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from hub.entities.links import Wish
from hub.entities.look_ups import LookUp
from hub.entities.operations import EntityOperation, OperationResult
from hub.entities.prunes import PruneOperation
from hub.pricing.items import Pricing
from hub.pricing.references import Identity

BY_ID: Final = -1
"""Number of operations that are addressed by ``_id``, and of refused ones: nothing is probed for them."""


class Wanted(msgspec.Struct, frozen=True):
    """A wish of an operation, with the places at which its targets stand among the prepared operations."""

    wish: Wish
    places: tuple[int, ...]


class PreparedPrune(msgspec.Struct, frozen=True):
    """A prune, with the places of its anchor (None for a query) and of what it keeps, and its terms as stored keys."""

    prune: PruneOperation
    anchor: int | None
    keep: tuple[int, ...]
    keys: dict[str, str]


class PreparedLookUp(msgspec.Struct, frozen=True):
    """A look-up and the place at which its question stands."""

    look_up: LookUp
    place: int


class PreparedPricing(msgspec.Struct, frozen=True):
    """The pricing of an operation, with the places of what its lines name."""

    pricing: Pricing
    places: dict[Identity, int]


class Prepared(msgspec.Struct):
    """Operations with what is known of each without the database; lists go by the operation's place.

    The first `count` are the caller's, without the attributes that are wishes; behind them stand the targets of those
    wishes, as operations that would make a stub.
    """

    operations: list[EntityOperation]
    count: int
    keys: list[dict[str, str]]
    """Attribute → stored key, without ``_id``; empty for a refused operation."""
    numbers: list[int]
    """Which identity the operation asks for, or BY_ID."""
    ids: list[UUID | None]
    """The ``_id`` among the identifiers; None also when its text is no UUID."""
    refusals: dict[int, OperationResult]
    """Place of an operation → why it is not even tried."""
    identities: list[tuple[str, dict[str, str]]]
    """Schema and keys of each number: operations that look for the same thing share one."""
    wishes: dict[int, list[Wanted]]
    """Place of an operation → the relations and references that it writes."""
    prunes: list[PreparedPrune]
    """In the order of the call."""
    look_ups: list[PreparedLookUp]
    """Likewise."""
    pricings: dict[int, PreparedPricing]
    """Place of an operation → what it is to be priced with."""
    appending: list[int] = []
    """Places of operations of replayed events that append without looking what is there."""

    claims: dict[int, dict[str, int]] = {}
    """Place of an operation → attribute → number of the identity that it claims."""

    @property
    def goes_by_event(self) -> bool:
        """Whether there is more to do than one operation after the other."""
        return bool(self.wishes or self.prunes or self.look_ups or self.pricings or self.claims)

    def claimed_schemas(self) -> set[str]:
        """Schemas in which nobody else may be made or claim anything meanwhile."""
        return {self.operations[place].schema for place in self.claims}

    def wanted(self) -> dict[str, set[str]]:
        """Schemas that are looked at, each with the attributes that identify there."""
        wanted: dict[str, set[str]] = {}
        for schema, keys in self.identities:
            wanted.setdefault(schema, set()).update(keys)
        for place, number in enumerate(self.numbers):
            if number == BY_ID and place not in self.refusals:
                wanted.setdefault(self.operations[place].schema, set()).update(self.keys[place])
        for one in self.prunes:
            wanted.setdefault(one.prune.schema, set()).update(one.keys)
        return wanted
