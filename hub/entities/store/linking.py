"""Linking: the relations and references of an event, once everything else of it is applied (mapping.md 8.5, 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from hub.entities.links import REFERENCE, RELATION, ReferenceItem, ReferenceWish, RelationWish, joined, link
from hub.entities.operations import (
    EntityOperation,
    Note,
    OperationResult,
    OperationWarning,
    Outcome,
    RelatedResult,
    ResultCode,
)
from hub.entities.store import refusals
from hub.entities.store.changesets import directly
from hub.entities.store.drafts import Draft
from hub.entities.store.prepared import BY_ID, Wanted
from hub.entities.store.repeats import APPEND_ALL, is_repeat
from hub.entities.values import ABSENT, deep_equal, settled, without_id
from hub.json_types import JSONObject, JSONValue

if TYPE_CHECKING:
    from hub.entities.store.fold import Fold

# Members of an enumeration cost a search each time they are named; these are named once per operation.
_FAILED: Final = Outcome.FAILED
_WAITING: Final = Outcome.WAITING


Known = tuple[Draft, str]
"""Whom a target means, and the id as text."""


class Written(msgspec.Struct):
    """An operation that was applied, the entity it concerned, and what its wishes add to the result."""

    place: int
    draft: Draft
    changed: set[str] = msgspec.field(default_factory=set)
    warnings: list[OperationWarning] = msgspec.field(default_factory=list)
    notes: list[Note] = msgspec.field(default_factory=list)
    related: list[RelatedResult] = msgspec.field(default_factory=list)

    @property
    def has_something_to_say(self) -> bool:
        """Whether the result of the operation alone is not all of it."""
        return bool(self.changed or self.warnings or self.notes or self.related)


class Linking:
    """Collects the wishes of one event after another and carries them out together: so relations find what the same
    event writes, in whatever order."""

    def __init__(self, fold: Fold) -> None:
        self.fold = fold
        self.prepared = fold.prepared
        self._written: list[Written] = []
        self._known: dict[int, Known] = {}
        """Places of targets that the event has named before → whom they mean while nobody gets another identifier."""

    def note(self, place: int, result: OperationResult) -> None:
        """Remember the wishes of an operation that has just been applied."""
        if place not in self.prepared.wishes or result.outcome is _FAILED or result.outcome is _WAITING:
            return
        draft = self.fold.last_draft
        if draft is not None:
            self._written.append(Written(place, draft))

    def link_all(self, results: list[OperationResult]) -> None:
        """Carry out what was noted; results, by place, are amended. Targets that nobody has become stubs."""
        for written in self._written:
            for wanted in self.prepared.wishes[written.place]:
                self._link(written, wanted)
            results[written.place] = _with_links(results[written.place], written)
        self._written.clear()
        self._known.clear()

    def _link(self, written: Written, wanted: Wanted) -> None:
        """Carry out one wish, or leave the attribute as it is and note why: all of its targets or none."""
        attribute = wanted.wish.attribute
        if wanted.wish.operation == APPEND_ALL and self._is_repeat(written.place, written.draft, attribute):
            return
        try:
            value = (
                self._relation(written, wanted)
                if isinstance(wanted.wish, RelationWish)
                else self._reference(written, wanted, wanted.wish)
            )
        except Unresolved as problem:
            written.notes.append(Note(problem.code, attribute, f"{attribute}: {problem}"))
            return
        if not deep_equal(written.draft.attributes.get(attribute, ABSENT), value):
            self._write(written.draft, self.prepared.operations[written.place], attribute, value)
            written.changed.add(attribute)

    def _write(self, draft: Draft, operation: EntityOperation, name: str, value: JSONValue) -> None:
        if name in self.fold.facts.indexed.get(draft.schema, ()):
            self._known.clear()
        now = directly(draft.attributes, name, value)
        self.fold.change(draft, operation, now.changed, now.taken, now.kind)

    def _is_repeat(self, place: int, draft: Draft, attribute: str) -> bool:
        """Whether the event of the operation at place has appended to this attribute when it was applied before."""
        return is_repeat(draft.id, self.prepared.operations[place], attribute, self.fold.facts.repeats)

    def _relation(self, written: Written, wanted: Wanted) -> JSONObject:
        wish = wanted.wish
        known = self._targets(written, wanted)
        links: list[JSONValue] = [
            link(text, target)
            for (_, text), target in zip(known, wish.targets if isinstance(wish, RelationWish) else (), strict=True)
        ]
        return joined(RELATION, written.draft.attributes.get(wish.attribute, ABSENT), wish.operation, links)

    def _reference(self, written: Written, wanted: Wanted, wish: ReferenceWish) -> JSONObject:
        if not all(item.has_value for item in wish.items):
            raise Unresolved(ResultCode.REFERENCE_WITHOUT_VALUE, "the value to be referenced is not there.")
        known = self._targets(written, wanted)
        links: list[JSONValue] = [
            self._referenced(written, place, draft, item)
            for place, (draft, _), item in zip(wanted.places, known, wish.items, strict=True)
        ]
        return joined(REFERENCE, written.draft.attributes.get(wish.attribute, ABSENT), wish.operation, links)

    def _targets(self, written: Written, wanted: Wanted) -> list[Known]:
        """Everybody that is to be pointed at; who is missing is made once it is sure that nothing else stands in
        the way. Raises Unresolved."""
        known = self._known
        found = [known.get(place) or self._find(written, place, wanted.wish.attribute) for place in wanted.places]
        return [one or self._found_or_made(written, place) for place, one in zip(wanted.places, found, strict=True)]

    def _find(self, written: Written, place: int, attribute: str) -> Known | None:
        """The target, None when a stub is to be made. Raises Unresolved."""
        operation, prepared = self.prepared.operations[place], self.prepared
        if place in prepared.refusals:
            refusal = prepared.refusals[place]
            is_in_vain = refusal.code == ResultCode.UNKNOWN_IDENTIFIER  # of a stub, which nobody would find again
            raise Unresolved(ResultCode.UNRESOLVABLE if is_in_vain else refusal.code, refusal.message)
        for name in prepared.keys[place]:
            if (operation.schema, name) in self.fold.facts.building:
                failure = refusals.still_building(operation, name)
                raise Unresolved(failure.code, failure.message)
        found = self.fold.find(place, operation)
        if len(found) == 1 and not found[0].is_deleted:
            return self._remembered(place, found[0])
        live = [draft for draft in found if not draft.is_deleted]
        if len(live) > 1 or (len(found) > 1 and not live):
            failure = refusals.ambiguous(operation, live)
            raise Unresolved(failure.code, failure.message)
        if not found and prepared.numbers[place] == BY_ID:
            failure = refusals.unknown_id(operation)
            raise Unresolved(failure.code, failure.message)
        if found and not live:
            written.warnings.append(refusals.points_into_bin(operation, attribute))
        chosen = next(iter(live or found), None)
        return None if chosen is None else (chosen, str(chosen.id))

    def _remembered(self, place: int, draft: Draft) -> Known:
        """The target, known to the wishes of this event that follow."""
        known = self._known[place] = draft, str(draft.id)
        return known

    def _found_or_made(self, written: Written, place: int) -> Known:
        """A stub; the one that another item of the same event has had made a moment ago, if it is the same."""
        operation = self.prepared.operations[place]
        found = self.fold.find(place, operation)
        if found:
            return found[0], str(found[0].id)
        made = self.fold.create(operation)
        draft = self.fold.last_draft
        if draft is None:  # cannot be: something was created just now
            raise Unresolved(ResultCode.UNKNOWN_REFERENCE, "the entity could not be made.")
        written.related.append(_related(operation, draft, made.outcome, made.code, ()))
        return self._remembered(place, draft)

    def _referenced(self, written: Written, place: int, draft: Draft, item: ReferenceItem) -> JSONObject:
        """Write the value to the related entity and point at it. Raises Unresolved."""
        operation = self.prepared.operations[place]
        name = item.attribute
        stored = draft.attributes.get(name, ABSENT)
        is_list = (
            isinstance(stored, list)
            or isinstance(item.value, list)
            or self.fold.facts.is_repeatable(draft.schema, name)
        )
        value = settled(stored, {item.operation: item.value}) if is_list else item.value
        if item.operation == APPEND_ALL and isinstance(stored, list) and self._is_repeat(place, draft, name):
            value = stored
        is_same = deep_equal(stored, value)
        if not is_same:
            self._write(draft, operation, name, value)
        if not any(one.entity_id == draft.id for one in written.related):
            end = (Outcome.NO_OP, ResultCode.NO_OP, ()) if is_same else (Outcome.UPDATED, ResultCode.UPDATED, (name,))
            written.related.append(_related(operation, draft, *end))
        pointer: JSONObject = {"entity_id": str(draft.id), "path": item.path}
        return {**pointer, "_id": _item_id(value, item)} if isinstance(value, list) else pointer


class Unresolved(Exception):
    """Why a wish cannot be carried out."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _item_id(members: list[JSONValue], item: ReferenceItem) -> JSONValue:
    """The `_id` of the member that was written. Raises Unresolved when it is not among them."""
    wanted = item.value[0] if isinstance(item.value, list) and len(item.value) == 1 else item.value
    bare = without_id(wanted)
    for member in reversed(members):
        if isinstance(member, dict) and deep_equal(without_id(member), bare):
            return member.get("_id")
    raise Unresolved(
        ResultCode.REFERENCE_NOT_FOUND_AGAIN, f"the value written to {item.attribute} is not an item of it."
    )


def _related(
    operation: EntityOperation, draft: Draft, outcome: Outcome, code: str, changed: tuple[str, ...]
) -> RelatedResult:
    return RelatedResult(draft.schema, operation.identifiers, outcome, code, draft.id, draft.version, changed)


def _with_links(result: OperationResult, written: Written) -> OperationResult:
    """The result of an operation together with that of its wishes."""
    if result.version == written.draft.version and not written.has_something_to_say:
        return result
    changes: dict[str, object] = {}
    if written.changed and result.outcome is not Outcome.CREATED:
        names = tuple(sorted({*result.changed, *written.changed}))
        changes = {"outcome": Outcome.UPDATED, "code": ResultCode.UPDATED, "changed": names}
    return replace(
        result,
        version=written.draft.version,
        warnings=(*result.warnings, *dict.fromkeys(written.warnings)),
        notes=tuple(written.notes),
        related=tuple(written.related),
        **changes,
    )
