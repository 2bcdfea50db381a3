"""Findings: everything that a definition gets wrong, each with its JSON path; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONObject, JSONPath, JSONValue

REQUIRED: Final = "is required"


class InvalidDefinition(Invalid):
    """A definition that breaks rules; details name every place, the message is the first of them."""


@dataclass(slots=True)
class Findings:
    """Collects instead of raising, so that an author sees everything at once.

    A reader answers a harmless value after it noted an error; nobody sees it, because raise_if_any ends the walk.
    None counts as absent.
    """

    errors: list[ErrorDetail] = field(default_factory=list)

    def error(self, at: str, message: str) -> None:
        """Something that keeps the definition from being accepted."""
        self.errors.append(ErrorDetail(at, message))

    def raise_if_any(self) -> None:
        """Raise InvalidDefinition with every error."""
        if self.errors:
            first = self.errors[0]
            sentence = f"{first.path}: {first.message}" if first.path else first.message
            raise InvalidDefinition(sentence, details=self.errors)

    def object(self, raw: JSONValue, at: JSONPath) -> JSONObject:
        """An object; an absent one is empty."""
        if raw is None or isinstance(raw, dict):
            return raw or {}
        self.error(at, "must be an object")
        return {}

    def text(self, raw: JSONValue, at: JSONPath) -> str:
        """A required text that is not empty."""
        if isinstance(raw, str) and raw:
            return raw
        self.error(at, REQUIRED if raw is None else "must be a text that is not empty")
        return ""

    def optional_text(self, raw: JSONValue, at: JSONPath) -> str | None:
        """A text, or None when there is none."""
        return None if raw is None else self.text(raw, at)

    def boolean(self, raw: JSONValue, at: JSONPath, *, default: bool) -> bool:
        """True or false, or the default when there is none."""
        if raw is None or isinstance(raw, bool):
            return default if raw is None else raw
        self.error(at, "must be true or false")
        return default

    def word(self, raw: JSONValue, at: JSONPath, words: Iterable[str], *, default: str | None = None) -> str:
        """One of the words; without a default it is required."""
        allowed = tuple(words)
        if isinstance(raw, str) and raw in allowed:
            return raw
        if raw is None and default is not None:
            return default
        self.error(at, REQUIRED if raw is None else f"must be one of {', '.join(allowed)}")
        return allowed[0]

    def items(self, raw: JSONValue, at: JSONPath) -> list[JSONValue]:
        """The members of a list; an absent one is empty."""
        if raw is None or isinstance(raw, list):
            return raw or []
        self.error(at, "must be a list")
        return []

    def texts(self, raw: JSONValue, at: JSONPath) -> tuple[str, ...]:
        """A list of texts, none of them empty; an absent one is empty."""
        return tuple(self.text(one, at.index(place)) for place, one in enumerate(self.items(raw, at)))

    def words(self, raw: JSONValue, at: JSONPath, words: Iterable[str]) -> tuple[str, ...]:
        """A list of some of the words; an absent one is empty."""
        allowed = tuple(words)
        return tuple(self.word(one, at.index(place), allowed) for place, one in enumerate(self.items(raw, at)))

    def objects(self, raw: JSONValue, at: JSONPath) -> Iterator[tuple[JSONObject, JSONPath]]:
        """The objects of a list with their places; what is none becomes a finding and is passed over."""
        for place, one in enumerate(self.items(raw, at)):
            if isinstance(one, dict):
                yield one, at.index(place)
            else:
                self.error(at.index(place), "must be an object")

    def refuse_others(self, raw: JSONObject, at: JSONPath, known: Iterable[str]) -> None:
        """A finding for each member that is not known."""
        allowed = frozenset(known)
        for name in raw:
            if name not in allowed:
                self.error(at.key(name), "is not allowed here")
