"""Which payloads satisfy the conditions of a webhook."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.json_types import ROOT
from integrations.findings import Findings
from outbound.webhooks.filters import AND, OR, Conditions, Pending, holds
from outbound.webhooks.operators import MEASURING, NEGATED, OPERATIONS, ORDERING

pytestmark = pytest.mark.once
CALM = settings(derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The first examples are slow on a machine that is busy."""
PAYLOAD = {
    "status": "active",
    "amount": 12.5,
    "digits": "0012.50",
    "signed": True,
    "day": "2026-01-15",
    "moment": "2026-01-15T23:30:00+01:00",
    "empty": "",
    "none": None,
    "no_tags": [],
    "nothing_in": {},
    "tags": ["vip", "new"],
    "blanks": ["", None],
    "numbers": [1, 2, 3],
    "customer": {"name": "Ute", "emails": [{"email": "ute@example.com"}, {"email": "u.jensen@example.org"}]},
    "orders": [
        {"number": "A-1", "total": 10, "lines": [{"sku": "x"}, {"sku": "y"}]},
        {"number": "B-2", "total": 20, "lines": []},
        {"total": 30, "lines": [{"sku": "z"}]},
    ],
}


def parsed(*conditions, operator=AND, older=None):
    """Conditions as a webhook holds them; fails when they are refused."""
    findings = Findings()
    raw = {"filterConditions": {"conditions": list(conditions), "logical_operator": operator}, "filter": older}
    found = Conditions.parse(raw, ROOT, findings)
    assert findings.errors == []
    return found


def condition(field, operation, *values, **more):
    """One condition on a field."""
    return {"field": field, "operation": operation, "values": list(values), **more}


def satisfied(field, operation, *values, payload=PAYLOAD, **more):
    """Whether the payload satisfies one condition."""
    return holds(parsed(condition(field, operation, *values, **more)), payload)


def errors_of(raw):
    """The places that are refused."""
    findings = Findings()
    Conditions.parse(raw, ROOT, findings)
    return [detail.path for detail in findings.errors]


NUMBER, BOOLEAN, DATE, DATETIME = ({"field_type": name} for name in ("number", "boolean", "date", "datetime"))
ITEMS = {"repeatable_item_op": True}


@pytest.mark.parametrize(
    ("field", "operation", "values", "more", "expected"),
    [
        ("status", "equals", ["active"], {}, True),
        ("status", "equals", ["Active"], {}, False),
        ("status", "equals", ["closed", "active"], {}, True),
        ("missing", "equals", ["active"], {}, False),
        ("none", "equals", ["null"], {}, False),
        ("amount", "equals", ["12.5"], {}, True),
        ("signed", "equals", ["true"], {}, True),
        ("customer.name", "equals", ["Ute"], {}, True),
        ("tags.1", "equals", ["new"], {}, True),
        ("tags[1]", "equals", ["new"], {}, True),
        ("tags[7]", "equals", ["new"], {}, False),
        ("orders[1].number", "equals", ["B-2"], {}, True),
        ("orders.1.number", "equals", ["B-2"], {}, True),
        ("customer.emails[0].email", "ends_with", [".com"], {}, True),
        ("tags", "equals", ["new", "vip"], {}, True),
        ("tags", "equals", ["new"], {}, False),
        ("tags", "not_equals", ["new"], {}, True),
        ("status", "not_equals", ["active"], {}, False),
        ("missing", "not_equals", ["active"], {}, True),
        ("status", "any_of", ["won", "active"], {}, True),
        ("tags", "any_of", ["old", "vip"], {}, True),
        ("tags", "none_of", ["old", "vip"], {}, False),
        ("tags", "none_of", ["old"], {}, True),
        ("status", "contains", ["ctiv"], {}, True),
        ("status", "not_contains", ["ctiv"], {}, False),
        ("tags", "contains", ["vip"], {}, True),
        ("tags", "contains", ["vi"], {}, False),
        ("tags", "contains", ["vi"], ITEMS, True),
        ("missing", "not_contains", ["x"], {}, True),
        ("status", "starts_with", ["act"], {}, True),
        ("status", "ends_with", ["ive"], {}, True),
        ("none", "starts_with", ["n"], {}, False),
        ("missing", "ends_with", [""], {}, False),
        ("amount", "greater_than", [12], NUMBER, True),
        ("amount", "greater_than", ["9"], {}, False),
        ("digits", "equals", [12.5], NUMBER, True),
        ("digits", "less_than", ["1e2"], NUMBER, True),
        ("amount", "less_than_or_equals", [12.5], NUMBER, True),
        ("amount", "greater_than_or_equals", [12.6], NUMBER, False),
        ("status", "greater_than", [0], NUMBER, False),
        ("signed", "greater_than", [0], NUMBER, False),
        ("signed", "equals", [True], BOOLEAN, True),
        ("signed", "equals", ["false"], BOOLEAN, False),
        ("status", "equals", [True], BOOLEAN, False),
        ("day", "greater_than", ["2026-01-14"], DATE, True),
        ("moment", "equals", ["2026-01-15"], DATE, True),
        ("day", "less_than", ["2026-01-15T00:00:01Z"], DATETIME, True),
        ("moment", "equals", ["2026-01-15T22:30:00Z"], DATETIME, True),
        ("moment", "greater_than", ["2026-01-15T22:30:01"], DATETIME, False),
        ("status", "less_than", ["2026-01-15"], DATE, False),
        ("missing", "is_empty", [], {}, True),
        ("none", "is_empty", [], {}, True),
        ("empty", "is_empty", [], {}, True),
        ("no_tags", "is_empty", [], {}, True),
        ("nothing_in", "is_empty", [], {}, True),
        ("tags", "is_empty", [], {}, False),
        ("blanks", "is_empty", [], {}, False),
        ("blanks", "is_empty", [], ITEMS, True),
        ("amount", "is_not_empty", [], {}, True),
        ("missing", "is_not_empty", [], {}, False),
        ("tags", "length_equals", [2], {}, True),
        ("tags", "length_equals", ["2"], {}, True),
        ("tags", "length_not_equals", [2], {}, False),
        ("missing", "length_equals", [0], {}, True),
        ("none", "length_equals", [0], {}, True),
        ("status", "length_equals", [1], {}, True),
        ("nothing_in", "length_equals", [1], {}, True),
        ("orders", "length_greater_than", [2], {}, True),
        ("orders", "length_less_than", [3], {}, False),
        ("orders.lines", "length_greater_than_or_equals", [3], {}, True),
        ("orders.lines", "length_less_than_or_equals", [2], {}, False),
        ("orders.total", "greater_than", [25], NUMBER | ITEMS, True),
        ("orders.total", "greater_than", [30], NUMBER | ITEMS, False),
        ("orders.number", "equals", ["A-1"], ITEMS, True),
        ("orders.number", "not_equals", ["A-1"], ITEMS, False),
        ("orders.number", "not_equals", ["C-3"], ITEMS, True),
        ("orders.lines.sku", "equals", ["z"], ITEMS, True),
        ("orders.lines.sku", "starts_with", ["q"], ITEMS, False),
        ("numbers", "equals", ["3", 1, 2], NUMBER, True),
        ("status", "length_equals", [1], {"is_array_field": True}, True),
        ("none", "length_equals", [0], {"is_array_field": True}, True),
        ("none", "is_empty", [], {"is_array_field": True}, True),
        ("blanks", "length_equals", [2], {}, True),
        ("status", "contains", ["act"], {"is_array_field": True}, False),
    ],
)
def test_an_operation_asks_what_its_name_says(field, operation, values, more, expected):
    assert satisfied(field, operation, *values, **more) is expected


