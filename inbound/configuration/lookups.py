"""Fields whose value is a fact of the organization: portal_ref and env_var_ref (mapping.md 1.8)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.configuration.checks import ENVIRONMENT_KEY, Report

PORTALS = ("END_CUSTOMER_PORTAL", "INSTALLER_PORTAL", "B2B_PORTAL", "ADDITIONAL_PORTAL")
PORTAL_RETURNS = ("portal_id", "origin", "domain", "name", "jsonata")
PORTAL_KEYS = frozenset({"filter", "select", "return", "jsonataExpression"})
VARIABLE_KEYS = frozenset({"key", "default", "return", "jsonataExpression"})
FILTERS: tuple[tuple[str, type, str, JSONValue], ...] = (
    ("enabled", bool, "true or false", True),
    ("is_dummy", bool, "true or false", False),
    ("is_epilot_domain", bool, "true or false", None),
    ("name", str, "a string", None),
    ("domain", str, "a string", None),
)
"""Name, type, the type in words, and what is asked for where nothing is said; null asks for nothing."""


@dataclass(frozen=True, slots=True)
class PortalRef:
    """wanted: member of a portal → what it must be. No origins: any. expression is empty unless the result is computed.

    takes_all: every portal that fits instead of the oldest.
    """

    origins: tuple[str, ...]
    wanted: tuple[tuple[str, JSONValue], ...]
    takes_all: bool
    member: str
    expression: str
    at: JSONPath


@dataclass(frozen=True, slots=True)
class EnvVarRef:
    """default is None where there is none; expression is empty for the value itself."""

    key: str
    default: str | None
    expression: str
    at: JSONPath


def parse_portal_ref(raw: JSONObject, at: JSONPath, report: Report) -> PortalRef:
    """A portal_ref object."""
    report.unknown_keys(raw, at, PORTAL_KEYS)
    chosen = report.object(raw.get("filter", {}), at.key("filter")) or {}
    origins = _origins(chosen.get("origin"), at.key("filter").key("origin"), report)
    wanted = _wanted(chosen, at.key("filter"), report)
    select = report.word(raw.get("select"), at.key("select"), ("single", "all"), default="single")
    member = report.word(raw.get("return"), at.key("return"), PORTAL_RETURNS, default="portal_id")
    return PortalRef(
        origins=origins,
        wanted=wanted,
        takes_all=select == "all",
        member=member,
        expression=_transform(raw, at, report, member),
        at=at,
    )


def _origins(raw: JSONValue, at: JSONPath, report: Report) -> tuple[str, ...]:
    """One origin or a list of them."""
    origins: list[JSONValue] = raw if isinstance(raw, list) else [] if raw is None else [raw]
    return tuple(report.word(one, at, PORTALS) for one in origins)


def _wanted(chosen: JSONObject, at: JSONPath, report: Report) -> tuple[tuple[str, JSONValue], ...]:
    for key, kind, name, _ in FILTERS:
        if chosen.get(key) is not None and not isinstance(chosen[key], kind):
            report.error(at.key(key), f"must be {name}")
    asked = [(key, chosen.get(key, otherwise)) for key, _, _, otherwise in FILTERS]
    return tuple((key, value) for key, value in asked if value is not None)


def parse_env_var_ref(raw: JSONObject, at: JSONPath, report: Report) -> EnvVarRef:
    """An env_var_ref object."""
    report.unknown_keys(raw, at, VARIABLE_KEYS)
    key, default = raw.get("key"), raw.get("default")
    if not isinstance(key, str) or not ENVIRONMENT_KEY.fullmatch(key):
        report.error(at.key("key"), f"must match {ENVIRONMENT_KEY.pattern}")
    if not isinstance(raw.get("default", ""), str):
        report.error(at.key("default"), "must be a string")
    returned = report.word(raw.get("return"), at.key("return"), ("value", "jsonata"), default="value")
    return EnvVarRef(
        key=key if isinstance(key, str) else "",
        default=default if isinstance(default, str) else None,
        expression=_transform(raw, at, report, returned),
        at=at,
    )


def _transform(raw: JSONObject, at: JSONPath, report: Report, returned: str) -> str:
    if returned != "jsonata":
        return ""
    return report.expression(raw.get("jsonataExpression"), at.key("jsonataExpression"))
