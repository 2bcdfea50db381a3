"""Identifiers of a direct payload: a map from attribute to text or number."""

from __future__ import annotations

from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import Report
from inbound.configuration.sources import TYPES
from inbound.mapping.identity import identifier_text


def parse_identifiers(raw: JSONValue, at: JSONPath, report: Report) -> dict[str, str]:
    """Attribute → text; numbers become texts. Anything empty is a finding."""
    values = report.object(raw, at)
    if values is None:
        return {}
    if not values:
        report.error(at, "must name at least one identifier")
    found: dict[str, str] = {}
    for name, value in values.items():
        is_plain = isinstance(value, str | int | float) and not isinstance(value, bool)
        text = identifier_text(value) if is_plain and name.strip() else ""
        if not text:
            report.error(at.key(name), "must be a text that is not blank, or a number")
        found[name] = text
    return found


def parse_types(raw: JSONObject, at: JSONPath, report: Report, identifiers: dict[str, str]) -> dict[str, str]:
    """unique_id_types of raw: which identifiers are email or phone."""
    if raw.get("unique_id_types") is None:
        return {}
    place = at.key("unique_id_types")
    types: dict[str, str] = {}
    for name, kind in (report.object(raw["unique_id_types"], place) or {}).items():
        types[name] = report.word(kind, place.key(name), TYPES)
        if name not in identifiers:
            report.error(place.key(name), "is not among unique_ids")
    return types