@pytest.mark.parametrize(("operator", "expected"), [(AND, False), (OR, True)])
def test_conditions_hold_together_or_one_by_one(operator, expected):
    conditions = parsed(condition("status", "equals", "active"), condition("status", "is_empty"), operator=operator)
    assert holds(conditions, PAYLOAD) is expected


def test_without_conditions_everything_is_delivered():
    assert holds(Conditions.parse({}, ROOT, Findings()), PAYLOAD) is True


def test_an_empty_group_holds_whatever_its_operator():
    assert [holds(parsed(operator=operator), PAYLOAD) for operator in (AND, OR)] == [True, True]


@pytest.mark.parametrize(("values", "expected"), [(["won", "active"], True), (["won"], False)])
def test_the_older_filter_takes_any_of_its_values(values, expected):
    assert holds(parsed(older={"keyToFilter": "status", "supportedValues": values}), PAYLOAD) is expected


def test_the_older_filter_has_to_hold_besides():
    conditions = parsed(
        condition("status", "equals", "active"),
        {"jsonata_expression": "true"},
        operator=OR,
        older={"keyToFilter": "status", "supportedValues": ["won"]},
    )
    assert holds(conditions, PAYLOAD) is False


EXPRESSION = {"jsonata_expression": "amount > 10"}
TRUE, FALSE = condition("status", "equals", "active"), condition("status", "equals", "won")


@pytest.mark.parametrize(("first", "operator", "expected"), [(FALSE, AND, False), (TRUE, OR, True)])
def test_an_expression_that_could_change_nothing_is_not_asked_for(first, operator, expected):
    assert holds(parsed(first, EXPRESSION, operator=operator), PAYLOAD) is expected


@pytest.mark.parametrize(("first", "operator"), [(TRUE, AND), (FALSE, OR)])
def test_an_expression_that_decides_is_left_to_somebody_else(first, operator):
    assert holds(parsed(first, EXPRESSION, operator=operator), PAYLOAD) == Pending(("amount > 10",), operator)


