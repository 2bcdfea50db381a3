"""between: what changed from one moment or version to another; told_changes: a change row without stand-ins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from hub.entities.history import NOT_KEPT, content_hash, difference, is_not_kept
from hub.entities.models import Entity, EntityChange
from hub.entities.past.states import find_version_at, state_of_version
from hub.entities.values import ABSENT, deep_equal
from hub.json_types import JSONObject, JSONValue

UNTOLD: Final = "not_kept"
"""Member of a change that holds, for each side whose value the history does not have, what is known of it."""
UNCHANGED: Final = "unchanged"
"""Member of a list's change from one state to another: how many members both lists have."""


def between(entity: Entity, earlier: datetime, later: datetime) -> JSONObject:
    """Attribute → its change from one moment to the other, in the form of told_changes.

    Before the entity was there it had no attributes. What came and went in between is not told. Two values that are
    both kept by hash only are compared by it; where not even that is possible, the attribute counts as changed.
    Lists tell in UNCHANGED how many members stayed.
    """
    return _told_difference(_attributes_at(entity, earlier), _attributes_at(entity, later))


def between_versions(entity: Entity, earlier: int, later: int) -> JSONObject:
    """The same from one version to another: versions of one moment are told apart. Raises NotFound for no version."""
    before, after = (state_of_version(entity, version).attributes for version in (earlier, later))
    return _told_difference(before, after)


def _told_difference(before: JSONObject, after: JSONObject) -> JSONObject:
    names = {name for name in (*before, *after) if not _is_same(before.get(name, ABSENT), after.get(name, ABSENT))}
    plain = {name for name in names if not (is_not_kept(before.get(name)) or is_not_kept(after.get(name)))}
    changes = difference(before, after, plain)
    return {
        name: _counted(changes[name], before.get(name), "removed")
        if name in plain
        else _sides(before.get(name, ABSENT), after.get(name, ABSENT))
        for name in sorted(names)
    }


def with_unchanged(told: JSONObject, after: Mapping[str, JSONValue]) -> JSONObject:
    """Changes in the form of told_changes, with UNCHANGED for the lists of which after, where they led, knows it."""
    return {name: _counted(parts, after.get(name), "added") for name, parts in told.items()}


def _counted(change: JSONValue, members: JSONValue, side: str) -> JSONValue:
    """The change of a list, of which members is the whole side, with the number of those that stayed."""
    apart = change.get(side) if isinstance(change, dict) else None
    if not isinstance(change, dict) or not isinstance(apart, list) or not isinstance(members, list):
        return change
    return {**change, UNCHANGED: len(members) - len(apart)}


def _attributes_at(entity: Entity, moment: datetime) -> JSONObject:
    version = find_version_at(entity, moment)
    return {} if version is None else state_of_version(entity, version).attributes


def _is_same(before: object, after: object) -> bool:
    if ABSENT in (before, after) or NOT_KEPT in (before, after):
        return before is after
    if is_not_kept(before) or is_not_kept(after):
        return _hash(before) == _hash(after)
    return deep_equal(before, after)


def _hash(value: object) -> object:
    return value if is_not_kept(value) else content_hash(value)  # type: ignore[arg-type]  # a JSON value


def _sides(before: object, after: object) -> JSONObject:
    sides = {"old": before, "new": after}
    return _told({side: value for side, value in sides.items() if value is not ABSENT})  # type: ignore[misc]  # JSON


def told_changes(change: EntityChange) -> JSONObject:
    """Attribute → ``{"old"?, "new"?}``, or for lists ``{"removed", "added"}`` with pairs of place and member.

    A creation has all its attributes as new. A side whose value was above 64 KB stands in ``not_kept`` instead:
    ``{"not_kept": {"old": {"sha256", "bytes"}}, "new": …}``; for lists that is the hash of the pairs.
    """
    if change.operation == EntityChange.Operation.CREATED:
        return {name: {"new": value} for name, value in sorted((change.snapshot or {}).items())}
    return {name: _told(sides) for name, sides in change.changes.items()}


def _told(sides: Mapping[str, JSONValue]) -> JSONObject:
    told: JSONObject = {side: value for side, value in sides.items() if not is_not_kept(value)}
    untold: JSONObject = {side: _known(value) for side, value in sides.items() if is_not_kept(value)}
    return {**told, UNTOLD: untold} if untold else told


def _known(value: JSONValue) -> JSONObject:
    """What is known of a value that is not kept: its hash and size, or nothing."""
    if not isinstance(value, dict) or "$sha256" not in value:
        return {}
    return {"sha256": value["$sha256"], "bytes": value["bytes"]}
