"""Document: a payload as the mapping sees it."""

from __future__ import annotations

import msgspec

from hub.json_types import JSONValue


class Malformed(Exception):
    """The payload cannot be read; the text says what and where."""


class Document(msgspec.Struct, frozen=True):
    """root is an object or a list. large_numbers counts the whole numbers beyond ±(2^53 - 1), and the fractions of more
    digits than a double has, that became text so that no digit is lost (engine rule 2.2)."""

    root: JSONValue
    large_numbers: int = 0
