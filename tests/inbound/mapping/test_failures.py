"""A failure tells its place, its attribute, and the beginning of what its expression was given."""

from __future__ import annotations

from typing import Any

import pytest

from hub.jsonata.engine import ENGINES
from hub.jsonata.undefined import UNDEFINED
from inbound.mapping.failures import INPUT_CHARACTERS, excerpt

pytestmark = pytest.mark.once


def configuration(*fields: Any, **more: Any) -> dict[str, Any]:
    own = {"attribute": "nr", "field": "nr"}
    return {"entities": [{"entity_schema": "contract", "unique_ids": ["nr"], "fields": [own, *fields], **more}]}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_mistyped_function_is_told_with_line_column_field_and_input(engine, simulate):
    field = {"attribute": "total", "jsonataExpression": "nr &\n $uppercas('x')"}
    failure = simulate(configuration(field), {"nr": "1"}, engine=engine).failure
    assert failure.detail["field"] == "total"
    assert failure.detail["input"] == '{"nr":"1"}'
    assert failure.path == "entities[0].fields[1].jsonataExpression"


def test_the_input_of_an_item_is_the_item(simulate):
    field = {"attribute": "total", "jsonataExpression": "$number(sum)"}
    failure = simulate(configuration(field, jsonataExpression="rows"), {"rows": [{"nr": 1, "sum": "x"}]}).failure
    assert failure.detail == {"field": "total", "input": '{"nr":1,"sum":"x"}'}


def test_the_input_of_a_related_identifier_is_told_with_the_field_it_belongs_to(simulate):
    item = {"entity_schema": "contact", "unique_ids": [{"attribute": "nr", "jsonataExpression": "$number(x)"}]}
    field = {"attribute": "customer", "relations": {"items": [item]}}
    failure = simulate(configuration(field), {"nr": 1, "x": "?"}).failure
    assert (failure.detail["field"], failure.detail["input"]) == ("customer", '{"nr":1,"x":"?"}')


def test_a_long_input_is_cut(simulate):
    field = {"attribute": "v", "jsonataExpression": "$number('x')"}
    told = simulate(configuration(field), {"nr": "ä" * 5_000}).failure.detail["input"]
    assert (len(told), told[-1]) == (INPUT_CHARACTERS, "…")


def test_a_failing_condition_names_its_field(simulate):
    field = {"attribute": "v", "constant": 1, "enabled": "$number('x')"}
    failure = simulate(configuration(field), {"nr": 1}).failure
    assert (failure.path, failure.detail["field"]) == ("entities[0].fields[1].enabled", "v")


def test_a_failing_condition_of_an_entry_has_no_field(simulate):
    failure = simulate(configuration(enabled="$number('x')"), {"nr": 1}).failure
    assert (failure.path, "field" in failure.detail) == ("entities[0].enabled", False)


@pytest.mark.parametrize("value", [UNDEFINED, "\ud800", object()])
def test_what_is_no_json_has_no_excerpt(value):
    assert excerpt(value) == ""
