"""reading_update: an operation on a meter reading, as a direct payload states it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import Report
from inbound.configuration.readings import MATCHINGS, STRICT_DATE, required_of
from inbound.mapping.direct.entities import Effect
from inbound.mapping.direct.identifiers import parse_identifiers, parse_types
from inbound.mapping.identity import identifier_text
from inbound.mapping.result import ReadingUpdate

METER_READING = "meter_reading"
KNOWN = frozenset({"type", "meter", "counter", "mode", "reading_matching", "attributes"})
DEVICE_KEYS = frozenset({"unique_ids", "unique_id_types"})
MODES = ("upsert", "delete")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)

Device = tuple[dict[str, str], dict[str, str]]
"""(identifiers, their types)"""


def reading_update(number: int, raw: JSONObject, at: JSONPath, report: Report, effect: Effect) -> ReadingUpdate:
    """The update; what is wrong goes to the report."""
    report.unknown_keys(raw, at, KNOWN)
    meter, types = _device(raw.get("meter"), at.key("meter"), report)
    has_counter = raw.get("counter") is not None
    counter, counter_types = _device(raw["counter"], at.key("counter"), report) if has_counter else ({}, {})
    mode = report.word(raw.get("mode"), at.key("mode"), MODES, default="upsert")
    matching = report.word(raw.get("reading_matching"), at.key("reading_matching"), MATCHINGS, default=MATCHINGS[0])
    if matching == STRICT_DATE and not has_counter:
        report.error(at.key("counter"), f"is needed where reading_matching is {STRICT_DATE}")
    attributes = _attributes(raw.get("attributes"), at.key("attributes"), report, required_of(mode, matching))
    mode, must_create = effect(mode)
    shown: dict[str, Any] = {"meter": dict(meter)} | ({"meter_counter": dict(counter)} if has_counter else {})
    return ReadingUpdate(
        entry=number,
        item=0,
        mode=mode,
        must_create=must_create,
        matching=matching,
        meter=meter,
        counter=counter if has_counter else None,
        missing=[],
        attributes=attributes,
        types=types,
        counter_types=counter_types,
        shown=shown,
    )


def _device(raw: JSONValue, at: JSONPath, report: Report) -> Device:
    device = report.object(raw, at)
    if device is None:
        return {}, {}
    report.unknown_keys(device, at, DEVICE_KEYS)
    identifiers = parse_identifiers(device.get("unique_ids"), at.key("unique_ids"), report)
    return identifiers, parse_types(device, at, report, identifiers)


def _attributes(raw: JSONValue, at: JSONPath, report: Report, needed: tuple[str, ...]) -> dict[str, Any]:
    """The attributes, with the value as a number and the external id as a text. Any: JSON values."""
    attributes: dict[str, Any] = dict(report.object(raw, at) or {})
    for name in needed:
        if attributes.get(name) in (None, ""):
            report.error(at.key(name), "is needed")
    if "value" in attributes and attributes["value"] not in (None, ""):
        attributes["value"] = _number(attributes, at.key("value"), report)
    if isinstance(attributes.get("external_id"), int | float):
        attributes["external_id"] = identifier_text(attributes["external_id"])
    return attributes


def _number(attributes: Mapping[str, Any], at: JSONPath, report: Report) -> Any:
    """The number that the value is or spells. Any: a JSON value."""
    value = attributes["value"]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        number = float(value)
        if math.isfinite(number):
            return int(value) if value.lstrip("-").isdigit() else number
    report.error(at, "must be a number, or a text that spells one with a dot")
    return value
