"""Validation: findings at their places, in sentences that tell nothing of the payload."""

from __future__ import annotations

from typing import Any

import pytest

from hub.events.catalogue import misfits
from hub.events.catalogue.validation import MESSAGE_CHARACTERS, MOST_MISFITS, problem_of

pytestmark = pytest.mark.once

SECRET = "DE02120300000000202051"


def findings(form: dict[str, Any], value: Any) -> list[tuple[str, str]]:
    return [(str(path), message) for path, message in misfits({"properties": {"a": form}}, {"a": value})]


@pytest.mark.parametrize(
    ("form", "value", "found"),
    [
        ({"type": "number"}, SECRET, ("a", "must be of type number")),
        ({"type": ["string", "null"]}, 1, ("a", "must be of type null or string")),
        ({"enum": ["red", "blue", "", None]}, SECRET, ("a", "must be one of red, blue")),
        ({"const": "1.0"}, SECRET, ("a", "must be 1.0")),
        ({"pattern": "^x"}, SECRET, ("a", "does not have the form that is asked for")),
        ({"anyOf": [{"type": "null"}]}, SECRET, ("a", "fits none of the forms that are allowed")),
        ({"oneOf": [{"type": "null"}]}, SECRET, ("a", "fits none of the forms that are allowed")),
        ({"oneOf": [{}, True]}, SECRET, ("a", "fits more than one of the forms that exclude each other")),
        ({"minimum": 3}, 1, ("a", "must be at least 3")),
        ({"maximum": 3}, 7, ("a", "must be at most 3")),
        ({"exclusiveMinimum": 3}, 3, ("a", "must be more than 3")),
        ({"exclusiveMaximum": 3}, 3, ("a", "must be less than 3")),
        ({"minItems": 1}, [], ("a", "needs at least 1 members")),
        ({"maxItems": 0}, [1], ("a", "may have at most 0 members")),
        ({"minLength": 50}, SECRET, ("a", "needs at least 50 characters")),
        ({"maxLength": 3}, SECRET, ("a", "may have at most 3 characters")),
        ({"uniqueItems": True}, [1, 1], ("a", "may not hold the same member twice")),
        (
            {"properties": {"b": {}}, "additionalProperties": False},
            {SECRET: 1},
            ("a", "has members that are not allowed"),
        ),
        ({"properties": {"b": False}}, {"b": 1}, ("a.b", "is not allowed here")),
        ({"required": ["b"]}, {}, ("a.b", "is required")),
        ({"items": {"required": ["b"]}}, [{"b": 1}, {}], ("a[1].b", "is required")),
        ({"not": {}}, SECRET, ("a", "does not fit")),
    ],
)
def test_a_finding_has_its_place_and_tells_no_value(form: dict[str, Any], value: Any, found: tuple[str, str]):
    assert findings(form, value) == [found]


def test_what_fits_has_no_findings():
    assert findings({"type": "string"}, SECRET) == []


def test_a_sentence_is_short():
    [(_, sentence)] = findings({"enum": [f"option {number}" for number in range(100)]}, 1)
    assert len(sentence) == MESSAGE_CHARACTERS


def test_of_very_many_findings_some_are_enough():
    assert len(findings({"items": {"type": "string"}}, [1] * 1_000)) == MOST_MISFITS


def test_two_schemas_with_the_same_name_are_told_apart():
    assert findings({"type": "string"}, 1) != []
    assert findings({"type": "number"}, 1) == []


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"type": "string"}, None),
        ({"type": "text"}, "is no JSON Schema of draft 2020-12: see type"),
        ({"properties": {"a": {"type": 1}}}, "is no JSON Schema of draft 2020-12: see properties.a.type"),
        ({"pattern": "(a"}, "is no JSON Schema of draft 2020-12: see pattern"),
        ({"pattern": "(?=a)"}, "is no JSON Schema of draft 2020-12: see pattern"),
        ({"$ref": "https://example.com/schema.json"}, "is no JSON Schema of draft 2020-12"),
    ],
)
def test_what_is_no_schema_is_told(form: dict[str, Any], problem: str | None):
    assert problem_of(form) == problem
