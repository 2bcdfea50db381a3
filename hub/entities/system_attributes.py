"""System attributes: names that only the hub gives values to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hub.entities.changesets import CHANGESETS

SYSTEM_ATTRIBUTES: Final = frozenset(
    {"_id", "_schema", "_org", "_title", "_created_at", "_updated_at", "_deleted_at", "_version", "_acl", CHANGESETS}
)
"""Written ones are dropped with a warning (mapping.md 4.2)."""
GIVEN_BY_SCHEMA: Final[Mapping[str, frozenset[str]]] = {"file": frozenset({"versions"})}
"""Schema → attributes of it that only the hub writes: the versions of a file are those whose bytes it has."""
OF_STORED_BYTES: Final[Mapping[str, frozenset[str]]] = {"file": frozenset({"mime_type", "size_bytes", "readable_size"})}
"""The same, once the hub has the bytes that they describe; of a file that lies elsewhere others write them."""
_NOTHING: Final[frozenset[str]] = frozenset()
FINDS_NOBODY: Final = SYSTEM_ATTRIBUTES - {"_id"}
"""Names that identify nothing in any schema: as nobody writes them, what is made from one is never found again."""


def given_to(schema: str, stored: Mapping[str, object]) -> frozenset[str]:
    """The attributes that only the hub writes to an entity with these stored ones, besides SYSTEM_ATTRIBUTES."""
    given = GIVEN_BY_SCHEMA.get(schema, _NOTHING)
    return given | OF_STORED_BYTES[schema] if given and not given.isdisjoint(stored) else given


def finds_nobody(schema: str, name: str) -> bool:
    """Whether no entity of the schema is ever found by that name, as only the hub writes what stands under it."""
    return name in FINDS_NOBODY or name in GIVEN_BY_SCHEMA.get(schema, _NOTHING)


def left_out(name: str) -> str:
    """What the warning says about one of them."""
    return f"{name} is given by the hub alone; the value was left out"
