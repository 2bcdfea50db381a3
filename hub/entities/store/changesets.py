"""revised: what an operation writes into a draft that has changesets, or parks there instead; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from hub.entities.change_kinds import ChangeKind
from hub.entities.changesets import CHANGESETS, ChangesetOrder, changesets_in, is_confirmed, is_same_value, whole_of
from hub.entities.store.writing import changed_values
from hub.json_types import JSONObject, JSONValue

NOTHING: Final = ChangesetOrder()


class Write(NamedTuple):
    """What is about to be done to a draft."""

    written: Collection[str]
    """Attributes that were given a value, the present one or another."""
    changed: JSONObject
    """Those of them that get another value, with it."""
    taken: Collection[str]
    is_whole: bool = False
    """Whether what is not written is taken away. Then a present value says nothing: it only keeps the attribute."""
    order: ChangesetOrder | None = None


class Revised(NamedTuple):
    """What is done instead. kind: what the change is called then, "" where it concerned no changeset."""

    changed: JSONObject
    taken: Collection[str]
    kind: str = ""
    parked: tuple[str, ...] = ()
    """Attributes whose value waits since."""


def revised(attributes: JSONObject, write: Write) -> Revised:
    """The write with its changesets parked, applied, dismissed and confirmed, in this order."""
    revision = _Revision(attributes, write)
    order = write.order or NOTHING
    written = write.changed if write.is_whole else write.written
    direct = {*written, *write.taken} - order.parking.keys()
    revision.park(order.parking)
    revision.apply(order.applying)
    revision.dismiss(order.dismissing)
    revision.confirm(direct)
    return revision.result()


def directly(attributes: JSONObject, name: str, value: JSONValue) -> Revised:
    """One attribute that gets another value from an event."""
    changed: JSONObject = {name: value}
    return revised(attributes, Write(changed, changed, ())) if CHANGESETS in attributes else Revised(changed, ())


class _Revision:
    """A write while its changesets are looked at."""

    def __init__(self, attributes: JSONObject, write: Write) -> None:
        self.attributes = attributes
        self.write = write
        self.changed = dict(write.changed)
        self.taken = set(write.taken) - {CHANGESETS}
        self.before = changesets_in(attributes)
        self.parked = dict(self.before)
        self.kinds: set[str] = set()

    def park(self, frames: Mapping[str, JSONObject]) -> None:
        """Park what would change; a proposal takes the place of the one before, one of the present value just ends
        it."""
        proposed: dict[str, dict[str, JSONObject]] = {}
        for name, frame in frames.items():
            whole = whole_of(name, frame)
            if (name in self.changed or name in self.taken) and self._differs(name):
                proposed.setdefault(whole, {})[name] = {"value": self.changed.get(name), **frame}
            elif name in self.write.written and not self.write.is_whole:
                proposed.setdefault(whole, {})
            self.changed.pop(name, None)
            self.taken.discard(name)
        for whole, changesets in proposed.items():
            self._propose(whole, changesets)

    def _differs(self, name: str) -> bool:
        """Whether there is something to wait for: between null and no value there is not."""
        return self.changed.get(name) is not None or self.attributes.get(name) is not None

    def _propose(self, whole: str, changesets: dict[str, JSONObject]) -> None:
        present = self._members(whole)
        if present.keys() == changesets.keys() and all(_is_same(present[one], changesets[one]) for one in present):
            return
        self._drop(present, ChangeKind.DISMISSED)
        if changesets:
            self.parked |= changesets
            self.kinds.add(ChangeKind.PARKED)

    def apply(self, names: Collection[str]) -> None:
        """Write what is parked."""
        for name in names:
            members = self._members_with(name)
            self.changed |= changed_values(self.attributes, {one: each["value"] for one, each in members.items()})
            self._drop(members, ChangeKind.APPLIED)

    def dismiss(self, names: Collection[str]) -> None:
        """Forget what is parked."""
        for name in names:
            self._drop(self._members_with(name), ChangeKind.DISMISSED)

    def confirm(self, names: Collection[str]) -> None:
        """Forget what is stored now; an amount and its parts only when all that is parked of them is."""
        for name in names & self.parked.keys():
            members = self._members_with(name)
            if members and all(is_confirmed(each, self._value(one)) for one, each in members.items()):
                self._drop(members, ChangeKind.CONFIRMED)

    def _value(self, name: str) -> JSONValue:
        """What an attribute will hold; null where it will be gone."""
        if name in self.taken:
            return None
        return self.changed[name] if name in self.changed else self.attributes.get(name)

    def _members_with(self, name: str) -> dict[str, JSONObject]:
        return self._members(whole_of(name, self.parked[name])) if name in self.parked else {}

    def _members(self, whole: str) -> dict[str, JSONObject]:
        """Everything that is parked of one value."""
        return {name: each for name, each in self.parked.items() if whole_of(name, each) == whole}

    def _drop(self, members: Collection[str], kind: str) -> None:
        for name in members:
            del self.parked[name]
            self.kinds.add(kind)

    def result(self) -> Revised:
        """The write as it is to be carried out."""
        if self.parked == self.before:
            return Revised(self.changed, self.taken)
        if self.parked:
            self.changed[CHANGESETS] = {**self.parked}
        else:
            self.taken.add(CHANGESETS)
        kind = next(kind for kind in _TOLD_FIRST if kind in self.kinds)
        parked = sorted(name for name, one in self.parked.items() if self.before.get(name) != one)
        return Revised(self.changed, self.taken, kind, tuple(parked))


_TOLD_FIRST: Final = (ChangeKind.PARKED, ChangeKind.APPLIED, ChangeKind.CONFIRMED, ChangeKind.DISMISSED)
"""What a change is called that did several of these."""


def _is_same(one: JSONObject, other: JSONObject) -> bool:
    """Whether somebody proposes what is parked already, whoever and whenever."""
    is_alike = all(one.get(name) == other.get(name) for name in ("edit_mode", "match"))
    return is_alike and is_same_value(one.get("value"), other.get("value"))
