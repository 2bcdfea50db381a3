"""fires: whether a change of an entity is an event of the catalogue; pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hub.entities.change_kinds import ChangeKind
from hub.entities.changesets import CHANGESETS, changesets_in
from hub.entities.operations import EntityChanged
from hub.events.catalogue import EntityTrigger
from hub.json_types import JSONObject

CREATE: Final = "createEntity"
UPDATE: Final = "updateEntity"
DELETE: Final = "deleteEntity"
_GONE: Final = (ChangeKind.DELETED, ChangeKind.PURGED)


def operation_of(change: EntityChanged) -> str:
    """What the change is called in events. Coming back from the recycle bin is an update: nothing new was ordered."""
    if change.operation in _GONE:
        return DELETE
    return CREATE if change.before is None else UPDATE


def fires(trigger: EntityTrigger, change: EntityChanged, watched: Iterable[str] | None = None) -> bool:
    """Whether the change is what trigger waits for. watched: attributes in the place of the trigger's own.

    A purge of what was deleted before is no second deletion. A value that is parked in a changeset, or leaves it,
    counts as a change of its attribute.
    """
    operation = operation_of(change)
    if operation not in trigger.operations or change.schema not in trigger.schemas:
        return False
    if operation == DELETE:
        return change.operation != ChangeKind.PURGED or change.before != {}
    attributes = tuple(trigger.attributes if watched is None else watched)
    touched = touched_by(change)
    if attributes and touched.isdisjoint(attributes):
        return False
    return _has_values(trigger, change, touched) and _has_purpose(trigger, change.after)


def touched_by(change: EntityChanged) -> frozenset[str]:
    """Attributes that the change wrote, parked or took out of a changeset."""
    if change.before is None:
        return frozenset(change.after)
    return frozenset(change.changes) | _repointed(change.before, change.after)


def _repointed(before: JSONObject, after: JSONObject) -> frozenset[str]:
    if before.get(CHANGESETS) == after.get(CHANGESETS):
        return frozenset()
    old, new = changesets_in(before), changesets_in(after)
    return frozenset(name for name in {*old, *new} if old.get(name) != new.get(name))


def _has_values(trigger: EntityTrigger, change: EntityChanged, touched: frozenset[str]) -> bool:
    """Whether every attribute with a wanted value was touched and has it now."""
    return all(name in touched and change.after.get(name) in values for name, values in trigger.values)


def _has_purpose(trigger: EntityTrigger, after: JSONObject) -> bool:
    if not trigger.purposes:
        return True
    purposes = after.get("_purpose")
    return isinstance(purposes, list) and any(one in trigger.purposes for one in purposes)
