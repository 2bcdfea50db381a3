"""Fold: operations applied in order to drafts in memory; what is written and answered follows from it; pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice
from typing import Final
from uuid import UUID

from hub.entities.changesets import CHANGESETS
from hub.entities.keys import keys_of
from hub.entities.links import link_keys
from hub.entities.operations import EntityOperation, Mode, OperationResult, Outcome, ResultCode, Source
from hub.entities.sql.rows import MOST_MATCHES
from hub.entities.store import refusals
from hub.entities.store.changesets import Write, revised
from hub.entities.store.drafts import Change, Draft, newly_found
from hub.entities.store.facts import Facts
from hub.entities.store.prepared import BY_ID, Prepared
from hub.entities.store.repeats import without_repeats
from hub.entities.store.writing import changed_values, identifiers_left_out, is_own, taken_by, transient_cause, writable
from hub.entities.values import initial
from hub.ids import new_ids
from hub.json_types import JSONObject

IDS_AT_ONCE: Final = 1_000
"""At most; each time the system is asked for randomness, the thread beside may go on instead of this one (measured:
0.4 ms per call)."""
# Members of an enumeration cost a search each time they are named; these are named once per operation.
_CREATED: Final = (Outcome.CREATED, ResultCode.CREATED, "")
_UPDATED: Final = (Outcome.UPDATED, ResultCode.UPDATED, "")
_NO_OP: Final = (Outcome.NO_OP, ResultCode.NO_OP, "")
_DELETED: Final = (Outcome.DELETED, ResultCode.DELETED, "")
_RESTORE: Final = Mode.RESTORE
_REPLACE: Final = Mode.REPLACE
_PURGE: Final = Mode.PURGE
_NONE: Final[tuple[str, ...]] = ()
_REMOVING: Final = frozenset({Mode.DELETE, Mode.PURGE})

Held = Mapping[UUID, tuple[str, str]]
"""Event → code and sentence: why nothing of it is applied this time."""


class Fold:
    """One pass over the operations. touched and waiting are what it leaves behind."""

    def __init__(self, prepared: Prepared, facts: Facts, source: Source, held: Held) -> None:
        self.prepared = prepared
        self.facts = facts
        self.source = source
        self.held = held
        self.touched: list[Draft] = []
        """Drafts that changed or were made, in the order of their first change."""
        self.waiting: dict[UUID, tuple[str, str]] = {}
        """Events that met a transient failure in this pass."""
        self._gained: dict[str, dict[tuple[str, str], list[Draft]]] = {}
        """Schema → attribute and key → drafts that got it in this pass; the database does not know these yet."""
        self._free_ids: list[UUID] = []
        self.last_draft: Draft | None = None
        for draft in facts.drafts.values():
            if draft.changes:
                draft.forget()

    def run(self) -> list[OperationResult]:
        """Apply every operation, in order; results go by place."""
        apply = self.way_to_apply()
        operations = islice(self.prepared.operations, self.prepared.count)
        return [apply(place, one) for place, one in enumerate(operations)]

    def way_to_apply(self) -> Callable[[int, EntityOperation], OperationResult]:
        """What to call for one operation after another; the quick way where nothing is to be watched out for."""
        is_plain = not self.held and not self.prepared.refusals and not self.facts.building
        return self.applied if is_plain else self.guarded

    def notice_waiting(self, results: Sequence[OperationResult]) -> None:
        """Remember the events that may do better later; results go by place."""
        for operation, result in zip(self.prepared.operations, results, strict=False):
            if operation.may_wait and operation.event_id is not None:
                cause = transient_cause(result)
                if cause is not None:
                    self.waiting.setdefault(operation.event_id, cause)

    def guarded(self, place: int, operation: EntityOperation) -> OperationResult:
        """Apply an operation unless it is held, refused, or asks an index that is being filled."""
        if operation.event_id is not None and operation.event_id in self.held:
            return self.held_back(operation)
        if place in self.prepared.refusals:
            return self.prepared.refusals[place]
        for name in self.prepared.keys[place]:
            if (operation.schema, name) in self.facts.building:
                return refusals.still_building(operation, name)
        return self.applied(place, operation)

    def held_back(self, operation: EntityOperation) -> OperationResult:
        """The result of an operation whose event is held."""
        cause = self.held[operation.event_id] if operation.event_id is not None else ("", "")
        return OperationResult(operation.position, Outcome.WAITING, *cause)

    def applied(self, place: int, operation: EntityOperation) -> OperationResult:
        """Apply an operation; last_draft is the entity it concerned, unless it failed."""
        found = self.find(place, operation)
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
        if number == BY_ID and len(operation.identifiers) == 1 and not operation.must_create:
            return refusals.unknown_id(operation)
        return self.create(operation)

    def gained(self, schema: str, attribute: str, key: str) -> list[Draft]:
        """Drafts of a schema that got a key in this pass; some may have lost it again."""
        return self._gained.get(schema, {}).get((attribute, key), [])

    def find(self, place: int, operation: EntityOperation) -> list[Draft]:
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
                found += newly_found(gained, keys, found)
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
        self.remove(draft, operation)
        return OperationResult(operation.position, *_DELETED, draft.id, draft.version)

    def remove(self, draft: Draft, operation: EntityOperation) -> None:
        """Delete or purge a draft."""
        self._change(draft, operation)
        draft.is_deleted = True
        if operation.mode is _PURGE:
            draft.purge(self.facts.indexed.get(draft.schema, ()))

    def create(self, operation: EntityOperation) -> OperationResult:
        """Make the entity that the operation describes."""
        written, warnings = writable(operation, {})
        draft = self.last_draft = Draft(self._new_id(), operation.schema, {}, 0, False)
        self._change(draft, operation)
        draft.origin = operation.origin_id or operation.event_id
        draft.attributes = attributes = {**written, **identifiers_left_out(operation)}
        may_have_links = False
        for name, value in written.items():
            kind = type(value)
            if kind is list or kind is dict:
                attributes[name] = initial(value)
                may_have_links = may_have_links or kind is dict
        self._gain(draft, attributes)
        if may_have_links:
            self._gain_links(draft)
        return OperationResult(operation.position, *_CREATED, draft.id, 1, (), warnings)

    def _update(self, operation: EntityOperation, draft: Draft) -> OperationResult:
        if operation.must_create and not draft.is_deleted and not is_own(operation, draft):
            return refusals.already_there(operation, draft)
        self.last_draft = draft
        written, warnings = writable(operation, draft.attributes)
        if operation.mode is _RESTORE:
            written = {}
        if self.facts.repeats:
            written = without_repeats(written, draft.id, operation, self.facts.repeats)
        changed = changed_values(draft.attributes, written)
        is_whole = operation.mode is _REPLACE
        taken: Collection[str] = taken_by(operation, draft.attributes, written) if is_whole else ()
        kind, parked = "", _NONE
        if operation.changesets is not None or CHANGESETS in draft.attributes:
            write = Write(written, changed, taken, is_whole, operation.changesets)
            changed, taken, kind, parked = revised(draft.attributes, write)
        if draft.is_deleted:
            warnings = (*warnings, refusals.restored(operation)) if operation.mode is not _RESTORE else warnings
        elif not changed and not taken:
            return OperationResult(operation.position, *_NO_OP, draft.id, draft.version, (), warnings)
        self.change(draft, operation, changed, taken, kind)
        draft.is_deleted = False
        names = tuple(sorted((*changed, *taken)))
        return OperationResult(operation.position, *_UPDATED, draft.id, draft.version, names, warnings, parked=parked)

    def change(
        self, draft: Draft, operation: EntityOperation, changed: JSONObject, taken: Collection[str], kind: str
    ) -> None:
        """Give a draft new values and take others away."""
        before = draft.attributes
        change = self._change(draft, operation)
        change.names.update(changed, taken)
        change.kind = kind or change.kind
        draft.attributes = {**before, **changed}
        for name in taken:
            del draft.attributes[name]
        # Scopes are read without what lies in the recycle bin: whatever leaves it is found by all that it has.
        names = (*before, *changed, *taken) if draft.is_deleted else (*changed, *taken)
        self._gain(draft, names)
        if any(type(before.get(name)) is dict or type(changed.get(name)) is dict for name in names):
            self._gain_links(draft)

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

    def _gain_links(self, draft: Draft) -> None:
        """Whom it points at now; the rows say nothing of the attribute."""
        gained = self._gained.setdefault(draft.schema, {})
        for kind, ids in link_keys(draft.attributes).items():
            if ids or not draft.is_new:
                draft.keys[kind] = ids
            for entity_id in ids:
                gained.setdefault((kind, entity_id), []).append(draft)

    def _new_id(self) -> UUID:
        if not self._free_ids:
            self._free_ids = new_ids(min(len(self.prepared.operations), IDS_AT_ONCE))[::-1]
        return self._free_ids.pop()
