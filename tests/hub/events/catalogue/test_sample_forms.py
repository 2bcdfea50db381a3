"""Values for fields of which only the JSON Schema is known."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from hub.events.catalogue.sample_forms import example_of_form

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"type": "string"},
        {"type": "string", "format": "date-time"},
        {"type": "string", "minLength": 40},
        {"type": "string", "maxLength": 2},
        {"type": "string", "minLength": 3, "maxLength": 3},
        {"type": ["null", "integer"]},
        {"type": "null"},
        {"type": "boolean"},
        {"type": "integer", "minimum": 100},
        {"type": "number", "maximum": -3},
        {"type": "integer", "exclusiveMinimum": 8, "maximum": 9},
        {"type": "number", "exclusiveMaximum": 0},
        {"type": "array", "minItems": 3, "items": {"type": "boolean"}},
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "number"}}},
        {"type": "object"},
        {"properties": {"a": {"enum": [7]}}},
        {"const": None},
        {"enum": ["red", "blue"]},
        {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["EUR"]},
        {"type": "string", "pattern": "^[A-Z]{3}$", "default": "EUR"},
        {"anyOf": [{"type": "number"}, {"type": "null"}]},
        {"oneOf": [{"type": "number"}, {"type": "string"}]},
        {"allOf": [{"type": "number"}]},
    ],
    ids=str,
)
def test_the_value_fits_the_form(form: dict[str, Any]):
    jsonschema_rs.validate(form, example_of_form(form))


def test_a_form_may_be_no_more_than_true():
    assert example_of_form(True, "colour") == "colour"


def test_of_an_endless_nest_only_the_outside_is_filled():
    form: dict[str, Any] = {"type": "array"}
    form["items"] = form
    assert isinstance(example_of_form(form), list)
