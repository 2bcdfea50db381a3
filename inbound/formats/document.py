"""Document: a payload as the mapping sees it."""

from __future__ import annotations

from dataclasses import dataclass

from hub.json_types import JSONValue


class Malformed(Exception):
    """The payload cannot be read; the text says what and where."""


@dataclass(frozen=True, slots=True)
class Document:
    """root is an object or a list. text is the same as JSON, where it was at hand; large_integers counts the whole
    numbers beyond ±(2^53 - 1) that became text so that no digit is lost (engine rule 2.2)."""

    root: JSONValue
    text: str | None = None
    large_integers: int = 0
