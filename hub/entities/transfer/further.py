"""The column _further of a CSV file: the attributes of a row that have no column of their own, as one JSON object."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from hub.entities.documents import SYSTEM_MEMBERS
from hub.entities.transfer.reading import Unreadable
from hub.json_types import JSONObject, JSONValue

FURTHER: Final = "_further"
LONGEST_ATTRIBUTE: Final = 128
_UNWRITABLE: Final = SYSTEM_MEMBERS - {"_tags"} | {FURTHER}


def further_of(document: Mapping[str, JSONValue], columns: Collection[str]) -> JSONObject | None:
    """What no column shows of a document; None where that is nothing."""
    rest = {name: value for name, value in document.items() if name not in columns and name not in SYSTEM_MEMBERS}
    return rest or None


def further_members(value: JSONValue, columns: Collection[str]) -> JSONObject:
    """The attributes that such a cell holds. Raises Unreadable, whose message completes "must be".

    columns: the attributes that have a column of their own; which of the two would count, nobody could tell.
    """
    if not isinstance(value, dict):
        raise Unreadable("a JSON object of attributes")
    wrong = [name for name in value if name in _UNWRITABLE or not 0 < len(name) <= LONGEST_ATTRIBUTE]
    if wrong:
        raise Unreadable(f"an object of attributes, which {wrong[0][:LONGEST_ATTRIBUTE] or 'an empty name'} is not")
    twice = [name for name in value if name in columns]
    if twice:
        raise Unreadable(f"without {', '.join(twice[:5])}: there is a column of that name")
    return value
