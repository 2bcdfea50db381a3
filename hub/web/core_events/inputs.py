"""The fields that whoever fires an event brings along, as inputs; and what somebody typed into them, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from hub.errors import ErrorDetail
from hub.events.catalogue import EventField
from hub.events.definitions import Event
from hub.json_types import JSONObject, JSONValue
from hub.strict_json import MalformedJSON, parse

KEY: Final = "f:"
"""Begins the names of inputs, so that no field is taken for something else of the form."""
PREFIX: Final = "fields."
"""Begins the paths of what the code behind the form finds in a given field."""
LOOKS: Final = {"string": "text", "number": "number", "integer": "number", "boolean": "truth"}


@dataclass(frozen=True, slots=True)
class Input:
    """One field. look: text, number, truth, choice or json; raw: what stands in it."""

    name: str
    look: str
    raw: str
    is_required: bool
    options: tuple[str, ...] = ()
    hint: str = ""
    error: str = ""

    @property
    def key(self) -> str:
        """Name of the input."""
        return KEY + self.name


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed: values by field, and what means nothing."""

    values: JSONObject
    findings: Sequence[ErrorDetail]


def asked_fields(event: Event) -> list[EventField]:
    """The fields that nothing else makes, required ones first; none of an own event, which ignores them."""
    if event.is_custom:
        return []
    found = [one for one in event.definition.fields if one.source is None]
    return sorted(found, key=lambda one: not one.required)


def given_of(event: Event, posted: QueryDict) -> Given:
    """The values; what is left empty is absent."""
    values: JSONObject = {}
    findings = []
    for field in asked_fields(event):
        raw = posted.get(KEY + field.name, "").strip()
        if not raw:
            continue
        try:
            values[field.name] = _value(field, raw)
        except ValueError as error:
            findings.append(ErrorDetail(PREFIX + field.name, str(error)))
    return Given(values, findings)


def inputs_of(event: Event, posted: QueryDict, findings: Sequence[ErrorDetail]) -> list[Input]:
    """The inputs with what was typed, each with what is wrong about it."""
    told = {field_of(one.path): one.message for one in reversed(findings)}
    return [_input(field, posted.get(KEY + field.name, ""), told) for field in asked_fields(event)]


def others_of(inputs: Sequence[Input], findings: Sequence[ErrorDetail]) -> list[ErrorDetail]:
    """The findings that belong to no input."""
    names = {one.name for one in inputs}
    return [one for one in findings if field_of(one.path) not in names]


def field_of(path: str) -> str:
    """The field in which a path lies, of what was given or of the whole payload."""
    return path.removeprefix(PREFIX).partition(".")[0].partition("[")[0]


def _input(field: EventField, raw: str, told: Mapping[str, str]) -> Input:
    look, options = _look(field)
    return Input(field.name, look, raw, field.required, options, _hint(field, look), told.get(field.name, ""))


def _look(field: EventField) -> tuple[str, tuple[str, ...]]:
    choices = field.form.get("enum")
    if isinstance(choices, list) and all(isinstance(one, str) for one in choices):
        return "choice", tuple(str(one) for one in choices)
    return LOOKS.get(str(field.form.get("type")), "json"), ()


def _hint(field: EventField, look: str) -> str:
    if look == "json":
        return _("JSON, such as %(example)s") % {"example": _example(field)}
    form = field.form.get("format")
    return {"date-time": "2026-01-31T08:00:00Z", "date": "2026-01-31", "uuid": _("a UUID")}.get(str(form), "")


def _example(field: EventField) -> str:
    return "{}" if field.form.get("type") == "object" else "[]"


def _value(field: EventField, raw: str) -> JSONValue:
    look, _options = _look(field)
    if look in {"text", "choice"}:
        return raw
    if look == "truth":
        return raw == "true"
    try:
        value: Any = parse(raw.encode("utf-8", "surrogatepass"))  # Any: all of JSON
    except MalformedJSON as error:
        raise ValueError(_("must be a number") if look == "number" else error.message) from error
    if look == "number" and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ValueError(_("must be a number"))
    found: JSONValue = value
    return found
