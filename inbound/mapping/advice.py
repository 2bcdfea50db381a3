"""What an author probably did not mean, told in simulation only."""

from __future__ import annotations

from typing import Any

from inbound.mapping.shaping import OPERATIONS

ORDINARY = frozenset({"_id", "_tags"})
"""Keys that an object may well have alone."""


def odd_operation(value: Any) -> str:
    """A sentence about an object that looks like an array operation and is ordinary data; empty otherwise.

    Any: a JSON value.
    """
    if not isinstance(value, dict):
        return ""
    named = [key for key in value if key in OPERATIONS]
    if len(value) == 1 and not named:
        [key] = value
        is_odd = key.startswith("_") and key not in ORDINARY
        return f"{key} is no array operation; the object is written as it is" if is_odd else ""
    if not named or len(value) == 1:
        return ""
    return f"an object with {', '.join(named)} beside another key is no array operation; it is written as it is"
