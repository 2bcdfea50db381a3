"""What the detail of a span tells beyond its message: every warning of its code, and where an expression failed."""

from __future__ import annotations

from dataclasses import dataclass

from hub.json_types import JSONObject, JSONValue


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, and how often. schema and field are empty where none is concerned."""

    message: str
    schema: str = ""
    field: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where something failed, and what it was given; what nobody knows is empty or None. line and column count
    from 1, inside the expression; given is the beginning of a JSON text."""

    path: str = ""
    line: int | None = None
    column: int | None = None
    field: str = ""
    given: str = ""


def findings_of(detail: JSONValue) -> list[Finding]:
    """The warnings that the span keeps, which are the first of them; empty for a span of something else."""
    warnings = detail.get("warnings") if isinstance(detail, dict) else None
    listed = warnings if isinstance(warnings, list) else []
    return [_finding(one) for one in listed if isinstance(one, dict)]


def warning_count(detail: JSONValue) -> int:
    """How many warnings the span stands for; 0 for a span of something else."""
    return _number(detail, "count") or 0 if isinstance(detail, dict) and "warnings" in detail else 0


def place_of(detail: JSONValue) -> Place:
    """Where the failure of a mapping happened."""
    inner: JSONValue = detail.get("detail") if isinstance(detail, dict) else None
    return Place(
        path=_text(detail, "path"),
        line=_number(inner, "line"),
        column=_number(inner, "column"),
        field=_text(inner, "field"),
        given=_text(inner, "input"),
    )


def _finding(warning: JSONObject) -> Finding:
    return Finding(
        message=_text(warning, "message"),
        schema=_text(warning, "schema"),
        field=_text(warning, "field"),
        count=_number(warning, "count") or 1,
    )


def _text(detail: JSONValue, name: str) -> str:
    value = detail.get(name) if isinstance(detail, dict) else None
    return value if isinstance(value, str) else ""


def _number(detail: JSONValue, name: str) -> int | None:
    value = detail.get(name) if isinstance(detail, dict) else None
    return value if isinstance(value, int) else None
