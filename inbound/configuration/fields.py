"""One attribute of an entity or reading: its value source, its condition, its shape (mapping.md 1.3, 1.5, 1.6, 1.8)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import ENVIRONMENT_KEY, SLUG, Report
from inbound.configuration.sources import SOURCE_KEYS, Constant, ValueSource, parse_identifiers, parse_source

SPECIAL = ("relations", "relation_refs", "file_proxy_url", "portal_ref", "env_var_ref")
"""Kinds of fields that are no plain value; they exclude each other."""
KNOWN = frozenset({"attribute", "_type", "_tags", "enabled", "operation", *SOURCE_KEYS, *SPECIAL})
OPERATIONS = ("_set", "_append", "_append_all")
PORTALS = ("END_CUSTOMER_PORTAL", "INSTALLER_PORTAL", "B2B_PORTAL", "ADDITIONAL_PORTAL")
PORTAL_FILTERS: tuple[tuple[str, type, str], ...] = (
    ("enabled", bool, "true or false"),
    ("is_dummy", bool, "true or false"),
    ("is_epilot_domain", bool, "true or false"),
    ("name", str, "a string"),
    ("domain", str, "a string"),
)
RESERVED_PARAMS = frozenset({"orgId", "integrationId", "useCaseSlug", "useCaseId"})


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """One mapped attribute. enabled is a truth value or an expression; kind is empty for a plain value."""

    attribute: str
    source: ValueSource
    at: JSONPath
    kind: str = ""
    type: str = ""
    tags: tuple[str, ...] | None = None
    enabled: bool | str = True


def parse_enabled(raw: JSONObject, at: JSONPath, report: Report) -> bool | str:
    """True by default; a text is an expression."""
    value = raw.get("enabled", True)
    if isinstance(value, bool):
        return value
    return report.expression(value, at.key("enabled"))


def parse_field(raw: JSONObject, at: JSONPath, report: Report) -> FieldMapping:
    """A field of an entry; findings go to the report. What a field needs that is switched off is not missed."""
    with report.unless(raw.get("enabled") is False):
        return _parse(raw, at, report)


def _parse(raw: JSONObject, at: JSONPath, report: Report) -> FieldMapping:
    report.unknown_keys(raw, at, KNOWN)
    kinds = [kind for kind in SPECIAL if kind in raw]
    if len(kinds) > 1:
        report.error(at, f"{' and '.join(kinds)} exclude each other")
    for key in SOURCE_KEYS if kinds else ():
        if key in raw:
            report.error(at.key(key), f"a field with {kinds[0]} has no plain value")
    if "relation" in raw:
        report.error(at.key("relation"), "unknown; use relations with operation and items")
    for kind in kinds:
        _check_special(raw, at, report, kind)
    source = None if kinds else parse_source(raw, at, report)
    return FieldMapping(
        attribute=report.text(raw.get("attribute"), at.key("attribute")),
        source=source or Constant(None),
        at=at,
        kind=kinds[0] if kinds else "",
        type=report.word(raw.get("_type"), at.key("_type"), ("email", "phone"), default="none").replace("none", ""),
        tags=report.texts(raw["_tags"], at.key("_tags")) if raw.get("_tags") is not None else None,
        enabled=parse_enabled(raw, at, report),
    )


def _check_special(raw: JSONObject, at: JSONPath, report: Report, kind: str) -> None:
    """Check a special field; it has no plain value."""
    report.leave_out(at.key(kind), kind)
    body = report.object(raw[kind], at.key(kind))
    if body is not None:
        _CHECKS[kind](body, at.key(kind), report)


def _relations(raw: JSONObject, at: JSONPath, report: Report) -> None:
    for item, place in _items(raw, at, report):
        report.text(item.get("entity_schema"), place.key("entity_schema"))
        parse_identifiers(item.get("unique_ids"), place.key("unique_ids"), report)
        if item.get("_tags") is not None:
            report.texts(item["_tags"], place.key("_tags"))


def _items(raw: JSONObject, at: JSONPath, report: Report) -> list[tuple[JSONObject, JSONPath]]:
    report.word(raw.get("operation"), at.key("operation"), OPERATIONS, default="_set")
    if "jsonataExpression" in raw:
        report.expression(raw["jsonataExpression"], at.key("jsonataExpression"))
        if "items" in raw:
            report.warn(at.key("items"), "jsonataExpression wins; items has no effect")
        return []
    if "items" not in raw:
        report.error(at, "needs items or jsonataExpression")
        return []
    return report.objects(raw["items"], at.key("items"))


def _relation_refs(raw: JSONObject, at: JSONPath, report: Report) -> None:
    for item, place in _items(raw, at, report):
        report.text(item.get("entity_schema"), place.key("entity_schema"))
        report.text(item.get("path"), place.key("path"))
        parse_identifiers(item.get("unique_ids"), place.key("unique_ids"), report)
        value = report.object(item.get("value"), place.key("value"))
        if value is not None:
            report.text(value.get("attribute"), place.key("value").key("attribute"))
            report.word(value.get("operation"), place.key("value").key("operation"), OPERATIONS, default="_append")
            parse_source(value, place.key("value"), report)


def _file_proxy_url(raw: JSONObject, at: JSONPath, report: Report) -> None:
    if ("use_case_slug" in raw) == ("use_case_id" in raw):
        report.error(at, "needs exactly one of use_case_slug, use_case_id")
    slug = raw.get("use_case_slug")
    if slug is not None and not (isinstance(slug, str) and SLUG.fullmatch(slug)):
        report.error(at.key("use_case_slug"), f"must match {SLUG.pattern}")
    params = report.object(raw.get("params", {}), at.key("params"))
    for name, value in (params or {}).items():
        place = at.key("params").key(name)
        if name in RESERVED_PARAMS:
            report.error(place, "this name is taken by the hub")
        body = report.object(value, place)
        if body is not None:
            _single_source(body, place, report)


def _single_source(raw: JSONObject, at: JSONPath, report: Report) -> None:
    if sum(key in raw for key in SOURCE_KEYS) != 1:
        report.error(at, f"needs exactly one of {', '.join(SOURCE_KEYS)}")
    else:
        parse_source(raw, at, report)


def _portal_ref(raw: JSONObject, at: JSONPath, report: Report) -> None:
    chosen = report.object(raw.get("filter", {}), at.key("filter")) or {}
    origin = chosen.get("origin")
    origins: list[JSONValue] = origin if isinstance(origin, list) else [] if origin is None else [origin]
    for one in origins:
        report.word(one, at.key("filter").key("origin"), PORTALS)
    for key, kind, name in PORTAL_FILTERS:
        if chosen.get(key) is not None and not isinstance(chosen[key], kind):
            report.error(at.key("filter").key(key), f"must be {name}")
    report.word(raw.get("select"), at.key("select"), ("single", "all"), default="single")
    words = ("portal_id", "origin", "domain", "name", "jsonata")
    _transform(raw, at, report, report.word(raw.get("return"), at.key("return"), words, default="portal_id"))


def _env_var_ref(raw: JSONObject, at: JSONPath, report: Report) -> None:
    key = raw.get("key")
    if not isinstance(key, str) or not ENVIRONMENT_KEY.fullmatch(key):
        report.error(at.key("key"), f"must match {ENVIRONMENT_KEY.pattern}")
    if not isinstance(raw.get("default", ""), str):
        report.error(at.key("default"), "must be a string")
    _transform(raw, at, report, report.word(raw.get("return"), at.key("return"), ("value", "jsonata"), default="value"))


def _transform(raw: JSONObject, at: JSONPath, report: Report, returned: str) -> None:
    if returned == "jsonata":
        report.expression(raw.get("jsonataExpression"), at.key("jsonataExpression"))


_CHECKS = {
    "relations": _relations,
    "relation_refs": _relation_refs,
    "file_proxy_url": _file_proxy_url,
    "portal_ref": _portal_ref,
    "env_var_ref": _env_var_ref,
}
