"""One attribute of an entity or reading: its value source, its condition, its shape (mapping.md 1.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from hub.json_types import JSONObject, JSONPath
from inbound.configuration.checks import SOURCE_KEYS, Report
from inbound.configuration.links import FileProxyUrl, parse_file_proxy_url
from inbound.configuration.lookups import EnvVarRef, PortalRef, parse_env_var_ref, parse_portal_ref
from inbound.configuration.relations import Relations, parse_references, parse_relations
from inbound.configuration.sources import Constant, ValueSource, parse_source, parse_type

Special: TypeAlias = Relations | FileProxyUrl | PortalRef | EnvVarRef
"""What a field may hold in place of a plain value."""

_SPECIAL: dict[str, Callable[[JSONObject, JSONPath, Report], Special]] = {
    "relations": parse_relations,
    "relation_refs": parse_references,
    "file_proxy_url": parse_file_proxy_url,
    "portal_ref": parse_portal_ref,
    "env_var_ref": parse_env_var_ref,
}
"""Kinds of fields that are no plain value; they exclude each other."""
KNOWN = frozenset({"attribute", "_type", "_tags", "enabled", "operation", *SOURCE_KEYS, *_SPECIAL})


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """One mapped attribute. enabled is a truth value or an expression; special is None for a plain value."""

    attribute: str
    source: ValueSource
    at: JSONPath
    special: Special | None = None
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
    """A field of an entry; findings go to the report."""
    report.unknown_keys(raw, at, KNOWN)
    kinds = _kinds(raw, at, report)
    special = [_special(raw, at, report, kind) for kind in kinds]
    source = None if kinds else parse_source(raw, at, report)
    return FieldMapping(
        attribute=report.text(raw.get("attribute"), at.key("attribute")),
        source=source or Constant(None),
        at=at,
        special=special[0] if special else None,
        type=parse_type(raw, at, report),
        tags=report.texts(raw["_tags"], at.key("_tags")) if raw.get("_tags") is not None else None,
        enabled=parse_enabled(raw, at, report),
    )


def _kinds(raw: JSONObject, at: JSONPath, report: Report) -> list[str]:
    kinds = [kind for kind in _SPECIAL if kind in raw]
    if len(kinds) > 1:
        report.error(at, f"{' and '.join(kinds)} exclude each other")
    for key in SOURCE_KEYS if kinds else ():
        if key in raw:
            report.error(at.key(key), f"a field with {kinds[0]} has no plain value")
    if "relation" in raw:
        report.error(at.key("relation"), "unknown; use relations with operation and items")
    return kinds


def _special(raw: JSONObject, at: JSONPath, report: Report, kind: str) -> Special | None:
    body = report.object(raw[kind], at.key(kind))
    return None if body is None else _SPECIAL[kind](body, at.key(kind), report)
