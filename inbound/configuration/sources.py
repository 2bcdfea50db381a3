"""Where a value comes from: a constant, an expression or a path; the same three keys everywhere (mapping.md 1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import Report
from inbound.configuration.paths import InvalidPath, compile_path


@dataclass(frozen=True, slots=True)
class Constant:
    """A fixed value of any JSON type."""

    value: JSONValue


@dataclass(frozen=True, slots=True)
class FromExpression:
    """A computed value."""

    text: str


@dataclass(frozen=True, slots=True)
class FromPath:
    """A key of the context, or a JSONPath when it starts with ``$``."""

    text: str


ValueSource: TypeAlias = Constant | FromExpression | FromPath

SOURCE_KEYS = ("constant", "jsonataExpression", "field")
"""In the order in which they win; presence decides, not truth (mapping.md 3.2)."""


def parse_source(raw: JSONObject, at: JSONPath, report: Report) -> ValueSource | None:
    """The winning source; None with a finding when there is none. Losing ones are checked, too."""
    chosen: ValueSource | None = None
    if "field" in raw:
        chosen = _path(raw["field"], at.key("field"), report)
    if "jsonataExpression" in raw:
        chosen = FromExpression(report.expression(raw["jsonataExpression"], at.key("jsonataExpression")))
    if "constant" in raw:
        chosen = Constant(raw["constant"])
    if not any(key in raw for key in SOURCE_KEYS):
        report.error(at, f"needs one of {', '.join(SOURCE_KEYS)}")
    return chosen


def _path(raw: JSONValue, at: JSONPath, report: Report) -> FromPath:
    text = raw if isinstance(raw, str) else ""
    if not text:
        report.error(at, "must be a key of the payload or a JSONPath")
        return FromPath("")
    try:
        compile_path(text)
    except InvalidPath as error:
        report.error(at, str(error))
    return FromPath(text)


def parse_identifiers(raw: JSONValue, at: JSONPath, report: Report) -> None:
    """Check a list of {attribute, _type?, value source}, as relations, scopes and meters name entities."""
    for identifier, place in report.objects(raw, at, least=1):
        report.text(identifier.get("attribute"), place.key("attribute"))
        report.word(identifier.get("_type"), place.key("_type"), ("email", "phone"), default="none")
        parse_source(identifier, place, report)
