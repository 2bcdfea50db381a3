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
    short: JSONObject = {}
    for field, value in change.items():
        content = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        is_long = len(content) > LONGEST_KEPT_BYTES
        short[field] = {"$sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)} if is_long else value
    return short


def replayed(state: JSONObject, changes: JSONObject) -> JSONObject:
    """The state after changes; an attribute kept by hash only becomes that hash object."""
    after = dict(state)
    for name, change in changes.items():
        if not isinstance(change, dict):
            raise TypeError(f"{name} has no readable change")
        if "added" in change or "removed" in change:
            after[name] = _replayed_list(after.get(name), change)
        elif "new" in change:
            after[name] = change["new"]
        else:
            after.pop(name, None)
    return after


def _replayed_list(present: JSONValue, change: JSONObject) -> JSONValue:
    removed, added = change.get("removed"), change.get("added")
    if not isinstance(present, list) or not isinstance(removed, list) or not isinstance(added, list):
        return added if isinstance(added, dict) else removed
    gone = {pair[0] for pair in removed if isinstance(pair, list)}
    members = [member for place, member in enumerate(present) if place not in gone]
    for pair in added:
        if isinstance(pair, list) and isinstance(pair[0], int):
            members.insert(pair[0], pair[1])
    return members
