"""state_at, state_of_version: an entity as it was, made again from its history with a bounded number of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from hub.entities.history import SNAPSHOT_EVERY, content_hash, is_not_kept, replayed
from hub.entities.models import Entity, EntityChange
from hub.errors import NotFound
from hub.json_types import JSONObject, JSONValue

BINNING: Final = (EntityChange.Operation.DELETED, EntityChange.Operation.RESTORED)
"""Operations that put an entity into the recycle bin or take it out."""


@dataclass(frozen=True, slots=True)
class State:
    """An entity after one of its versions."""

    version: int
    at: datetime
    """When that version was written."""
    attributes: JSONObject
    deleted_at: datetime | None
    """Since when it was in the recycle bin; None when it was not."""
    not_kept: frozenset[str]
    """Attributes whose value the history does not have: above 64 KB only a hash is kept, and it is what attributes
    holds in their place (history.is_not_kept)."""


def changes_of(entity: Entity) -> QuerySet[EntityChange]:
    """The history of an entity, in no order."""
    return EntityChange.objects.filter(organization_id=entity.organization_id, entity_id=entity.pk)


def state_at(entity: Entity, moment: datetime) -> State:
    """The entity as it was at that moment, the changes of the moment included.

    Raises NotFound when it was not there yet.
    """
    version = find_version_at(entity, moment)
    if version is None:
        raise NotFound(f"There was no {entity.schema} with this id at that moment.")
    return state_of_version(entity, version)


def find_version_at(entity: Entity, moment: datetime) -> int | None:
    """The version of that moment, its changes included; None before the first change that is kept."""
    return changes_of(entity).filter(at__lte=moment).order_by("-version").values_list("version", flat=True).first()


def state_of_version(entity: Entity, version: int) -> State:
    """The entity as that version left it; raises NotFound when it never had that version.

    Reads at most 100 changes, as many again when a value is missing among them: every hundredth keeps the whole state.
    """
    attributes, last = _replayed_up_to(entity, version)
    unknown = {name for name, value in attributes.items() if is_not_kept(value)}
    if unknown:
        attributes |= _found_later(entity, version, {name: attributes[name] for name in unknown})
    return State(
        version=version,
        at=last.at,
        attributes=attributes,
        deleted_at=_deleted_at(entity, version),
        not_kept=frozenset(name for name in unknown if is_not_kept(attributes[name])),
    )


def _replayed_up_to(entity: Entity, version: int) -> tuple[JSONObject, EntityChange]:
    base = changes_of(entity).filter(version__lte=version, snapshot__isnull=False).order_by("-version").first()
    if base is None:
        raise _never(entity, version)
    state, last = dict(base.snapshot or {}), base
    for change in changes_of(entity).filter(version__gt=base.version, version__lte=version).order_by("version"):
        state, last = replayed(state, change.changes), change
    if last.version != version:
        raise _never(entity, version)
    return state, last


def _never(entity: Entity, version: int) -> NotFound:
    return NotFound(f"This {entity.schema} has no version {version}.")


def _found_later(entity: Entity, version: int, unknown: JSONObject) -> JSONObject:
    """The values of unknown that were the same when they were next kept as a whole: in a snapshot, or now.

    unknown holds what is kept of them, by attribute.
    """
    left = dict(unknown)
    later = changes_of(entity).filter(version__gt=version).order_by("version")[:SNAPSHOT_EVERY]
    for change in later:
        for name in change.changes:
            left.pop(name, None)
        if change.snapshot is not None:
            return _fitting(left, change.snapshot)
    return _fitting(left, entity.attributes)


def _fitting(unknown: JSONObject, state: JSONObject) -> JSONObject:
    return {name: state[name] for name, kept in unknown.items() if name in state and _fits(state[name], kept)}


def _fits(value: JSONValue, kept: JSONValue) -> bool:
    """Whether value has the hash that was kept; where none was, it is the value since nothing changed it."""
    return not isinstance(kept, dict) or "$sha256" not in kept or content_hash(value) == kept


def _deleted_at(entity: Entity, version: int) -> datetime | None:
    changes = changes_of(entity).filter(version__lte=version, operation__in=BINNING).order_by("-version")
    binned = changes.values("operation", "at").first()
    return binned["at"] if binned and binned["operation"] == EntityChange.Operation.DELETED else None
