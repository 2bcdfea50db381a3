"""lineage: which change each present value of an entity comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hub.entities.models import Entity, EntityChange
from hub.entities.past.states import changes_of

CHANGES_PER_PAGE: Final = 200
"""Changes that one page looks through."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """One page of an answer.

    origins holds what was found so far; a change tells the version, the moment, the event and who wrote. open names
    the attributes whose change is older than the page; before_version goes on there, None says that there is no more:
    then the history of what is still open has been removed.
    """

    origins: Mapping[str, EntityChange]
    open: frozenset[str]
    before_version: int | None


def lineage(entity: Entity, *, attributes: frozenset[str] | None = None, before_version: int | None = None) -> Lineage:
    """The change that gave each present attribute its value: the newest one that touched it, else the creation.

    One query, newest changes first. attributes limits the question; pass ``open`` of the page before with its
    before_version.
    """
    wanted = set(entity.attributes if attributes is None else attributes & entity.attributes.keys())
    changes = changes_of(entity).filter(version__lte=entity.version).order_by("-version").defer("snapshot")
    if before_version is not None:
        changes = changes.filter(version__lt=before_version)
    page = list(changes[:CHANGES_PER_PAGE]) if wanted else []
    origins: dict[str, EntityChange] = {}
    for change in page:
        is_first = change.operation == EntityChange.Operation.CREATED
        found = wanted if is_first else wanted & change.changes.keys()
        origins |= dict.fromkeys(found, change)
        wanted = wanted - found
    is_last = not wanted or len(page) < CHANGES_PER_PAGE
    return Lineage(origins, frozenset(wanted), None if is_last else page[-1].version)
