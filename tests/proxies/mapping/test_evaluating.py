"""What an expression over a request or an answer sees and yields."""

from __future__ import annotations

import json

import pytest

from hub.events.shaping.plan import FailureKind
from hub.jsonata.pools import pool_of
from proxies.mapping.evaluating import CHILDREN, PROGRAM, evaluate
from proxies.mapping.plan import Plan
from tests.builders import NOW

pytestmark = pytest.mark.once


def mapped(expression, document, *, environment=None, names_document="", **bindings):
    plan = Plan(expression, "response_mapping", names_document, environment or {})
    texts = {name: json.dumps(value).encode() for name, value in bindings.items()}
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    found = evaluate(plan, text, bindings=texts, at=NOW)
    assert found.failure is None, found.failure
    return json.loads(found.text) if found.text else "nothing"


def test_an_expression_sees_document_environment_and_variables():
    expression = '{"a": a, "b": $status, "c": $headers.x, "d": $env.k, "e": $now()}'
    assert mapped(expression, {"a": 1}, environment={"k": "v"}, status=200, headers={"x": "y"}) == {
        "a": 1,
        "b": 200,
        "c": "y",
        "d": "v",
        "e": "2026-01-15T08:00:00.000Z",
    }


def test_a_variable_that_nobody_binds_is_nothing():
    assert mapped("$status", {}) == "nothing"


def test_a_name_may_stand_for_the_document():
    assert mapped("data.name", {"name": "Ann"}, names_document="data") == "Ann"
    assert mapped("name", {"name": "Ann"}, names_document="data") == "Ann"
    assert mapped("$", {"name": "Ann"}, names_document="data") == {"name": "Ann"}


def test_a_member_of_that_name_comes_first():
    assert mapped("data.name", {"name": "Ann", "data": {"name": "Bob"}}, names_document="data") == "Bob"


@pytest.mark.parametrize("document", ["text", 5, True, None, [1, 2]])
def test_the_document_may_be_any_json(document):
    assert mapped("$", document) == document


def test_a_number_of_many_digits_is_text():
    assert mapped("n", b'{"n": 12345678901234567890}') == "12345678901234567890"


@pytest.mark.parametrize(("expression", "kind"), [("(", FailureKind.SYNTAX), ('$error("no")', FailureKind.EVALUATION)])
def test_a_failure_says_where_and_what(expression, kind):
    failure = evaluate(Plan(expression, "request_mapping"), b"{}", bindings={}, at=NOW).failure
    assert failure is not None
    assert (failure.where, failure.kind) == ("request_mapping", kind)


def test_an_expression_is_evaluated_while_another_occupies_a_child():
    pool = pool_of(PROGRAM, least=CHILDREN)
    occupied = pool.take()
    try:
        assert mapped("a", {"a": 1}) == 1
    finally:
        pool.give_back(occupied)
