"""An entity entry: schema, identifiers, fields, expansion, mode and scope (mapping.md 1.2, 1.7)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.json_types import JSONObject, JSONPath
from inbound.configuration.checks import Report
from inbound.configuration.fields import FieldMapping, parse_enabled, parse_field
from inbound.configuration.pricing import check_pricing
from inbound.configuration.sources import parse_identifiers

PRUNES = ("upsert-prune-scope-purge", "upsert-prune-scope-delete")
MODES = ("upsert", "delete", "purge", *PRUNES)
APPLIED = ("upsert",)
"""Modes that events of this version can use; the others are stored."""
KNOWN = frozenset(
    {"entity_schema", "unique_ids", "fields", "jsonataExpression", "enabled", "mode", "scope", "pricing", "conditional"}
)


@dataclass(frozen=True, slots=True)
class EntityEntry:
    """One element of entities. expression is empty when the payload itself is mapped."""

    schema: str
    unique_ids: tuple[str, ...]
    fields: tuple[FieldMapping, ...]
    expression: str
    enabled: bool | str
    mode: str
    at: JSONPath


def parse_entity(raw: JSONObject, at: JSONPath, report: Report, *, is_direct: bool) -> EntityEntry:
    """An entity entry; an entry of a direct use case may leave out its fields.

    What an entry needs that is switched off for good is not missed.
    """
    with report.unless(raw.get("enabled") is False):
        return _parse(raw, at, report, is_direct=is_direct)


def _parse(raw: JSONObject, at: JSONPath, report: Report, *, is_direct: bool) -> EntityEntry:
    report.unknown_keys(raw, at, KNOWN)
    unique_ids = _unique_ids(raw, at, report)
    fields = _fields(raw, at, report, is_direct=is_direct)
    mapped = {field.attribute for field in fields}
    if not is_direct or fields:
        for position, name in enumerate(unique_ids):
            if name not in mapped:
                report.error(at.key("unique_ids").index(position), f"{name} is not mapped by any field of this entry")
    mode = _mode(raw, at, report)
    return EntityEntry(
        schema=report.text(raw.get("entity_schema"), at.key("entity_schema"), longest=64),
        unique_ids=unique_ids,
        fields=fields,
        expression=_expression(raw, at, report),
        enabled=parse_enabled(raw, at, report),
        mode=mode,
        at=at,
    )


def _unique_ids(raw: JSONObject, at: JSONPath, report: Report) -> tuple[str, ...]:
    place = at.key("unique_ids")
    names = report.texts(raw.get("unique_ids"), place)
    if raw.get("unique_ids") == []:
        report.error(place, "must name at least one attribute")
    if len(set(names)) != len(names):
        report.error(place, "names an attribute twice")
    for position, name in enumerate(names):
        report.text(name, place.index(position), longest=128)
    return names


def _fields(raw: JSONObject, at: JSONPath, report: Report, *, is_direct: bool) -> tuple[FieldMapping, ...]:
    if is_direct and "fields" not in raw:
        return ()
    return tuple(parse_field(one, place, report) for one, place in report.objects(raw.get("fields"), at.key("fields")))


def _expression(raw: JSONObject, at: JSONPath, report: Report) -> str:
    if raw.get("jsonataExpression") is None:
        return ""
    return report.expression(raw["jsonataExpression"], at.key("jsonataExpression"))


def _mode(raw: JSONObject, at: JSONPath, report: Report) -> str:
    mode = report.word(raw.get("mode"), at.key("mode"), MODES, default="upsert")
    if mode not in APPLIED:
        report.leave_out(at.key("mode"), f"mode {mode}")
    if mode in PRUNES:
        _check_scope(raw, at.key("scope"), report)
    elif raw.get("scope") is not None:
        report.warn(at.key("scope"), "has no effect with this mode")
    if raw.get("pricing") is not None:
        report.leave_out(at.key("pricing"), "pricing")
        check_pricing(raw["pricing"], at.key("pricing"), report)
    if raw.get("conditional") is not None:
        report.warn(at.key("conditional"), "is stored and has no effect")
    return mode


def _check_scope(raw: JSONObject, at: JSONPath, report: Report) -> None:
    scope = report.object(raw.get("scope"), at)
    if scope is None:
        return
    mode = report.word(scope.get("scope_mode"), at.key("scope_mode"), ("relations", "query", "reverse-relations"))
    if mode == "query":
        parse_identifiers(scope.get("query"), at.key("query"), report)
    elif mode:
        report.text(scope.get("schema"), at.key("schema"))
        parse_identifiers(scope.get("unique_ids"), at.key("unique_ids"), report)
