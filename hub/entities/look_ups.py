"""LookUp: an entity that an event is about without writing it, such as the meter of a reading."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec


class LookUp(msgspec.Struct, frozen=True, kw_only=True):
    """A question that is answered once everything before it is applied; nothing is ever created for it."""

    position: int
    """The caller's number, as in EntityOperation."""
    after: int
    """How many of the call's operations stand before it: those of its own event and of earlier ones."""
    schema: str
    identifiers: Mapping[str, str]
    missing: str
    """Code of the answer when nobody has the identifiers; it counts as transient."""
    event_id: UUID | None = None
    may_wait: bool = False
    owner: int | None = None
    """Which of the call's look-ups, an earlier one, answers whom the entity must belong to. One that says in the
    attribute of the owner's schema that it belongs to somebody else counts as missing."""


class Found(msgspec.Struct, frozen=True):
    """The answer: an entity, deleted or not, or why there is none."""

    position: int
    entity_id: UUID | None
    code: str = ""
    message: str = ""
    is_deleted: bool = False
    """Whether the entity is in the recycle bin."""
    is_waiting: bool = False
    """True when the whole event is to be tried again."""
