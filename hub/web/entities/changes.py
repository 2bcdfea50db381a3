"""Differences: a change of an entity as rows of attribute, before and after; pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hub.entities.models import EntityChange
from hub.json_types import JSONObject, JSONValue

EMPTY_TEXT = '""'
"""An empty text, which is something else than no value."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute; None where it is missing before or after."""

    name: str
    before: str | None
    after: str | None


def differences_of(change: EntityChange) -> Iterator[Difference]:
    """The attributes that a change touched; those of a new entity have nothing before."""
    if change.operation == EntityChange.Operation.CREATED:
        for name, value in sorted((change.snapshot or {}).items()):
            yield Difference(name, None, text_of(value))
        return
    for name, parts in change.changes.items():
        yield _difference(name, parts if isinstance(parts, dict) else {})


def text_of(value: JSONValue) -> str:
    """A value in a cell: text as it is, everything else as JSON without the ids of list items."""
    if isinstance(value, str):
        return value or EMPTY_TEXT
    if isinstance(value, Mapping) and "$sha256" in value:
        return f"{value.get('bytes')} bytes, sha256 {str(value['$sha256'])[:12]}…"
    return json.dumps(without_ids(value), ensure_ascii=False)


def without_ids(value: JSONValue) -> JSONValue:
    """The value less the ids that the store gives to list items."""
    if isinstance(value, dict):
        return {name: without_ids(member) for name, member in value.items() if name != "_id"}
    return [without_ids(member) for member in value] if isinstance(value, list) else value


def _difference(name: str, parts: JSONObject) -> Difference:
    if "removed" in parts or "added" in parts:
        return Difference(name, _members(parts.get("removed")), _members(parts.get("added")))
    return Difference(name, *(text_of(parts[side]) if side in parts else None for side in ("old", "new")))


def _members(pairs: JSONValue) -> str | None:
    """The members of a list that went or came, one per line; None when none did."""
    if isinstance(pairs, dict):
        return text_of(pairs)
    members = [text_of(pair[1]) for pair in pairs if isinstance(pair, list)] if isinstance(pairs, list) else []
    return "\n".join(members) or None
