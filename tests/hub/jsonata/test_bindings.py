"""Variables that nothing gives a value."""

from __future__ import annotations

import pytest

from hub.jsonata.bindings import FUNCTIONS, find_unbound
from hub.jsonata.engine import ENGINES, Context, compile_expression

KNOWN = {"$env"}


@pytest.mark.parametrize(
    "expression",
    [
        "$.a & $$.b & $env.c",
        "$x := 1; $x + 1",
        "($f := function($a, $b) { $a + $b }; $f(1, 2))",
        "$map(items, λ($v, $i) { $v * $i })",
        "library.books@$b.loans@$l[$b.isbn = $l.isbn]",
        "items#$i.{'at': $i}",
        "$reduce(items, function($a, $b)<nn:n>{ $a + $b })",
        "'$nobody' & `$nobody` /* $nobody */",
        "$match(a, /$nobody/)",
        "items ~> $sort(function($l, $r) { $l.n > $r.n })",
        "$mapValue($env.codes, code, $default(x, 'none'))",
    ],
)
def test_what_has_a_value_is_bound(expression):
    assert find_unbound(expression, KNOWN) is None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$nobody", ("$nobody", 1, 1)),
        ("{\n  'a': $evn.x\n}", ("$evn", 2, 8)),
        ("$upper(a)", ("$upper", 1, 1)),
        ("$random()", ("$random", 1, 1)),
        ("$eval('1')", ("$eval", 1, 1)),
        ("$__millis", ("$__millis", 1, 1)),
        ("$now()", ("$now", 1, 1)),
        ("$x = 1", ("$x", 1, 1)),
        ("function($a) { $a & $b }", ("$b", 1, 21)),
    ],
)
def test_what_has_none_is_told_with_its_place(expression, expected):
    assert find_unbound(expression, KNOWN) == expected


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_each_function_is_one_in_both_engines(engine, name):
    expression = compile_expression(f"$exists({name})", engine=engine)
    assert expression.evaluate(Context({})) is True
