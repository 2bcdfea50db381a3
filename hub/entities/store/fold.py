"""Fold: operations applied in order to drafts in memory; what is written and answered follows from it; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from hub.entities.keys import keys_of
from hub.entities.operations import EntityOperation, Mode, OperationResult, Outcome, ResultCode, Source, WarningCode
from hub.entities.sql.rows import MOST_MATCHES
from hub.entities.store import refusals
from hub.entities.store.drafts import Change, Draft
from hub.entities.store.facts import Facts
from hub.entities.store.prepare import BY_ID, Prepared
from hub.entities.values import ABSENT, SCALARS, deep_equal, initial, settled
from hub.ids import new_ids
from hub.json_types import JSONObject, JSONValue

SYSTEM_ATTRIBUTES: Final = frozenset(
    {"_id", "_schema", "_org", "_title", "_created_at", "_updated_at", "_deleted_at", "_version", "_acl"}
)
"""Names that only the hub gives values to; written ones are dropped with a warning (mapping.md 4.2)."""
IDS_AT_ONCE: Final = 64
TRANSIENT: Final = frozenset({ResultCode.UNKNOWN_REFERENCE, ResultCode.INDEX_BUILDING})
"""Failures that time may heal."""

# Members of an enumeration cost a search each time they are named; these are named once per operation.
_CREATED: Final = (Outcome.CREATED, ResultCode.CREATED, "")
_UPDATED: Final = (Outcome.UPDATED, ResultCode.UPDATED, "")
_NO_OP: Final = (Outcome.NO_OP, ResultCode.NO_OP, "")
_DELETED: Final = (Outcome.DELETED, ResultCode.DELETED, "")
_RESTORE: Final = Mode.RESTORE
_REPLACE: Final = Mode.REPLACE
_PURGE: Final = Mode.PURGE
_REMOVING: Final = frozenset({Mode.DELETE, Mode.PURGE})

Held = Mapping[UUID, tuple[ResultCode, str]]
"""Event → why nothing of it is applied this time."""


class Fold:
    """One pass over the operations. touched and waiting are what it leaves behind."""

    def __init__(self, prepared: Prepared, facts: Facts, source: Source, held: Held) -> None:
        self.prepared = prepared
        self.facts = facts
        self.source = source
        self.held = held
        self.touched: list[Draft] = []
        """Drafts that changed or were made, in the order of their first change."""
        self.waiting: dict[UUID, tuple[ResultCode, str]] = {}
        """Events that met a transient failure in this pass."""
        self._gained: dict[str, dict[tuple[str, str], list[Draft]]] = {}
        """Schema → attribute and key → drafts that got it in this pass; the database does not know these yet."""
        self._free_ids: list[UUID] = []
        for draft in facts.drafts.values():
            if draft.changes:
                draft.forget()

    def run(self) -> list[OperationResult]:
        """Apply every operation, in order; results go by place."""
        if not self.held and not self.prepared.refusals and not self.facts.building:
            applied = [self._applied(place, one) for place, one in enumerate(self.prepared.operations)]
        else:
            applied = [self._guarded(place, one) for place, one in enumerate(self.prepared.operations)]
        for operation, result in zip(self.prepared.operations, applied, strict=True):
            if operation.may_wait and result.code in TRANSIENT and result.outcome is Outcome.FAILED:
                self._wait(operation, result)
        return applied

    def _wait(self, operation: EntityOperation, result: OperationResult) -> None:
        if operation.event_id is not None:
            self.waiting.setdefault(operation.event_id, (ResultCode(result.code), result.message))

    def _guarded(self, place: int, operation: EntityOperation) -> OperationResult:
        """Apply an operation unless it is held, refused, or asks an index that is being filled."""
        if operation.event_id is not None and operation.event_id in self.held:
            return OperationResult(operation.position, Outcome.WAITING, *self.held[operation.event_id])
        if place in self.prepared.refusals:
            return self.prepared.refusals[place]
        for name in self.prepared.keys[place]:
            if (operation.schema, name) in self.facts.building:
                return refusals.still_building(operation, name)
        return self._applied(place, operation)

    def _applied(self, place: int, operation: EntityOperation) -> OperationResult:
        found = self._find(place, operation)
        number = self.prepared.numbers[place]
        if len(found) > 1 or self._has_unread(number):
            live = [draft for draft in found if not draft.is_deleted]
            if len(live) != 1 or self._has_unread_live(number):
                return refusals.ambiguous(operation, live)
            found = live
        if operation.expected_version is not None and found and found[0].version != operation.expected_version:
            return refusals.stale(operation, found[0])
        if operation.mode in _REMOVING:
            return self._delete(operation, found)
        if found:
            return self._update(operation, found[0])
        if operation.mode is _RESTORE:
            return refusals.not_found(operation)
        if number == BY_ID and len(operation.identifiers) == 1:
            return refusals.unknown_id(operation)
        return self._create(operation)

    def _find(self, place: int, operation: EntityOperation) -> list[Draft]:
        """Every draft that the identifiers mean now, earlier operations of this pass included."""
        keys = self.prepared.keys[place]
        number = self.prepared.numbers[place]
        if number == BY_ID:
            entity_id = self.prepared.ids[place]
            draft = None if entity_id is None else self.facts.drafts.get(entity_id)
            if draft is None or draft.is_purged or draft.schema != operation.schema:
                return []
            return [draft] if draft.has_keys(keys) else []
        found = self.facts.matches.get(number, [])
        if self.touched:
            found = [draft for draft in found if not draft.changes or draft.has_keys(keys)]
            gained = self._gained.get(operation.schema)
            if gained:
                found += _newly_found(gained, keys, found)
        return found

    def _has_unread(self, number: int) -> bool:
        """Whether the database may have more matches than were read: then one that is left proves nothing."""
        return len(self.facts.matches.get(number, ())) >= MOST_MATCHES

    def _has_unread_live(self, number: int) -> bool:
        """The same for live ones; they are read first."""
        return self._has_unread(number) and not any(draft.was_deleted for draft in self.facts.matches[number])

    def _delete(self, operation: EntityOperation, found: list[Draft]) -> OperationResult:
        is_purge = operation.mode is _PURGE
        if not found or (found[0].is_deleted and not is_purge):
            return OperationResult(operation.position, *_NO_OP, found[0].id if found else None)
        draft = found[0]
        self._change(draft, operation)
        draft.is_deleted = True
        if is_purge:
            draft.purge(self.facts.indexed.get(draft.schema, ()))
        return OperationResult(operation.position, *_DELETED, draft.id, draft.version)

    def _create(self, operation: EntityOperation) -> OperationResult:
        written, warnings = _writable(operation)
        draft = Draft(self._new_id(), operation.schema, {}, 0, False)
        self._change(draft, operation)
        draft.origin = operation.origin_id or operation.event_id
        draft.attributes = attributes = {**written, **_identifiers_left_out(operation)}
        for name, value in written.items():
            if isinstance(value, (list, dict)):
                attributes[name] = initial(value)
        self._gain(draft, attributes)
        return OperationResult(operation.position, *_CREATED, draft.id, 1, (), warnings)

    def _update(self, operation: EntityOperation, draft: Draft) -> OperationResult:
        if operation.must_create and not draft.is_deleted and not _is_own(operation, draft):
            return refusals.already_there(operation, draft)
        written, warnings = _writable(operation)
        if operation.mode is _RESTORE:
            written = {}
        changed = _changed(draft.attributes, written)
        taken = draft.attributes.keys() - written.keys() if operation.mode is _REPLACE else ()
        if draft.is_deleted:
            warnings = (*warnings, WarningCode.RESTORED) if operation.mode is not _RESTORE else warnings
        elif not changed and not taken:
            return OperationResult(operation.position, *_NO_OP, draft.id, draft.version, (), warnings)
        self._change(draft, operation).names.update(changed, taken)
        draft.is_deleted = False
        draft.attributes = {**draft.attributes, **changed}
        for name in taken:
            del draft.attributes[name]
        self._gain(draft, (*changed, *taken))
        names = tuple(sorted((*changed, *taken)))
        return OperationResult(operation.position, *_UPDATED, draft.id, draft.version, names, warnings)

    def _change(self, draft: Draft, operation: EntityOperation) -> Change:
        if not draft.changes:
            self.touched.append(draft)
        return draft.change(operation, self.source)

    def _gain(self, draft: Draft, names: Collection[str]) -> None:
        gained = self._gained.setdefault(draft.schema, {})
        for attribute in self.facts.indexed.get(draft.schema, ()):
            if attribute in names:
                draft.keys[attribute] = keys = keys_of(draft.attributes.get(attribute))
                for key in keys:
                    gained.setdefault((attribute, key), []).append(draft)

    def _new_id(self) -> UUID:
        if not self._free_ids:
            self._free_ids = new_ids(IDS_AT_ONCE)[::-1]
        return self._free_ids.pop()


def _newly_found(
    gained: Mapping[tuple[str, str], list[Draft]], keys: dict[str, str], known: list[Draft]
) -> list[Draft]:
    """Drafts that have all keys since this pass: each of them got at least one of the keys in it."""
    new: dict[UUID, Draft] = {}
    for pair in keys.items():
        if pair in gained:
            new |= {draft.id: draft for draft in gained[pair] if draft not in known and draft.has_keys(keys)}
    return list(new.values())


def _changed(stored: Mapping[str, JSONValue], written: Mapping[str, JSONValue]) -> JSONObject:
    """The attributes of written that differ from the stored ones, as they are to be stored."""
    changed: JSONObject = {}
    for name, value in written.items():
        old = stored.get(name, ABSENT)
        if type(value) in SCALARS:
            if old != value or type(old) is bool:
                changed[name] = value
        else:
            new = settled(old, value)
            if new is not old and not deep_equal(old, new):
                changed[name] = new
    return changed


def _writable(operation: EntityOperation) -> tuple[JSONObject, tuple[str, ...]]:
    """The attributes that a mapping may write, and the warning about those that it may not."""
    if SYSTEM_ATTRIBUTES.isdisjoint(operation.attributes):
        return operation.attributes, ()
    kept = {name: value for name, value in operation.attributes.items() if name not in SYSTEM_ATTRIBUTES}
    return kept, (WarningCode.SYSTEM_ATTRIBUTE,)


def _identifiers_left_out(operation: EntityOperation) -> JSONObject:
    """Identifiers that the attributes lack, in the shape of their type: a new entity must be found by them again."""
    left_out: JSONObject = {}
    for name, value in operation.identifiers.items():
        if name not in operation.attributes and name not in SYSTEM_ATTRIBUTES:
            kind = operation.identifier_types.get(name)
            left_out[name] = initial([{kind: value}]) if kind else value
    return left_out


def _is_own(operation: EntityOperation, draft: Draft) -> bool:
    """Whether the entity was created by the event that wants to create it: a second try or a replay."""
    return draft.origin is not None and draft.origin in (operation.origin_id, operation.event_id)
