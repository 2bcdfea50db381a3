"""Expressions are compiled in a child before a configuration is saved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.jsonata.compile import Finding, checking_pool, compile_expressions
from hub.jsonata.engine import ENGINES
from hub.jsonata.pool import ChildPool

pytestmark = pytest.mark.once


@pytest.fixture(scope="module", params=ENGINES)
def pool(request: pytest.FixtureRequest) -> Iterator[ChildPool]:
    made = checking_pool(engine=request.param)
    yield made
    made.close()


def test_expressions_that_compile_have_no_findings(pool):
    assert compile_expressions(pool, [("a", "x.y"), ("b", "$$.z")]) == []


def test_no_expressions_have_no_findings(pool):
    assert compile_expressions(pool, []) == []


def test_a_finding_names_path_line_and_column(pool):
    [found] = compile_expressions(pool, [("entities[0].enabled", "a"), ("entities[0].jsonataExpression", "a +\n)")])
    assert isinstance(found, Finding)
    assert (found.path, found.line, found.column) == ("entities[0].jsonataExpression", 2, 2)
    assert found.message


def test_a_text_that_stands_twice_is_found_twice(pool):
    assert [found.path for found in compile_expressions(pool, [("a", "("), ("b", "1"), ("c", "(")])] == ["a", "c"]


def test_an_expression_that_crashes_the_compiler_is_a_finding_and_the_others_are_compiled(pool):
    crashing = "[" * 10_000 + "]" * 10_000
    found = compile_expressions(pool, [("a", "1"), ("b", crashing), ("c", "(")])
    assert [one.path for one in found] == ["b", "c"]


def test_an_oversized_expression_is_a_finding(pool):
    [found] = compile_expressions(pool, [("a", "1+" * 20_000 + "1")])
    assert "32768 bytes" in found.message
