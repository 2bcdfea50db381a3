"""entity_update: an operation on an entity, as a direct payload states it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.json_types import JSONObject, JSONPath
from inbound.configuration.checks import Report
from inbound.mapping.direct.identifiers import parse_identifiers, parse_types
from inbound.mapping.direct.relations import parse_value
from inbound.mapping.result import EntityUpdate

KNOWN = frozenset({"type", "entity_slug", "unique_ids", "unique_id_types", "mode", "attributes"})
MODES = ("upsert", "delete", "purge")
NEVER_WRITTEN = "_id"

Effect = Callable[[str], tuple[str, bool]]
"""A mode → (mode, must_create), as the type of the event has it."""


def entity_update(number: int, raw: JSONObject, at: JSONPath, report: Report, effect: Effect) -> EntityUpdate:
    """The update; what is wrong goes to the report."""
    report.unknown_keys(raw, at, KNOWN)
    identifiers = parse_identifiers(raw.get("unique_ids"), at.key("unique_ids"), report)
    types = parse_types(raw, at, report, identifiers)
    mode = report.word(raw.get("mode"), at.key("mode"), MODES, default="upsert")
    schema = report.text(raw.get("entity_slug"), at.key("entity_slug"), longest=64)
    attributes = _attributes(raw, at.key("attributes"), report, is_needed=mode == "upsert")
    mode, must_create = effect(mode)
    shown = dict(identifiers)
    return EntityUpdate(number, 0, schema, mode, must_create, identifiers, [], attributes, types, shown)


def _attributes(
    raw: JSONObject, at: JSONPath, report: Report, *, is_needed: bool
) -> dict[str, Any]:  # Any: JSON values
    if raw.get("attributes") is None and not is_needed:
        return {}
    attributes = report.object(raw.get("attributes"), at) or {}
    return {
        name: parse_value(value, at.key(name), report) for name, value in attributes.items() if name != NEVER_WRITTEN
    }
