"""Findings: what a walk through a JSON document finds wrong, all of it, each with its JSON path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONObject, JSONPath, JSONValue
from hub.names import NAME_RULE, is_name

EXPRESSION_BYTES = 32 * 1024
"""Longest JSONata expression (proxies-and-security.md 8.1)."""
CONDITION_CHARACTERS = 15_000
"""Longest expression that only says yes or no."""
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,254}")

REQUIRED = "is required"


@dataclass(slots=True)
class Findings:
    """Collects instead of raising, so that an author sees everything at once.

    A reader answers a harmless value after it noted an error; nobody sees that value, because raise_if_any ends the
    walk. None counts as absent everywhere.
    """

    errors: list[ErrorDetail] = field(default_factory=list)
    warnings: list[ErrorDetail] = field(default_factory=list)
    expressions: list[tuple[JSONPath, str]] = field(default_factory=list)

    def error(self, at: str, message: str) -> None:
        """Something that keeps the document from being stored."""
        self.errors.append(ErrorDetail(at, message))

    def warn(self, at: str, message: str) -> None:
        """Something that is stored, but probably not meant."""
        self.warnings.append(ErrorDetail(at, message))

    def raise_if_any(self, *, code: str | None = None) -> None:
        """Raise Invalid with every error; its message is the first of them."""
        if self.errors:
            raise invalid(self.errors, code=code)

    def object(self, raw: JSONValue, at: JSONPath) -> JSONObject:
        """A required object."""
        if isinstance(raw, dict):
            return raw
        self.error(at, REQUIRED if raw is None else "must be an object")
        return {}

    def inside(self, raw: JSONValue) -> Findings:
        """Where to note what is wrong with the members of raw: nowhere, when raw is no object and that was noted."""
        return self if isinstance(raw, dict) else Findings()

    def optional_object(self, raw: JSONValue, at: JSONPath) -> JSONObject | None:
        """An object, or None when there is none."""
        return None if raw is None else self.object(raw, at)

    def text(self, raw: JSONValue, at: JSONPath, *, longest: int = 255, shortest: int = 1) -> str:
        """A required text."""
        if isinstance(raw, str) and shortest <= len(raw) <= longest:
            return raw
        self.error(at, REQUIRED if raw is None else _text_rule(shortest, longest))
        return ""

    def name(self, raw: JSONValue, at: JSONPath) -> str:
        """What people see something called."""
        text = self.text(raw, at)
        if text and not is_name(text):
            self.error(at, NAME_RULE)
        return text

    def optional_text(self, raw: JSONValue, at: JSONPath, *, longest: int = 255, shortest: int = 0) -> str | None:
        """A text, or None when there is none."""
        return None if raw is None else self.text(raw, at, longest=longest, shortest=shortest)

    def slug(self, raw: JSONValue, at: JSONPath) -> str:
        """A required slug."""
        slug = self.text(raw, at)
        if slug and not SLUG.fullmatch(slug):
            self.error(at, "must be lower-case letters, digits, - and _, beginning with a letter or a digit")
        return slug

    def boolean(self, raw: JSONValue, at: JSONPath) -> bool:
        """A required true or false."""
        if not isinstance(raw, bool):
            self.error(at, REQUIRED if raw is None else "must be true or false")
        return raw is True

    def optional_boolean(self, raw: JSONValue, at: JSONPath, *, default: bool = False) -> bool:
        """True or false, or the default when there is none."""
        return default if raw is None else self.boolean(raw, at)

    def optional_whole(self, raw: JSONValue, at: JSONPath, *, least: int, most: int) -> int | None:
        """A whole number within its bounds, or None when there is none."""
        if raw is None:
            return None
        if isinstance(raw, int) and not isinstance(raw, bool) and least <= raw <= most:
            return raw
        self.error(at, f"must be a whole number from {least} to {most}")
        return least

    def word(self, raw: JSONValue, at: JSONPath, words: Iterable[str]) -> str:
        """A required member of the words."""
        allowed = tuple(words)
        if isinstance(raw, str) and raw in allowed:
            return raw
        self.error(at, REQUIRED if raw is None else f"must be one of {', '.join(allowed)}")
        return allowed[0]

    def optional_word(self, raw: JSONValue, at: JSONPath, words: Iterable[str], *, default: str) -> str:
        """One of the words, or the default when there is none."""
        return default if raw is None else self.word(raw, at, words)

    def identifier(self, raw: JSONValue, at: JSONPath) -> UUID | None:
        """A required UUID; None after a finding."""
        try:
            if isinstance(raw, str) and len(raw) == len(str(UUID(raw))):
                return UUID(raw)
        except ValueError:
            pass
        self.error(at, REQUIRED if raw is None else "must be a UUID")
        return None

    def items(self, raw: JSONValue, at: JSONPath, *, least: int = 0, most: int | None = None) -> list[JSONValue]:
        """The members of a list; an absent one is empty unless least asks for more."""
        if raw is None and least == 0:
            return []
        if not isinstance(raw, list):
            self.error(at, REQUIRED if raw is None else "must be a list")
            return []
        if len(raw) < least:
            self.error(at, f"needs at least {least}")
        if most is not None and len(raw) > most:
            self.error(at, f"may have at most {most}")
            return []
        return raw

    def objects(
        self, raw: JSONValue, at: JSONPath, *, least: int = 0, most: int | None = None
    ) -> Iterator[tuple[JSONObject, JSONPath]]:
        """The members of a list of objects with their places; what is none becomes a finding and is passed over."""
        for position, member in enumerate(self.items(raw, at, least=least, most=most)):
            place = at.index(position)
            if isinstance(member, dict):
                yield member, place
            else:
                self.error(place, "must be an object")

    def texts(self, raw: JSONValue, at: JSONPath) -> list[str]:
        """A list of texts; an absent one is empty."""
        members = self.items(raw, at)
        for position, member in enumerate(members):
            if not isinstance(member, str):
                self.error(at.index(position), "must be a string")
        return [member for member in members if isinstance(member, str)]

    def text_map(self, raw: JSONValue, at: JSONPath) -> dict[str, str]:
        """An object whose values are all texts; an absent one is empty."""
        members = self.optional_object(raw, at) or {}
        for name, value in members.items():
            if not isinstance(value, str):
                self.error(at.key(name), "must be a string")
        return {name: value for name, value in members.items() if isinstance(value, str)}

    def expression(self, raw: JSONValue, at: JSONPath, *, most_characters: int | None = None) -> str:
        """A required JSONata expression, noted so that it is compiled before it is stored."""
        if not isinstance(raw, str) or not raw.strip():
            self.error(at, REQUIRED if raw is None else "must be a JSONata expression")
            return ""
        if most_characters is not None and len(raw) > most_characters:
            self.error(at, f"may have at most {most_characters} characters")
        elif len(raw.encode()) > EXPRESSION_BYTES:
            self.error(at, f"may have at most {EXPRESSION_BYTES} bytes")
        else:
            self.expressions.append((at, raw))
        return raw

    def optional_expression(self, raw: JSONValue, at: JSONPath, *, most_characters: int | None = None) -> str | None:
        """An expression, or None when there is none."""
        return None if raw is None else self.expression(raw, at, most_characters=most_characters)

    def refuse(self, raw: JSONObject, at: JSONPath, names: Iterable[str], reason: str) -> None:
        """A finding for each of the names that is present."""
        for name in names:
            if raw.get(name) is not None:
                self.error(at.key(name), reason)

    def refuse_others(self, raw: JSONObject, at: JSONPath, known: Iterable[str]) -> None:
        """A finding for each key that is not known, where extra keys are not allowed."""
        allowed = frozenset(known)
        for name in raw:
            if name not in allowed:
                self.error(at.key(name), "is not allowed here")

    def warn_of_others(self, raw: JSONObject, at: JSONPath, known: Iterable[str]) -> None:
        """A warning for each member that is neither known nor empty, where it is stored without doing anything."""
        expected = frozenset(known)
        for name, value in raw.items():
            if value is not None and name not in expected:
                self.warn(at.key(name), "is not known, so it has no effect")


def invalid(errors: list[ErrorDetail], *, code: str | None = None) -> Invalid:
    """The refusal that names every place; its message is the first finding."""
    first = errors[0]
    return Invalid(f"{first.path}: {first.message}" if first.path else first.message, code=code, details=errors)


def refusal(at: str, message: str, *, code: str | None = None) -> Invalid:
    """The refusal for a single finding."""
    return invalid([ErrorDetail(at, message)], code=code)


def _text_rule(shortest: int, longest: int) -> str:
    if shortest == 0:
        return f"must be a string of at most {longest} characters"
    return f"must be a string of {shortest} to {longest} characters"
