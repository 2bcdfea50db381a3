"""An entity entry: schema, identifiers, fields, expansion, mode and scope (mapping.md 1.2)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import Report
from inbound.configuration.fields import FieldMapping, parse_enabled, parse_field
from inbound.configuration.pricing import Pricing, parse_pricing
from inbound.configuration.scopes import Scope, parse_scope
from inbound.configuration.sources import warn_of_name

PRUNES = ("upsert-prune-scope-purge", "upsert-prune-scope-delete")
MODES = ("upsert", "delete", "purge", *PRUNES)
KNOWN = frozenset(
    {"entity_schema", "unique_ids", "fields", "jsonataExpression", "enabled", "mode", "scope", "pricing", "conditional"}
)


@dataclass(frozen=True, slots=True)
class Conditional:
    """What tabular imports keep beside an entry; events do not read it."""

    from_rows: tuple[JSONValue, ...]


@dataclass(frozen=True, slots=True)
class EntityEntry:
    """One element of entities. expression is empty when the payload itself is mapped; scope belongs to prune modes."""

    schema: str
    unique_ids: tuple[str, ...]
    fields: tuple[FieldMapping, ...]
    expression: str
    enabled: bool | str
    mode: str
    scope: Scope | None
    pricing: Pricing | None
    conditional: Conditional | None
    at: JSONPath


def parse_entity(raw: JSONObject, at: JSONPath, report: Report, *, is_direct: bool) -> EntityEntry:
    """An entity entry; an entry of a direct use case may leave out its fields."""
    report.unknown_keys(raw, at, KNOWN)
    unique_ids = _unique_ids(raw, at, report)
    fields = _fields(raw, at, report, is_direct=is_direct)
    _check_mapped(unique_ids, fields, at, report, is_direct=is_direct)
    mode = report.word(raw.get("mode"), at.key("mode"), MODES, default="upsert")
    return EntityEntry(
        scope=_scope(raw, at.key("scope"), report, mode),
        pricing=None if raw.get("pricing") is None else parse_pricing(raw["pricing"], at.key("pricing"), report),
        conditional=_conditional(raw.get("conditional"), at.key("conditional"), report),
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
        warn_of_name(name, place.index(position), report)
    return names


def _fields(raw: JSONObject, at: JSONPath, report: Report, *, is_direct: bool) -> tuple[FieldMapping, ...]:
    if is_direct and "fields" not in raw:
        return ()
    return tuple(parse_field(one, place, report) for one, place in report.objects(raw.get("fields"), at.key("fields")))


def _check_mapped(
    unique_ids: tuple[str, ...], fields: tuple[FieldMapping, ...], at: JSONPath, report: Report, *, is_direct: bool
) -> None:
    mapped = {field.attribute for field in fields}
    for position, name in enumerate(() if is_direct and not fields else unique_ids):
        if name not in mapped:
            report.error(at.key("unique_ids").index(position), f"{name} is not mapped by any field of this entry")


def _expression(raw: JSONObject, at: JSONPath, report: Report) -> str:
    if raw.get("jsonataExpression") is None:
        return ""
    return report.expression(raw["jsonataExpression"], at.key("jsonataExpression"))


def _scope(raw: JSONObject, at: JSONPath, report: Report, mode: str) -> Scope | None:
    if mode in PRUNES:
        return parse_scope(raw.get("scope"), at, report)
    if raw.get("scope") is not None:
        report.warn(at, "has no effect with this mode")
    return None


def _conditional(raw: JSONValue, at: JSONPath, report: Report) -> Conditional | None:
    if raw is None:
        return None
    body = report.object(raw, at) or {}
    rows = body.get("from_rows", [])
    report.warn(at, "is stored and has no effect")
    return Conditional(tuple(rows) if isinstance(rows, list) else ())
