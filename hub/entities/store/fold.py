"""Fold: operations applied in order to drafts in memory; what is written and answered follows from it; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from hub.entities.keys import keys_of
from hub.entities.operations import EntityOperation, Mode, OperationResult, Outcome, ResultCode, Source, WarningCode
from hub.entities.sql.rows import MOST_MATCHES
from hub.entities.store.drafts import Draft
from hub.entities.store.facts import Facts
from hub.entities.store.prepare import Prepared, failed
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
SHOWN_CHARACTERS: Final = 100

Held = Mapping[UUID, tuple[ResultCode, str]]
"""Event → why nothing of it is applied this time."""


class Fold:
    """One pass over the operations. drafts and waiting are what it leaves behind."""

    def __init__(self, prepared: Prepared, facts: Facts, source: Source, held: Held) -> None:
        self.prepared = prepared
        self.facts = facts
        self.source = source
        self.held = held
        self.drafts = {draft.id: draft.unchanged() if draft.changes else draft for draft in facts.drafts.values()}
        self.waiting: dict[UUID, tuple[ResultCode, str]] = {}
        """Events that met a transient failure in this pass."""
        self._gained: dict[str, dict[tuple[str, str], list[Draft]]] = {}
        """Schema → attribute and key → drafts that got it in this pass; the database does not know these yet."""
        self._free_ids: list[UUID] = []

    def run(self) -> list[OperationResult]:
        """Apply every operation, in order; results go by place."""
        return [self._result(place, operation) for place, operation in enumerate(self.prepared.operations)]

    def _result(self, place: int, operation: EntityOperation) -> OperationResult:
        event_id = operation.event_id
        if event_id is not None and event_id in self.held:
            return OperationResult(operation.position, Outcome.WAITING, *self.held[event_id])
        if place in self.prepared.refusals:
            return self.prepared.refusals[place]
        result = self._applied(place, operation)
        if operation.may_wait and event_id is not None and result.code in TRANSIENT:
            self.waiting.setdefault(event_id, (ResultCode(result.code), result.message))
        return result

    def _applied(self, place: int, operation: EntityOperation) -> OperationResult:
        if self.facts.building and (attribute := self._building(place, operation)):
            message = f"The index of {operation.schema}.{attribute} is still being filled."
            return failed(operation, ResultCode.INDEX_BUILDING, message)
        found = self._find(place, operation)
        if len(found) > 1 or self._has_unread(place):
            live = [draft for draft in found if not draft.is_deleted]
            if len(live) != 1 or self._has_unread_live(place):
                return failed(operation, ResultCode.AMBIGUOUS, _ambiguous(operation, live))
            found = live
        if operation.mode is Mode.DELETE:
            return self._delete(operation, found)
        if found:
            return self._update(operation, found[0])
        return self._create(operation)

    def _building(self, place: int, operation: EntityOperation) -> str | None:
        names = self.prepared.keys[place]
        return next((name for name in names if (operation.schema, name) in self.facts.building), None)

    def _find(self, place: int, operation: EntityOperation) -> list[Draft]:
        """Every draft that the identifiers mean now, earlier operations of this pass included."""
        keys = self.prepared.keys[place]
        if "_id" in operation.identifiers:
            entity_id = self.prepared.ids[place]
            draft = None if entity_id is None else self.drafts.get(entity_id)
            fits = draft is not None and draft.schema == operation.schema and draft.has_keys(keys)
            return [draft] if draft is not None and fits else []
        found: list[Draft] = []
        for entity_id in self.facts.matches.get(self.prepared.identities[place], ()):
            draft = self.drafts.get(entity_id)
            if draft is not None and (not draft.changes or draft.has_keys(keys)):
                found.append(draft)
        if self._gained:
            found += self._newly_found(operation.schema, keys, found)
        return found

    def _has_unread(self, place: int) -> bool:
        """Whether the database may have more matches than were read: then one that is left proves nothing."""
        return len(self.facts.matches.get(self.prepared.identities[place], ())) >= MOST_MATCHES

    def _has_unread_live(self, place: int) -> bool:
        """The same for live ones; they are read first."""
        found = self.facts.matches.get(self.prepared.identities[place], ())
        return self._has_unread(place) and not any(self.drafts[one].row.is_deleted for one in found)

    def _newly_found(self, schema: str, keys: dict[str, str], known: list[Draft]) -> list[Draft]:
        """Drafts that have all keys since this pass: each of them got at least one of the keys in it."""
        new: dict[UUID, Draft] = {}
        gained = self._gained.get(schema, {})
        for pair in keys.items():
            if pair in gained:
                new |= {draft.id: draft for draft in gained[pair] if draft not in known and draft.has_keys(keys)}
        return list(new.values())

    def _delete(self, operation: EntityOperation, found: list[Draft]) -> OperationResult:
        if not found or found[0].is_deleted:
            return OperationResult(
                operation.position, Outcome.NO_OP, ResultCode.NO_OP, "", found[0].id if found else None
            )
        draft = found[0]
        draft.change(operation, self.source)
        draft.is_deleted = True
        return OperationResult(operation.position, Outcome.DELETED, ResultCode.DELETED, "", draft.id, draft.version)

    def _create(self, operation: EntityOperation) -> OperationResult:
        if len(operation.identifiers) == 1 and "_id" in operation.identifiers:
            message = f"No {operation.schema} has the id {_shown(operation.identifiers['_id'])}."
            return failed(operation, ResultCode.UNKNOWN_REFERENCE, message)
        written, warnings = _writable(operation)
        draft = Draft.new(self._new_id(), operation.schema)
        draft.change(operation, self.source)
        draft.origin = operation.origin_id or operation.event_id
        draft.attributes = written | _identifiers_left_out(operation)
        for name, value in written.items():
            if isinstance(value, (list, dict)):
                draft.attributes[name] = initial(value)
        self.drafts[draft.id] = draft
        self._gain(draft, draft.attributes)
        return OperationResult(
            operation.position,
            Outcome.CREATED,
            ResultCode.CREATED,
            "",
            draft.id,
            draft.version,
            tuple(sorted(draft.attributes)),
            warnings,
        )

    def _update(self, operation: EntityOperation, draft: Draft) -> OperationResult:
        if operation.must_create and not draft.is_deleted and not _is_own(operation, draft):
            message = f"{_described(operation)} exists already."
            return failed(operation, ResultCode.EXISTS, message, draft.id)
        written, warnings = _writable(operation)
        changed = _changed(draft.attributes, written)
        if draft.is_deleted:
            warnings = (*warnings, WarningCode.RESTORED)
        elif not changed:
            return OperationResult(
                operation.position, Outcome.NO_OP, ResultCode.NO_OP, "", draft.id, draft.version, (), warnings
            )
        change = draft.change(operation, self.source)
        change.names.update(changed)
        draft.is_deleted = False
        draft.attributes = {**draft.attributes, **changed}
        self._gain(draft, changed)
        return OperationResult(
            operation.position,
            Outcome.UPDATED,
            ResultCode.UPDATED,
            "",
            draft.id,
            draft.version,
            tuple(sorted(changed)),
            warnings,
        )

    def _gain(self, draft: Draft, names: Collection[str]) -> None:
        gained = self._gained.setdefault(draft.schema, {})
        for attribute in self.facts.indexed.get(draft.schema, ()):
            if attribute in names:
                draft.keys[attribute] = keys = keys_of(draft.attributes[attribute])
                for key in keys:
                    gained.setdefault((attribute, key), []).append(draft)

    def _new_id(self) -> UUID:
        if not self._free_ids:
            self._free_ids = new_ids(IDS_AT_ONCE)[::-1]
        return self._free_ids.pop()


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
            left_out[name] = settled(ABSENT, [{kind: value}]) if kind else value
    return left_out


def _is_own(operation: EntityOperation, draft: Draft) -> bool:
    """Whether the entity was created by the event that wants to create it: a second try or a replay."""
    return draft.origin is not None and draft.origin in (operation.origin_id, operation.event_id)


def _described(operation: EntityOperation) -> str:
    terms = " and ".join(f"{name} = {_shown(value)}" for name, value in operation.identifiers.items())
    return f"The {operation.schema} with {terms}"


def _ambiguous(operation: EntityOperation, live: list[Draft]) -> str:
    kind = "live" if live else "deleted"
    return f"{_described(operation)} is not one: at least two {kind} entities match."


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
