"""The typed configuration of an inbound use case, parsed once (mapping.md section 1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.errors import ErrorDetail, Invalid
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import Report
from inbound.configuration.entities import EntityEntry, parse_entity
from inbound.configuration.readings import ReadingEntry, parse_reading

KNOWN = frozenset({"entities", "meter_readings", "direct", "settings"})
KNOWN_SETTINGS = frozenset({"lane", "ignore_event_type"})
LONGEST_LANE = 200
METER = "meter"
"""What warnings about readings call their schema."""

_PLACE = re.compile(r"(entities|meter_readings)\[(\d+)\](?:\.fields\[\d+\]|\.unique_ids\[(\d+)\])?")


@dataclass(frozen=True, slots=True)
class InboundConfiguration:
    """What an inbound use case does. In a direct use case entities says which entities its events may name."""

    entities: tuple[EntityEntry, ...]
    readings: tuple[ReadingEntry, ...]
    is_direct: bool
    lane: str
    """A lane shared with other use cases of the integration; empty for a lane of its own."""
    ignores_event_type: bool
    """True: CREATE and DELETE mean no more than UPDATE."""
    expressions: tuple[tuple[JSONPath, str], ...]
    """Every expression and its place, for compile_expressions."""
    warnings: tuple[ErrorDetail, ...]

    @property
    def is_empty(self) -> bool:
        """True when an event would do nothing at all."""
        return not self.entities and not self.readings and not self.is_direct

    def described(self, path: str) -> tuple[str, str]:
        """(schema, attribute) of the entry and field or identifier that a place stands in, each empty where in none."""
        match = _PLACE.match(path)
        if match is None:
            return "", ""
        entry = (self.entities if match[1] == "entities" else self.readings)[int(match[2])]
        if match[3] and isinstance(entry, EntityEntry):
            return entry.schema, entry.unique_ids[int(match[3])]
        attributes = [field.attribute for field in entry.fields if field.at == match[0]]
        return METER if isinstance(entry, ReadingEntry) else entry.schema, "".join(attributes)


def parse_configuration(raw: JSONValue, at: JSONPath = ROOT) -> InboundConfiguration:
    """The typed form. Raises Invalid with every finding; unknown keys are warnings and stay with the caller."""
    report = Report()
    body = report.object(raw, at) or {}
    _refuse_wrapper(body, at, report)
    configuration = _parse(body, at, report)
    if report.errors:
        first = report.errors[0]
        raise Invalid(f"{first.path}: {first.message}" if first.path else first.message, details=report.errors)
    return configuration


def _refuse_wrapper(raw: JSONObject, at: JSONPath, report: Report) -> None:
    if "mapping" in raw and "entities" not in raw:
        report.error(at.key("mapping"), "this wrapper belongs to the simulation only; put entities here directly")


def _parse(raw: JSONObject, at: JSONPath, report: Report) -> InboundConfiguration:
    report.unknown_keys(raw, at, KNOWN)
    is_direct = raw.get("direct", False)
    if not isinstance(is_direct, bool):
        report.error(at.key("direct"), "must be true or false")
    entities = tuple(
        parse_entity(entry, place, report, is_direct=is_direct is True)
        for entry, place in report.objects(raw.get("entities", []), at.key("entities"))
    )
    readings = tuple(
        parse_reading(entry, place, report)
        for entry, place in report.objects(raw.get("meter_readings", []), at.key("meter_readings"))
    )
    if is_direct is True and readings:
        report.warn(at.key("meter_readings"), "has no effect in a direct use case")
    lane, ignores_event_type = _settings(raw, at.key("settings"), report)
    return InboundConfiguration(
        entities=entities,
        readings=readings,
        is_direct=is_direct is True,
        lane=lane,
        ignores_event_type=ignores_event_type,
        expressions=tuple(report.expressions),
        warnings=tuple(report.warnings),
    )


def _settings(raw: JSONObject, at: JSONPath, report: Report) -> tuple[str, bool]:
    """(lane, ignores_event_type)"""
    settings = report.object(raw.get("settings", {}), at) or {}
    report.unknown_keys(settings, at, KNOWN_SETTINGS)
    lane = settings.get("lane")
    ignored = settings.get("ignore_event_type", False)
    if not isinstance(ignored, bool):
        report.error(at.key("ignore_event_type"), "must be true or false")
    name = "" if lane is None else report.text(lane, at.key("lane"), longest=LONGEST_LANE)
    return name, ignored is True
