"""example_of_form: a value that fits a JSON Schema, for fields that nothing else gives one; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hub.events.catalogue.envelope import Document
from hub.json_types import JSONValue

MOMENT: Final = "2026-01-15T08:00:00.000Z"
BY_FORMAT: Final[Mapping[str, str]] = {
    "uuid": "5d2f1b86-3c0e-5f4f-9b0f-6f8f6a3c1e55",
    "date-time": MOMENT,
    "date": MOMENT[:10],
    "time": "08:00:00Z",
    "email": "ada@example.com",
    "uri": "https://example.com",
}
DEEPEST: Final = 8
"""A form that nests deeper gets nothing there."""


def example_of_form(form: Document | bool, name: str = "value", depth: int = DEEPEST) -> JSONValue:
    """The value that the form itself suggests, else one that fits its type: of an enumeration the first, of several
    forms the first. Patterns are not looked at; an author who uses them gives examples."""
    if isinstance(form, bool) or depth == 0:
        return name
    for suggested in ("const", "default"):
        if suggested in form:
            value: JSONValue = form[suggested]
            return value
    for listed in ("examples", "enum"):
        if form.get(listed):
            first: JSONValue = form[listed][0]
            return first
    for several in ("anyOf", "oneOf", "allOf"):
        if form.get(several):
            return example_of_form(form[several][0], name, depth - 1)
    return _of_type(form, name, depth)


def _of_type(form: Document, name: str, depth: int) -> JSONValue:
    kind = form.get("type", "object" if "properties" in form else "string")
    kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object":
        members = form.get("properties") or {"key": {}}
        return {one: example_of_form(inner, one, depth - 1) for one, inner in members.items()}
    if kind == "array":
        inner = example_of_form(form.get("items", {}), name, depth - 1)
        return [inner] * max(1, form.get("minItems", 1))
    if kind in {"number", "integer"}:
        return _number(form, is_whole=kind == "integer")
    return {"boolean": True, "null": None}.get(kind, _text(form, name))


def _number(form: Document, *, is_whole: bool) -> JSONValue:
    start: Any = 1 if is_whole else 12.5  # Any: bounds may be whole or not
    least = form.get("minimum", form["exclusiveMinimum"] + 1 if "exclusiveMinimum" in form else start)
    most = form.get("maximum", form["exclusiveMaximum"] - 1 if "exclusiveMaximum" in form else max(start, least))
    number: int | float = min(max(start, least), most)
    return number


def _text(form: Document, name: str) -> str:
    text = BY_FORMAT.get(form.get("format", ""), f"{name.replace('_', ' ')} 1")
    return text.ljust(form.get("minLength", 0), "x")[: form.get("maxLength", len(text) + form.get("minLength", 0))]