@pytest.mark.parametrize(
    ("operator", "answers", "expected"),
    [(AND, [True, True], True), (AND, [True, False], False), (OR, [False, True], True), (OR, [False, False], False)],
)
def test_what_the_expressions_say_settles_it(operator, answers, expected):
    pending = holds(parsed(EXPRESSION, {"jsonata_expression": "false"}, operator=operator), PAYLOAD)
    assert pending.settle(answers) is expected


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({"filterConditions": []}, "filterConditions"),
        ({"filterConditions": {"logical_operator": "XOR"}}, "filterConditions.logical_operator"),
        ({"filterConditions": {"conditions": [TRUE] * 11}}, "filterConditions.conditions"),
        ({"filterConditions": {"conditions": [1]}}, "filterConditions.conditions[0]"),
        ({"filter": {"supportedValues": ["x"]}}, "filter.keyToFilter"),
        ({"filter": {"keyToFilter": "status"}}, "filter.supportedValues"),
        ({"filter": {"keyToFilter": "status", "supportedValues": []}}, "filter.supportedValues"),
    ],
)
def test_a_group_that_breaks_a_rule_is_refused_by_its_path(raw, path):
    assert errors_of(raw) == [path]


@pytest.mark.parametrize(
    ("one", "member"),
    [
        (TRUE | {"field": None}, "field"),
        (TRUE | {"field": "a..b"}, "field"),
        (TRUE | {"field": "x" * 501}, "field"),
        (TRUE | {"operation": "like"}, "operation"),
        (TRUE | {"field_type": "money"}, "field_type"),
        (TRUE | {"values": None}, "values"),
        (TRUE | {"values": []}, "values"),
        (TRUE | {"values": [{}]}, "values[0]"),
        (TRUE | {"values": ["1", "x"], "field_type": "number"}, "values[1]"),
        (TRUE | {"values": ["2026-13-01"], "field_type": "date"}, "values[0]"),
        (TRUE | {"values": ["yesterday"], "field_type": "datetime"}, "values[0]"),
        (TRUE | {"operation": "length_equals", "values": [-1]}, "values[0]"),
        (TRUE | {"operation": "length_equals", "values": [1.5]}, "values[0]"),
        (TRUE | {"operation": "length_equals", "values": ["many"]}, "values[0]"),
        (TRUE | {"operation": "greater_than", "field_type": "boolean", "values": [True]}, "operation"),
        (TRUE | {"is_array_field": "yes"}, "is_array_field"),
        (TRUE | {"repeatable_item_op": 1}, "repeatable_item_op"),
        ({"jsonata_expression": ""}, "jsonata_expression"),
        ({"jsonata_expression": "x" * 15_001}, "jsonata_expression"),
        ({"jsonata_expression": "true", "field": "status"}, "field"),
        ({"jsonata_expression": "true", "values": ["x"]}, "values"),
    ],
)
def test_a_condition_that_breaks_a_rule_is_refused_by_its_path(one, member):
    assert errors_of({"filterConditions": {"conditions": [one]}}) == [f"filterConditions.conditions[0].{member}"]


def test_a_value_that_is_not_looked_at_is_a_warning():
    findings = Findings()
    raw = {"filterConditions": {"conditions": [condition("amount", "greater_than", 1, 2, **NUMBER)]}}
    Conditions.parse(raw, ROOT, findings)
    assert [detail.path for detail in findings.warnings] == ["filterConditions.conditions[0].values[1]"]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
NAMES = st.sampled_from(["a", "b", "0", "1"])
DOCUMENTS = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))
FIELDS = st.lists(NAMES, min_size=1, max_size=3).map(".".join)
OPTIONS = {"is_array_field": st.booleans(), "repeatable_item_op": st.booleans()}


@st.composite
def conditions(draw, operations=OPERATIONS):
    """A condition that may be stored."""
    operation = draw(st.sampled_from(operations))
    type = draw(st.sampled_from(["string", "number"] if operation in ORDERING else ["string", "number", "boolean"]))
    values = {"string": st.text(max_size=4), "number": st.integers(), "boolean": st.booleans()}[type]
    lengths = st.integers(0, 4)
    chosen = draw(st.lists(lengths if operation in MEASURING else values, min_size=1, max_size=3))
    options = {name: draw(option) for name, option in OPTIONS.items()}
    return condition(draw(FIELDS), operation, *chosen, field_type=type, **options)


@CALM
@given(one=conditions(), payload=DOCUMENTS)
def test_every_condition_is_true_or_false_of_whatever_is_sent(one, payload):
    assert holds(parsed(one), payload) in {True, False}


@CALM
@given(one=conditions(tuple(NEGATED)), payload=DOCUMENTS)
def test_a_negated_operation_holds_exactly_where_the_other_does_not(one, payload):
    other = one | {"operation": NEGATED[one["operation"]]}
    assert holds(parsed(one), payload) is not holds(parsed(other), payload)


@CALM
@given(first=conditions(), second=conditions(), payload=DOCUMENTS)
def test_a_group_is_the_conjunction_or_disjunction_of_its_conditions(first, second, payload):
    alone = [holds(parsed(one), payload) for one in (first, second)]
    assert holds(parsed(first, second), payload) is all(alone)
    assert holds(parsed(first, second, operator=OR), payload) is any(alone)


@CALM
@given(one=conditions(), payload=DOCUMENTS, index=st.integers(0, 3))
def test_brackets_and_dots_name_the_same_place(one, payload, index):
    dotted, bracketed = (holds(parsed(one | {"field": f"a{text}.b"}), payload) for text in (f".{index}", f"[{index}]"))
    assert dotted is bracketed
