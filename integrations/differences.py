"""What differs between two JSON documents, place by place; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue


class Absent(Enum):
    """Stands where one of two documents has nothing, which is not the same as null."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that changed; ABSENT as old means added, as new removed."""

    path: JSONPath
    old: JSONValue | Absent
    new: JSONValue | Absent


def differences(old: JSONValue | Absent, new: JSONValue | Absent, at: JSONPath = ROOT) -> list[Difference]:
    """The deepest places where the documents differ, in the order of the old one, then what was added."""
    return list(_differences(old, new, at))


def is_same(old: JSONValue, new: JSONValue) -> bool:
    """True when both are the same JSON: 1 and 1.0 are, true and 1 are not, the order of keys does not matter."""
    return next(_differences(old, new, ROOT), None) is None


def _differences(old: JSONValue | Absent, new: JSONValue | Absent, at: JSONPath) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _in_objects(old, new, at)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _in_lists(old, new, at)
    elif isinstance(old, bool) != isinstance(new, bool) or old != new:
        yield Difference(at, old, new)


def _in_objects(old: JSONObject, new: JSONObject, at: JSONPath) -> Iterator[Difference]:
    for name in [*old, *(name for name in new if name not in old)]:
        yield from _differences(old.get(name, ABSENT), new.get(name, ABSENT), at.key(name))


def _in_lists(old: list[JSONValue], new: list[JSONValue], at: JSONPath) -> Iterator[Difference]:
    for position in range(max(len(old), len(new))):
        before = old[position] if position < len(old) else ABSENT
        after = new[position] if position < len(new) else ABSENT
        yield from _differences(before, after, at.index(position))
