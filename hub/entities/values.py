"""How a written value meets the stored one: deep equality, array operations, `_id`s of list items; pure."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from hub.json_types import JSONObject, JSONValue

ABSENT: Final = object()
"""Stands for an attribute that an entity does not have; None is a value."""

OPERATIONS: Final = frozenset({"_set", "_append", "_append_all"})
"""An object whose only key is one of these says how to change a list (mapping.md section 7)."""

SCALARS: Final = frozenset({str, int, float, type(None)})
"""Types that Python compares as JSON does; booleans are missing because True == 1."""


def deep_equal(left: object, right: object) -> bool:
    """JSON equality: key order does not count, 1 equals 1.0, differs from "1" and from true."""
    return left == right and (type(left) is str or _agree_on_booleans(left, right))


def _agree_on_booleans(left: object, right: object) -> bool:
    """For two values that Python calls equal: whether true and false stand at the same places."""
    if isinstance(left, dict) and isinstance(right, dict):
        for name, value in left.items():
            if type(value) is not str and not _agree_on_booleans(value, right[name]):
                return False
        return True
    if isinstance(left, list) and isinstance(right, list):
        return all(map(_agree_on_booleans, left, right))
    return isinstance(left, bool) == isinstance(right, bool)


def settled(stored: object, written: JSONValue) -> JSONValue:
    """The value an attribute has after written: operations carried out, list items given their `_id`s.

    stored is the present value or ABSENT. Deep equal to stored when nothing would change.
    """
    if isinstance(written, dict):
        return _operated(stored, written) if len(written) == 1 else written
    return identified(stored, written) if isinstance(written, list) else written


def _operated(stored: object, written: JSONObject) -> JSONValue:
    [(operation, operand)] = written.items()
    if operation not in OPERATIONS:
        return written
    added: list[JSONValue] = operand if isinstance(operand, list) else [operand]
    if operation == "_set" or stored is ABSENT or stored is None:
        return identified(stored, added)
    present: list[JSONValue] = stored if isinstance(stored, list) else [stored]  # type: ignore[list-item]
    if operation == "_append":
        return [*present, *_new_items(_without_repeats(present, added))]
    return [*present, *_new_items(added)]


def _without_repeats(present: list[JSONValue], added: list[JSONValue]) -> list[JSONValue]:
    """The members of added that equal, `_id` aside, no member of present and no earlier one of added."""
    seen = [without_id(member) for member in present]
    fresh: list[JSONValue] = []
    for member in added:
        bare = without_id(member)
        if not any(deep_equal(bare, other) for other in seen):
            seen.append(bare)
            fresh.append(member)
    return fresh


def _new_items(items: list[JSONValue]) -> list[JSONValue]:
    return [{**item, "_id": fresh_item_id()} if type(item) is dict else item for item in items]


def initial(value: JSONValue) -> JSONValue:
    """The value with which an attribute of a new entity begins: settled(ABSENT, value)."""
    if isinstance(value, list):
        return _new_items(value)
    return settled(ABSENT, value) if isinstance(value, dict) else value


def identified(stored: object, items: list[JSONValue]) -> list[JSONValue]:
    """items, each object with an `_id`: its own if stored has it, else an equal stored object's, else a new one.

    The very object stored when nothing would change.
    """
    if isinstance(stored, list):
        if _is_repetition(stored, items):
            return stored
        before = [one for one in stored if isinstance(one, dict)]
        if before:
            return _paired(before, items)
    return _new_items(items)


def _is_repetition(stored: list[JSONValue], items: list[JSONValue]) -> bool:
    """Whether place by place each item is the stored one, with its `_id` or without: the usual case, told quickly."""
    if len(stored) != len(items):
        return False
    for old, new in zip(stored, items, strict=True):
        if isinstance(old, dict) and isinstance(new, dict):
            if not deep_equal(old, new if "_id" in new or "_id" not in old else {**new, "_id": old["_id"]}):
                return False
        elif not deep_equal(old, new):
            return False
    return True


def _paired(before: list[JSONObject], items: list[JSONValue]) -> list[JSONValue]:
    pairing = _Pairing(before)
    known = [pairing.by_id(item) for item in items]
    ids = [one or pairing.by_content(item) for one, item in zip(known, items, strict=True)]
    return [_with_id(item, identifier) for item, identifier in zip(items, ids, strict=True)]


class _Pairing:
    """Stored objects of a list, each of which lends its `_id` to one written object at most."""

    def __init__(self, before: list[JSONObject]) -> None:
        self.unpaired = [(one["_id"], _bare_object(one)) for one in before if one.get("_id")]

    def by_id(self, item: JSONValue) -> JSONValue:
        """The item's own `_id` when a stored object has it."""
        wanted = item.get("_id") if isinstance(item, dict) else None
        return None if wanted is None else self._take(lambda identifier, _: bool(identifier == wanted))

    def by_content(self, item: JSONValue) -> JSONValue:
        """The `_id` of the first stored object that is deep equal without it."""
        if not isinstance(item, dict):
            return None
        bare = _bare_object(item)
        return self._take(lambda _, content: deep_equal(content, bare))

    def _take(self, fits: Callable[[JSONValue, JSONObject], bool]) -> JSONValue:
        for place, (identifier, content) in enumerate(self.unpaired):
            if fits(identifier, content):
                del self.unpaired[place]
                return identifier
        return None


def _with_id(item: JSONValue, identifier: JSONValue) -> JSONValue:
    return {**item, "_id": identifier or fresh_item_id()} if isinstance(item, dict) else item


def without_id(member: JSONValue) -> JSONValue:
    """A member of a list as its author wrote it."""
    return _bare_object(member) if isinstance(member, dict) else member


def _bare_object(item: JSONObject) -> JSONObject:
    return {name: value for name, value in item.items() if name != "_id"} if "_id" in item else item


def fresh_item_id() -> str:
    """24 random hexadecimal digits; they name an item within its list and are no secret."""
    return "%024x" % random.getrandbits(96)  # noqa: UP031 -- a quarter quicker than an f-string
