"""Room, RetentionKind, FixedAge and Kept: what each table of the hub is kept for, and how one batch of it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from django.conf import settings
from django.db.models import Model, Q

from hub.errors import NotFound
from hub.plugins import load

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction may look at: rows after an id, made before limit, at most so many, of whom it serves."""

    after: UUID | None
    limit: datetime
    most: int
    serves: Callable[[int | None], bool]
    """Whether rows of this organization are kept for just this age."""
    at: datetime
    days: int

    def is_due(self, organization_id: int | None, ended_at: datetime | None) -> bool:
        """Whether a row of that organization goes which ended then; None: it has not ended."""
        return ended_at is not None and ended_at < self.limit and self.serves(organization_id)


@dataclass(frozen=True, slots=True)
class Walked:
    """What came of a batch: how many rows were looked at, the last of them, how many went."""

    examined: int
    last: UUID | None
    gone: int


@dataclass(frozen=True, slots=True)
class RetentionKind:
    """Rows that are kept alike. walk runs in a transaction of its own and never waits for a row somebody else holds."""

    key: str
    label: _StrPromise
    about: _StrPromise
    default_days: int
    least_days: int
    most_days: int
    models: tuple[type[Model], ...]
    """The tables whose size counts as this kind's."""
    walks: type[Model]
    """The table whose rows a walk looks at, in the order of their ids."""
    walk: Callable[[Batch], Walked]
    within: str = ""
    """Key of the kind that these are parts of, which is kept at least as long."""
    only: Q = field(default_factory=Q)
    """Which rows of walks the kind is about, as far as they tell; for what a shorter age would delete."""


@dataclass(frozen=True, slots=True)
class FixedAge:
    """Rows that go at an age that nobody chooses.

    expire deletes at most so many of those that ended by a moment, and answers how many went; it runs in a transaction
    of its own and never waits for a row somebody else holds.
    """

    label: _StrPromise
    age: timedelta
    models: tuple[type[Model], ...]
    """The tables whose size counts here; empty where another entry names them already."""
    expire: Callable[[datetime, int], int]
    at_once: int = 1000


@dataclass(frozen=True, slots=True)
class Kept:
    """Tables that no age ends: how_long says what keeps them small, or why they are kept."""

    label: _StrPromise
    how_long: _StrPromise
    models: tuple[type[Model], ...]


Entry: TypeAlias = RetentionKind | FixedAge | Kept


@dataclass(frozen=True, slots=True)
class Room:
    """A part of the hub, and what is kept there."""

    label: _StrPromise
    entries: tuple[Entry, ...]


@cache
def rooms() -> tuple[Room, ...]:
    """All that RETENTION_ROOMS names, in its order."""
    return tuple(load(path) for path in settings.RETENTION_ROOMS)


@cache
def entries() -> tuple[Entry, ...]:
    """What is kept anywhere. Every table of the hub is among their models, once."""
    return tuple(entry for room in rooms() for entry in room.entries)


@cache
def kinds() -> tuple[RetentionKind, ...]:
    """What organizations choose an age for."""
    return tuple(entry for entry in entries() if isinstance(entry, RetentionKind))


@cache
def fixed_ages() -> tuple[FixedAge, ...]:
    """What goes at an age that nobody chooses."""
    return tuple(entry for entry in entries() if isinstance(entry, FixedAge))


@cache
def kept() -> tuple[Kept, ...]:
    """What no age ends."""
    return tuple(entry for entry in entries() if isinstance(entry, Kept))


def get_kind(key: str) -> RetentionKind:
    """Raises NotFound for a key that nobody has."""
    for kind in kinds():
        if kind.key == key:
            return kind
    raise NotFound(f"There is no kind {key!r}.")
