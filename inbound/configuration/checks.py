"""Report: what a walk through a configuration finds: errors, warnings, expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath, JSONValue

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,254}")
SOURCE_KEYS = ("constant", "jsonataExpression", "field")
"""In the order in which they win; presence decides, not truth (mapping.md 3.2)."""
ENVIRONMENT_KEY = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,127}")


@dataclass(slots=True)
class Report:
    """Collects instead of raising, so that an author sees every finding at once."""

    errors: list[ErrorDetail] = field(default_factory=list)
    warnings: list[ErrorDetail] = field(default_factory=list)
    expressions: list[tuple[JSONPath, str]] = field(default_factory=list)

    def error(self, at: str, message: str) -> None:
        """Something that keeps the configuration from being saved."""
        self.errors.append(ErrorDetail(at, message))

    def warn(self, at: str, message: str) -> None:
        """Something that is stored but probably not meant."""
        self.warnings.append(ErrorDetail(at, message))

    def expression(self, raw: JSONValue, at: JSONPath) -> str:
        """A non-empty text, to be compiled."""
        if not isinstance(raw, str) or not raw.strip():
            self.error(at, "must be a JSONata expression")
            return ""
        self.expressions.append((at, raw))
        return raw

    def missing_source(self, at: JSONPath) -> None:
        """A value whose source is not named."""
        self.error(at, f"needs one of {', '.join(SOURCE_KEYS)}")

    def text(self, raw: JSONValue, at: JSONPath, *, longest: int = 255) -> str:
        """A non-empty text."""
        if not isinstance(raw, str) or not 0 < len(raw) <= longest:
            self.error(at, "is required" if raw is None else f"must be a string of 1 to {longest} characters")
            return ""
        return raw

    def word(self, raw: JSONValue, at: JSONPath, words: Iterable[str], default: str = "") -> str:
        """One of the words; an absent one is the default, where there is one."""
        if raw is None and default:
            return default
        allowed = tuple(words)
        if raw not in allowed:
            self.error(at, f"must be one of {', '.join(allowed)}")
            return default
        return str(raw)

    def object(self, raw: JSONValue, at: JSONPath) -> JSONObject | None:
        """An object, or None with a finding."""
        if not isinstance(raw, dict):
            self.error(at, "must be an object")
            return None
        return raw

    def objects(self, raw: JSONValue, at: JSONPath, *, least: int = 0) -> list[tuple[JSONObject, JSONPath]]:
        """The members of a list of objects with their places; members that are none are findings."""
        if not isinstance(raw, list) or len(raw) < least:
            self.error(at, f"must be a list of at least {least}" if least else "must be a list")
            return []
        found = [(self.object(member, at.index(position)), at.index(position)) for position, member in enumerate(raw)]
        return [(member, place) for member, place in found if member is not None]

    def texts(self, raw: JSONValue, at: JSONPath) -> tuple[str, ...]:
        """A list of texts."""
        if not isinstance(raw, list) or not all(isinstance(member, str) for member in raw):
            self.error(at, "must be a list of strings")
            return ()
        return tuple(str(member) for member in raw)

    def unknown_keys(self, raw: JSONObject, at: JSONPath, known: frozenset[str]) -> None:
        """Keys that nobody reads are kept as they are and named as warnings."""
        for key in raw:
            if key not in known:
                self.warn(at.key(key), "unknown key; it is stored and has no effect")


class ComputedReport(Report):
    """The same for an object that an expression made while an event is mapped: a member that found nothing is gone."""

    def missing_source(self, at: JSONPath) -> None:
        """Counts as a value that is missing, not as a mistake."""
