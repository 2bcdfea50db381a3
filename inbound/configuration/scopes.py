"""Scope: which entities or readings a pruning entry may remove (mapping.md 1.7)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import Report
from inbound.configuration.sources import Identifier, parse_identifiers

KNOWN = frozenset({"scope_mode", "schema", "unique_ids", "query"})
READING_KEYS = frozenset({"source"})


@dataclass(frozen=True, slots=True)
class Scope:
    """kind is relations or query; schema names the anchor of relations and is empty for a query."""

    kind: str
    schema: str
    terms: tuple[Identifier, ...]
    at: JSONPath


def parse_scope(raw: JSONValue, at: JSONPath, report: Report) -> Scope | None:
    """The scope of an entity entry; None with a finding."""
    if raw is None:
        report.error(at, "is required with this mode: what may be removed")
        return None
    scope = report.object(raw, at)
    if scope is None:
        return None
    report.unknown_keys(scope, at, KNOWN)
    mode = report.word(scope.get("scope_mode"), at.key("scope_mode"), ("relations", "query", "reverse-relations"))
    if mode == "query":
        return Scope("query", "", parse_identifiers(scope.get("query"), at.key("query"), report), at)
    if not mode:
        return None
    schema = report.text(scope.get("schema"), at.key("schema"))
    return Scope("relations", schema, parse_identifiers(scope.get("unique_ids"), at.key("unique_ids"), report), at)


def parse_reading_scope(raw: JSONObject, at: JSONPath, report: Report, *, is_used: bool) -> str:
    """The source that pruning of readings is limited to; empty for all."""
    if raw.get("scope") is None:
        return ""
    scope = report.object(raw["scope"], at) or {}
    if not is_used:
        report.warn(at, "has no effect with this mode")
    report.unknown_keys(scope, at, READING_KEYS)
    return "" if scope.get("source") is None else report.text(scope["source"], at.key("source"))
