"""Prunes: what an event no longer lists of a scope is to go; the wish, the guard's limits, the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from hub.entities.operations import Outcome, Source

MOST_IN_SCOPE = 100_000
"""Entities that a scope is read up to; a larger one is refused, for it would be compared in memory."""


class Guard(msgspec.Struct, frozen=True):
    """A prune is held when it would remove more than `most` *and* more than `share` (0 to 1) of its scope."""

    most: int = 50
    share: float = 0.2

    def holds(self, *, removed: int, scope: int) -> bool:
        """Whether somebody has to look at it first."""
        return removed > self.most and removed > self.share * scope


class PruneOperation(msgspec.Struct, frozen=True, kw_only=True):
    """Remove from a scope what is not in keep (mapping.md section 6).

    With an anchor the scope is every live entity of the schema that the anchor points at, or that points at it;
    without one, every live entity of the schema that has all of terms.
    """

    position: int
    """The caller's number, as in EntityOperation."""
    after: int
    """How many of the call's operations stand before it: those of its own event and of earlier ones."""
    schema: str
    is_purge: bool
    anchor_schema: str = ""
    terms: Mapping[str, str]
    """Identifiers of the anchor, or what the members of the scope have in common; string forms, none empty."""
    keep: Sequence[Mapping[str, str]]
    """Identifiers of everything that the event has listed."""
    named_by: Sequence[str] = ()
    """Identifiers that the result tells of what was removed."""
    needs: Sequence[int] = ()
    """Places of operations of the call: if one of them failed, nothing is removed."""
    guard: Guard = Guard()
    event_id: UUID | None = None
    origin_id: UUID | None = None
    source: Source | None = None
    may_wait: bool = False


class Member(msgspec.Struct, frozen=True):
    """An entity that a prune removes, or would; version as it is before that."""

    entity_id: UUID
    version: int
    identifiers: Mapping[str, str] = {}
    """String forms of those that the operation asks for."""


class PruneResult(msgspec.Struct, frozen=True):
    """What became of one prune. Held: members are what it would have removed; else what it has removed."""

    position: int
    outcome: Outcome
    """DELETED, FAILED, WAITING, or NO_OP when it was held."""
    code: str
    message: str = ""
    members: Sequence[Member] = ()
    is_purge: bool = False
    scope: int = 0
    """How many entities were in the scope, the removed ones among them."""
