"""Changesets: values that are parked in their entity until the ERP confirms them or a person applies them; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import msgspec

from hub.entities.values import deep_equal, without_id
from hub.json_types import JSONObject, JSONValue

CHANGESETS: Final = "_changesets"
"""The attribute in which an entity keeps them: ``{attribute: {"value", "edit_mode", "match"?, "part_of"?,
"created_at", "actor": {"type", "id"}}}``. part_of: the amount to which a decimal or a currency belongs."""
MASKS: Final = "*•·#…xX"
"""What stands in an echoed value for characters that are not told."""
SHORTEST_TAIL: Final = 4
"""Characters of an echoed value that must be visible: fewer are the same by chance too often."""


class EditMode(StrEnum):
    """What becomes of a value that a person or an API client writes (outbound.md 20)."""

    DIRECT = "direct"
    """It is stored at once."""
    EXTERNAL = "external"
    """It is parked until the ERP writes a matching one."""
    APPROVAL = "approval"
    """It is parked until a person applies it."""


class Match(StrEnum):
    """When the ERP's value confirms a parked one."""

    EXACT = "exact"
    SUFFIX = "suffix"
    """Its texts need only be the last characters of the parked ones: an IBAN of which the rest is masked."""


class EditRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """How people and clients write an attribute that is not direct; match counts where the mode is external."""

    edit_mode: EditMode
    match: Match = Match.EXACT


class ChangesetOrder(msgspec.Struct, frozen=True):
    """What an operation does with changesets; one without it writes directly, and confirms what it matches."""

    parking: Mapping[str, JSONObject] = {}
    """Attributes that it may not write directly → what is kept beside their parked value."""
    applying: tuple[str, ...] = ()
    """Attributes that get their parked value."""
    dismissing: tuple[str, ...] = ()
    """Attributes that lose it."""


def changesets_in(attributes: Mapping[str, JSONValue]) -> dict[str, JSONObject]:
    """Attribute → what is parked for it."""
    kept = attributes.get(CHANGESETS)
    return {name: one for name, one in kept.items() if isinstance(one, dict)} if isinstance(kept, dict) else {}


def moment_text(at: datetime) -> str:
    """A moment as changesets keep it: in UTC, of one length, so that texts sort as moments do."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def whole_of(attribute: str, changeset: Mapping[str, JSONValue]) -> str:
    """The attribute with which a parked value stands and falls: its own, or the amount that it is a part of."""
    return str(changeset.get("part_of") or attribute)


def is_confirmed(changeset: Mapping[str, JSONValue], value: JSONValue) -> bool:
    """Whether value, which is None where the entity has none, is what was parked."""
    parked = changeset.get("value")
    return is_same_value(parked, value) or (changeset.get("match") == Match.SUFFIX and _is_tail(parked, value))


def is_same_value(one: JSONValue, other: JSONValue) -> bool:
    """JSON equality; the ids of list items do not count."""
    return deep_equal(_bare(one), _bare(other))


def _bare(value: JSONValue) -> JSONValue:
    return [without_id(member) for member in value] if isinstance(value, list) else value


def _is_tail(parked: JSONValue, value: JSONValue) -> bool:
    """Whether value is parked with masked texts: the same members, whose texts end alike."""
    if isinstance(parked, str) and isinstance(value, str):
        return _is_text_tail("".join(parked.split()), "".join(value.split()))
    if isinstance(parked, list) and isinstance(value, list):
        return len(parked) == len(value) and all(map(_is_tail, map(without_id, parked), map(without_id, value)))
    if isinstance(parked, dict) and isinstance(value, dict):
        return parked.keys() == value.keys() and all(_is_tail(one, value[name]) for name, one in parked.items())
    return deep_equal(parked, value)


def _is_text_tail(parked: str, value: str) -> bool:
    """Whether what value shows behind its last masked character is the end of parked."""
    shown = value[max(value.rfind(mask) for mask in MASKS) + 1 :]
    return value == parked or (len(shown) >= SHORTEST_TAIL and parked.endswith(shown))
