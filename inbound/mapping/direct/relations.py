"""Relations in the attributes of a direct payload, brought into the form that a mapping yields (mapping.md 1.12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import Report
from inbound.configuration.relations import OPERATIONS
from inbound.configuration.sources import TYPES
from inbound.mapping.direct.identifiers import parse_identifiers

KINDS = ("$relation", "$relation_ref")
DEFAULT_WRITE = "_append"
"""How the value of a reference is written where it does not say (mapping.md 9.3)."""


def parse_value(value: JSONValue, at: JSONPath, report: Report) -> Any:
    """An attribute as it is written: verbatim, unless it is a relation. Any: a JSON value."""
    kind = next((kind for kind in KINDS if isinstance(value, dict) and kind in value), "")
    if not kind or not isinstance(value, dict):
        return value
    if len(value) > 1:
        report.error(at, f"{kind} must stand alone")
    operation, raw = _operation(value[kind], at.key(kind), report)
    place = at.key(kind).key(operation)
    return {kind: {operation: [_item(one, where, report, kind) for one, where in report.objects(raw, place)]}}


def schemas_related(attributes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:  # Any: JSON values
    """Attribute and schema of every related entity in attributes that parse_value has read, each pair once."""
    found = {
        (name, str(item["_schema"])): None
        for name, value in attributes.items()
        for kind in KINDS
        if isinstance(value, dict) and kind in value
        for items in value[kind].values()
        for item in items
    }
    yield from found


def _operation(raw: JSONValue, at: JSONPath, report: Report) -> tuple[str, JSONValue]:
    """(operation, its list); a bare list replaces."""
    if isinstance(raw, list):
        return OPERATIONS[0], raw
    if isinstance(raw, dict) and len(raw) == 1:
        [(operation, items)] = raw.items()
        if operation in OPERATIONS:
            return operation, items
    report.error(at, f"must be a list, or an object with exactly one of {', '.join(OPERATIONS)}")
    return OPERATIONS[0], []


def _item(raw: JSONObject, at: JSONPath, report: Report, kind: str) -> dict[str, Any]:  # Any: JSON values
    """One related entity, named by identifiers or by entity_id."""
    named = {"_id": raw["entity_id"]} if "entity_id" in raw else raw.get("$entity_unique_ids")
    identifiers = parse_identifiers(named, at.key("entity_id" if "entity_id" in raw else "$entity_unique_ids"), report)
    item: dict[str, Any] = {
        "$entity_unique_ids": identifiers,
        "_schema": report.text(raw.get("_schema"), at.key("_schema"), longest=64),
    }
    if raw.get("_tags") is not None:
        item["_tags"] = list(report.texts(raw["_tags"], at.key("_tags")))
    if kind == KINDS[1]:
        item["path"] = report.text(raw.get("path"), at.key("path"))
        item["value"] = _reference_value(raw.get("value"), at.key("value"), report)
    types = _types(raw.get("$types"), at.key("$types"), report)
    return item | {"$types": types} if types else item


def _reference_value(raw: JSONValue, at: JSONPath, report: Report) -> dict[str, Any]:  # Any: JSON values
    value = report.object(raw, at) or {}
    if "value" not in value:
        report.error(at.key("value"), "is missing")
    return {
        "attribute": report.text(value.get("attribute"), at.key("attribute")),
        "operation": report.word(value.get("operation"), at.key("operation"), OPERATIONS, default=DEFAULT_WRITE),
        "value": value.get("value"),
    }


def _types(raw: JSONValue, at: JSONPath, report: Report) -> dict[str, str]:
    types = report.object({} if raw is None else raw, at) or {}
    return {name: report.word(kind, at.key(name), TYPES) for name, kind in types.items()}
