"""A meter reading entry (mapping.md 1.10, 11.2)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import Report
from inbound.configuration.fields import FieldMapping, parse_enabled, parse_field
from inbound.configuration.relations import Relations
from inbound.configuration.scopes import parse_reading_scope
from inbound.configuration.sources import Identifier, parse_identifiers

KNOWN = frozenset(
    {"meter", "meter_counter", "fields", "jsonataExpression", "mode", "reading_matching", "scope", "enabled"}
)
REQUIRED = ("external_id", "timestamp", "source", "value")
PRUNE = "upsert-prune-scope"
MODES = ("upsert", "delete", PRUNE)
MATCHINGS = ("external_id", "strict-date")
STRICT_DATE = "strict-date"


@dataclass(frozen=True, slots=True)
class ReadingEntry:
    """One element of meter_readings. counter is empty where none is configured; source limits pruning."""

    meter: tuple[Identifier, ...]
    counter: tuple[Identifier, ...]
    fields: tuple[FieldMapping, ...]
    expression: str
    enabled: bool | str
    mode: str
    matching: str
    source: str
    at: JSONPath


def parse_reading(raw: JSONObject, at: JSONPath, report: Report) -> ReadingEntry:
    """An element of meter_readings; findings go to the report."""
    report.unknown_keys(raw, at, KNOWN)
    meter = _device(raw.get("meter"), at.key("meter"), report)
    has_counter = raw.get("meter_counter") is not None
    counter = _device(raw["meter_counter"], at.key("meter_counter"), report) if has_counter else ()
    expression = raw.get("jsonataExpression")
    text = "" if expression is None else report.expression(expression, at.key("jsonataExpression"))
    enabled = parse_enabled(raw, at, report)
    mode = report.word(raw.get("mode"), at.key("mode"), MODES, default="upsert")
    matching = report.word(raw.get("reading_matching"), at.key("reading_matching"), MATCHINGS, default="external_id")
    source = parse_reading_scope(raw, at.key("scope"), report, is_used=mode == PRUNE)
    if matching == STRICT_DATE and not has_counter:
        report.warn(
            at.key("reading_matching"), "without meter_counter a day finds its reading only on a single counter"
        )
    fields = _fields(raw, at.key("fields"), report, required_of(mode, matching))
    return ReadingEntry(meter, counter, fields, text, enabled, mode, matching, source, at)


def required_of(mode: str, matching: str) -> tuple[str, ...]:
    """The attributes without which a reading cannot be looked up or written (mapping.md 11.2)."""
    if mode != "delete":
        return REQUIRED
    return ("timestamp",) if matching == STRICT_DATE else ("external_id",)


def _device(raw: JSONValue, at: JSONPath, report: Report) -> tuple[Identifier, ...]:
    device = report.object(raw, at)
    return () if device is None else parse_identifiers(device.get("unique_ids"), at.key("unique_ids"), report)


def _fields(raw: JSONObject, at: JSONPath, report: Report, needed: tuple[str, ...]) -> tuple[FieldMapping, ...]:
    fields = tuple(parse_field(one, place, report) for one, place in report.objects(raw.get("fields"), at))
    mapped = {field.attribute for field in fields}
    missing = [name for name in needed if name not in mapped]
    if missing and isinstance(raw.get("fields"), list):
        report.error(at, f"maps no {', '.join(missing)}")
    for field in fields:
        if isinstance(field.special, Relations):
            report.warn(field.at, "a reading has no relations; the field has no effect")
    return tuple(field for field in fields if not isinstance(field.special, Relations))
