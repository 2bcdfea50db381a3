"""Where a value comes from: a constant, an expression or a path; the same three keys everywhere (mapping.md 1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from hub.entities.system_attributes import FINDS_NOBODY
from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import SOURCE_KEYS, Report
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

TYPES = ("email", "phone")


@dataclass(frozen=True, slots=True)
class Identifier:
    """One attribute by which another entity is looked up. type is email, phone or empty; source is None only in what an
    expression made, and means a missing value."""

    attribute: str
    type: str
    source: ValueSource | None
    at: JSONPath


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
        report.missing_source(at)
    return chosen


def parse_type(raw: JSONObject, at: JSONPath, report: Report) -> str:
    """email, phone, or empty where nothing is said."""
    return "" if raw.get("_type") is None else report.word(raw["_type"], at.key("_type"), TYPES)


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


def parse_identifiers(raw: JSONValue, at: JSONPath, report: Report) -> tuple[Identifier, ...]:
    """A list of {attribute, _type?, value source}, as relations, scopes and meters name entities."""
    return tuple(_identifier(one, place, report) for one, place in report.objects(raw, at, least=1))


def warn_of_name(name: str, at: JSONPath, report: Report) -> None:
    """Say so where a name is one by which nothing can be found."""
    if name in FINDS_NOBODY:
        report.warn(at, f"only the hub writes {name}, so nothing is found by it")


def _identifier(raw: JSONObject, at: JSONPath, report: Report) -> Identifier:
    attribute = report.text(raw.get("attribute"), at.key("attribute"))
    warn_of_name(attribute, at.key("attribute"), report)
    return Identifier(
        attribute=attribute,
        type=parse_type(raw, at, report),
        source=parse_source(raw, at, report),
        at=at,
    )
