"""Differences: a change of an entity as rows of attribute, before and after; pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hub.entities.changesets import CHANGESETS, changesets_in
from hub.entities.history import is_not_kept
from hub.entities.models import EntityChange
from hub.entities.past.differences import UNCHANGED, UNTOLD, told_changes, with_unchanged
from hub.json_types import JSONObject, JSONValue
from hub.web.entities.lines import Links, links_apart
from hub.web.templatetags.numbers import size

EMPTY_TEXT = '""'
"""An empty text, which is something else than no value."""
HASH_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute; None where it is missing before or after. links_…: the relations that a value holds.

    is_of_members: both are lists, told by the members that went and came, None for none; unchanged are those that
    stayed, None where their number is not known.
    """

    name: str
    before: str | None
    after: str | None
    links_before: Links | None = None
    links_after: Links | None = None
    is_of_members: bool = False
    unchanged: int | None = None

    @property
    def reversed(self) -> Difference:
        """The same the other way round."""
        sides = (self.after, self.before, self.links_after, self.links_before)
        return Difference(self.name, *sides, self.is_of_members, self.unchanged)


def differences_of(change: EntityChange) -> Iterator[Difference]:
    """The attributes that a change touched; those of a new entity have nothing before."""
    return differences_in(told_changes(change))


def attribute_differences_of(change: EntityChange, after: JSONObject | None = None) -> Iterator[Difference]:
    """The same without what the change did to changesets; after are the attributes that it left behind, if known."""
    told = with_unchanged(told_changes(change), after or {})
    return differences_in({name: parts for name, parts in told.items() if name != CHANGESETS})


def differences_in(told: JSONObject) -> Iterator[Difference]:
    """Changes as hub.entities.past.differences tells them, as rows; a row of its own for each parked value."""
    for name, parts in told.items():
        sides: JSONObject = parts if isinstance(parts, dict) else {}
        if name == CHANGESETS and UNTOLD not in sides:
            yield from _parked_differences(sides)
        else:
            yield _difference(name, sides)


def _parked_differences(sides: JSONObject) -> Iterator[Difference]:
    before, after = (changesets_in({CHANGESETS: sides.get(side)}) for side in ("old", "new"))
    for name in sorted({*before, *after}):
        old, new = (text_of(side[name].get("value")) if name in side else None for side in (before, after))
        if old != new:
            links = (side[name].get("value") if name in side else None for side in (before, after))
            yield Difference(f"{CHANGESETS}.{name}", old, new, *links_apart(*links))


def text_of(value: JSONValue) -> str:
    """A value in a cell: text as it is, everything else as JSON without the ids of list items."""
    if isinstance(value, str):
        return value or EMPTY_TEXT
    if is_not_kept(value):
        return not_kept_text(value)
    return json.dumps(without_ids(value), ensure_ascii=False)


def not_kept_text(known: JSONValue) -> str:
    """What is said in place of a value that the history does not have; known is its hash and size, or neither."""
    parts = known if isinstance(known, dict) else {}
    digest, count = parts.get("$sha256") or parts.get("sha256"), parts.get("bytes")
    if not isinstance(digest, str) or not isinstance(count, int):
        return _("not kept")
    return _("not kept, as it was longer than 64 KB: %(size)s, sha256 %(hash)s…") % {
        "size": size(count),
        "hash": digest[:HASH_CHARACTERS],
    }


def without_ids(value: JSONValue) -> JSONValue:
    """The value less the ids that the store gives to list items."""
    if isinstance(value, dict):
        return {name: without_ids(member) for name, member in value.items() if name != "_id"}
    return [without_ids(member) for member in value] if isinstance(value, list) else value


def _difference(name: str, parts: JSONObject) -> Difference:
    untold = parts.get(UNTOLD)
    lost: JSONObject = untold if isinstance(untold, dict) else {}
    if {"removed", "added"} & {*parts, *lost}:
        sides = (_side(parts, lost, "removed"), _side(parts, lost, "added"))
        unchanged = parts.get(UNCHANGED)
        known = unchanged if isinstance(unchanged, int) else None
        return Difference(name, *sides, is_of_members=True, unchanged=known)
    links = links_apart(parts.get("old"), parts.get("new"))
    return Difference(name, _side(parts, lost, "old"), _side(parts, lost, "new"), *links)


def _side(parts: JSONObject, lost: JSONObject, side: str) -> str | None:
    if side in lost:
        return not_kept_text(lost[side])
    if side not in parts:
        return None
    return _members(parts[side]) if side in ("removed", "added") else text_of(parts[side])


def _members(pairs: JSONValue) -> str | None:
    """The members of a list that went or came, one per line; None when none did."""
    members = [text_of(pair[1]) for pair in pairs if isinstance(pair, list)] if isinstance(pairs, list) else []
    return "\n".join(members) or None
