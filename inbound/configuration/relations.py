"""Fields that point at other entities: relations and relation_refs (mapping.md 1.5, 1.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import Report
from inbound.configuration.sources import Identifier, ValueSource, parse_identifiers, parse_source

OPERATIONS = ("_set", "_append", "_append_all")
KNOWN = frozenset({"operation", "items", "jsonataExpression"})


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """What is written to the related entity so that it can be referred to. source as in Identifier."""

    attribute: str
    operation: str
    source: ValueSource | None
    at: JSONPath


@dataclass(frozen=True, slots=True)
class Target:
    """One related entity. path and value belong to references only; tags is None where none are configured."""

    schema: str
    identifiers: tuple[Identifier, ...]
    at: JSONPath
    tags: tuple[str, ...] | None = None
    path: str = ""
    value: ReferenceValue | None = None


ParseTarget = Callable[[JSONObject, JSONPath, Report], Target]


@dataclass(frozen=True, slots=True)
class Relations:
    """The related entities of a field: targets, or the expression that yields them where it is not empty."""

    operation: str
    targets: tuple[Target, ...]
    expression: str
    is_reference: bool
    at: JSONPath

    @property
    def parse_target(self) -> ParseTarget:
        """How one item of the expression's result is read."""
        return parse_reference if self.is_reference else parse_relation


def parse_relations(raw: JSONObject, at: JSONPath, report: Report) -> Relations:
    """A relations object."""
    return _parse(raw, at, report, is_reference=False)


def parse_references(raw: JSONObject, at: JSONPath, report: Report) -> Relations:
    """A relation_refs object."""
    return _parse(raw, at, report, is_reference=True)


def _parse(raw: JSONObject, at: JSONPath, report: Report, *, is_reference: bool) -> Relations:
    report.unknown_keys(raw, at, KNOWN)
    operation = report.word(raw.get("operation"), at.key("operation"), OPERATIONS, default="_set")
    parse = parse_reference if is_reference else parse_relation
    expression = ""
    targets: tuple[Target, ...] = ()
    if "jsonataExpression" in raw:
        expression = report.expression(raw["jsonataExpression"], at.key("jsonataExpression"))
        if "items" in raw:
            report.warn(at.key("items"), "jsonataExpression wins; items has no effect")
    elif "items" in raw:
        targets = tuple(parse(item, place, report) for item, place in report.objects(raw["items"], at.key("items")))
    else:
        report.error(at, "needs items or jsonataExpression")
    return Relations(operation, targets, expression, is_reference, at)


def parse_relation(raw: JSONObject, at: JSONPath, report: Report) -> Target:
    """One item of relations."""
    return Target(
        schema=report.text(raw.get("entity_schema"), at.key("entity_schema")),
        identifiers=parse_identifiers(raw.get("unique_ids"), at.key("unique_ids"), report),
        at=at,
        tags=None if raw.get("_tags") is None else report.texts(raw["_tags"], at.key("_tags")),
    )


def parse_reference(raw: JSONObject, at: JSONPath, report: Report) -> Target:
    """One item of relation_refs."""
    return Target(
        schema=report.text(raw.get("entity_schema"), at.key("entity_schema")),
        path=report.text(raw.get("path"), at.key("path")),
        identifiers=parse_identifiers(raw.get("unique_ids"), at.key("unique_ids"), report),
        value=_reference_value(raw.get("value"), at.key("value"), report),
        at=at,
    )


def _reference_value(raw: JSONValue, at: JSONPath, report: Report) -> ReferenceValue | None:
    value = report.object(raw, at)
    if value is None:
        return None
    if value.get("operation") is None:
        report.warn(at.key("operation"), "is not given; _append is used")
    return ReferenceValue(
        attribute=report.text(value.get("attribute"), at.key("attribute")),
        operation=report.word(value.get("operation"), at.key("operation"), OPERATIONS, default="_append"),
        source=parse_source(value, at, report),
        at=at,
    )
