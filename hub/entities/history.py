"""What changed between two states, in the form EntityChange keeps, and a state made again from it; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

import orjson

from hub.entities.values import ABSENT, deep_equal
from hub.json_types import JSONObject, JSONValue

SNAPSHOT_EVERY: Final = 100
"""A change row whose version is a multiple of this carries the whole state, as does the first (engine rule 2.8)."""
LONGEST_KEPT_BYTES: Final = 64 * 1024
"""A longer value is kept by its hash only."""
MOST_COMPARED: Final = 10_000
"""Pairs of list members that are compared one by one; beyond, the differing middle counts as exchanged."""
HASH_MEMBERS: Final = frozenset({"$sha256", "bytes"})
NOT_KEPT: Final[JSONObject] = {"$not_kept": True}
"""Stands for a list that cannot be told any more, as some of its members were kept by a hash only."""


def difference(before: Mapping[str, JSONValue], after: Mapping[str, JSONValue], names: Iterable[str]) -> JSONObject:
    """Attribute → its change, for those of names whose value differs.

    ``{"old", "new"}``, one of them missing where the attribute was or is missing; for two lists ``{"removed",
    "added"}``: pairs of place and member, the places counted in the old and in the new list.
    """
    changes: JSONObject = {}
    for name in sorted(names):
        old, new = before.get(name, ABSENT), after.get(name, ABSENT)
        if old is not new and not deep_equal(old, new):
            changes[name] = _change(old, new)
    return changes


def _change(old: object, new: object) -> JSONObject:
    if isinstance(old, list) and isinstance(new, list):
        return _list_change(old, new)
    change: JSONObject = {}
    if old is not ABSENT:
        change["old"] = old  # type: ignore[assignment]  # a JSON value by construction
    if new is not ABSENT:
        change["new"] = new  # type: ignore[assignment]  # likewise
    return change


def _list_change(old: list[JSONValue], new: list[JSONValue]) -> JSONObject:
    start = 0
    while start < min(len(old), len(new)) and deep_equal(old[start], new[start]):
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and deep_equal(old[-1 - end], new[-1 - end]):
        end += 1
    kept_old, kept_new = _kept(old[start : len(old) - end], new[start : len(new) - end])
    removed: list[JSONValue] = [
        [place, old[place]] for place in range(start, len(old) - end) if place - start not in kept_old
    ]
    added: list[JSONValue] = [
        [place, new[place]] for place in range(start, len(new) - end) if place - start not in kept_new
    ]
    return {"removed": removed, "added": added}


def _kept(old: list[JSONValue], new: list[JSONValue]) -> tuple[set[int], set[int]]:
    """Places of members that stay, in unchanged order; not always the longest such run, always a right one."""
    if len(old) * len(new) > MOST_COMPARED:
        return set(), set()
    kept_old: set[int] = set()
    kept_new: set[int] = set()
    next_old = 0
    for place, member in enumerate(new):
        found = next((at for at in range(next_old, len(old)) if deep_equal(old[at], member)), None)
        if found is not None:
            kept_old.add(found)
            kept_new.add(place)
            next_old = found + 1
    return kept_old, kept_new


def shortened(changes: JSONObject) -> JSONObject:
    """changes, with values above LONGEST_KEPT_BYTES as ``{"$sha256", "bytes"}``."""
    if len(orjson.dumps(changes)) <= LONGEST_KEPT_BYTES:
        return changes
    return {name: _shortened(change) for name, change in changes.items() if isinstance(change, dict)}


def _shortened(change: JSONObject) -> JSONObject:
    return {
        field: content_hash(value) if len(orjson.dumps(value)) > LONGEST_KEPT_BYTES else value
        for field, value in change.items()
    }


def is_not_kept(value: object) -> bool:
    """Whether value only stands for one that the history does not have."""
    return isinstance(value, dict) and (value.keys() == HASH_MEMBERS or value == NOT_KEPT)


def content_hash(value: JSONValue) -> JSONObject:
    """What is kept of a value that is too long."""
    content = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return {"$sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def replayed(state: JSONObject, changes: JSONObject) -> JSONObject:
    """The state after changes.

    A value that is kept by its hash only becomes that hash, a list of whose changes not all are kept becomes
    NOT_KEPT, and stays so until it is written as a whole: is_not_kept tells both from values.
    """
    after = dict(state)
    for name, change in changes.items():
        if not isinstance(change, dict):
            raise TypeError(f"{name} has no readable change")
        if "added" in change or "removed" in change:
            after[name] = _exchanged(after.get(name), change.get("removed"), change.get("added"))
        elif "new" in change:
            after[name] = change["new"]
        else:
            after.pop(name, None)
    return after


def undone(state: Mapping[str, JSONValue], changes: JSONObject) -> JSONObject:
    """The attributes that changes touched as they were before, from state, which they left behind.

    What was not there before is left out; what cannot be told is NOT_KEPT or a hash.
    """
    before: JSONObject = {}
    for name, change in changes.items():
        if not isinstance(change, dict):
            raise TypeError(f"{name} has no readable change")
        if "added" in change or "removed" in change:
            before[name] = _exchanged(state.get(name), change.get("added"), change.get("removed"))
        elif "old" in change:
            before[name] = change["old"]
    return before


def _exchanged(present: JSONValue, leaving: JSONValue, coming: JSONValue) -> JSONValue:
    """present without the members at the places of leaving, then with those of coming at theirs."""
    if not isinstance(present, list) or not isinstance(leaving, list) or not isinstance(coming, list):
        return dict(NOT_KEPT)
    gone = {pair[0] for pair in leaving if isinstance(pair, list)}
    members = [member for place, member in enumerate(present) if place not in gone]
    for pair in coming:
        if isinstance(pair, list) and isinstance(pair[0], int):
            members.insert(pair[0], pair[1])
    return members
