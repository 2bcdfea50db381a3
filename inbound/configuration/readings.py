"""A meter reading entry (mapping.md 1.10, 11.2)."""

from __future__ import annotations

from hub.json_types import JSONObject, JSONPath
from inbound.configuration.checks import Report
from inbound.configuration.fields import parse_enabled, parse_field
from inbound.configuration.sources import parse_identifiers

KNOWN = frozenset(
    {"meter", "meter_counter", "fields", "jsonataExpression", "mode", "reading_matching", "scope", "enabled"}
)
REQUIRED = ("external_id", "timestamp", "source", "value")


def check_reading(raw: JSONObject, at: JSONPath, report: Report) -> None:
    """Findings about one element of meter_readings."""
    report.unknown_keys(raw, at, KNOWN)
    for key in ("meter", "meter_counter"):
        if key == "meter" or raw.get(key) is not None:
            device = report.object(raw.get(key), at.key(key))
            if device is not None:
                parse_identifiers(device.get("unique_ids"), at.key(key).key("unique_ids"), report)
    if raw.get("jsonataExpression") is not None:
        report.expression(raw["jsonataExpression"], at.key("jsonataExpression"))
    parse_enabled(raw, at, report)
    mode = report.word(raw.get("mode"), at.key("mode"), ("upsert", "delete", "upsert-prune-scope"), default="upsert")
    place = at.key("reading_matching")
    matching = report.word(raw.get("reading_matching"), place, ("external_id", "strict-date"), default="external_id")
    _check_scope(raw, at.key("scope"), report, mode)
    _check_required(raw, at, report, mode, matching)


def _check_scope(raw: JSONObject, at: JSONPath, report: Report, mode: str) -> None:
    if raw.get("scope") is None:
        return
    scope = report.object(raw["scope"], at) or {}
    if scope.get("source") is not None:
        report.text(scope["source"], at.key("source"))
    if mode != "upsert-prune-scope":
        report.warn(at, "has no effect with this mode")


def _check_required(raw: JSONObject, at: JSONPath, report: Report, mode: str, matching: str) -> None:
    fields = [parse_field(one, place, report) for one, place in report.objects(raw.get("fields"), at.key("fields"))]
    mapped = {field.attribute for field in fields}
    needed: tuple[str, ...] = REQUIRED
    if mode == "delete":
        needed = ("timestamp",) if matching == "strict-date" else ("external_id",)
    missing = [name for name in needed if name not in mapped]
    if missing and isinstance(raw.get("fields"), list):
        report.error(at.key("fields"), f"maps no {', '.join(missing)}")
