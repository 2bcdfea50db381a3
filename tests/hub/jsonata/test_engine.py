"""Both engines answer alike: values, nothing, null, and errors with their place."""

from __future__ import annotations

import pytest

from hub.jsonata.engine import ENGINES, Context, compile_expression
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.limits import ERROR_CHARACTERS, EXPRESSION_BYTES
from hub.jsonata.undefined import UNDEFINED

PAYLOAD = {"v": "payload", "rows": [{"v": "row", "n": 4}], "none": None}
FACTS = {
    "event": {"event_type": "UPDATE"},
    "env": {"region": "north", "erp.no": "7"},
    "__millis": 1768464000000,
    "__random": 0.25,
}

pytestmark = [pytest.mark.once, pytest.mark.parametrize("engine", ENGINES)]


def _value(text, engine, context=None):
    return compile_expression(text, engine=engine).evaluate(context or Context(PAYLOAD, facts=FACTS))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("v", "payload"),
        ("rows.n", 4),
        ("rows[]", [{"v": "row", "n": 4}]),
        ("none", None),
        ("gone", UNDEFINED),
        ("$uppercase", UNDEFINED),
        ("rows[n=9]", UNDEFINED),
        ("true ? null", None),
        ("false ? 1", UNDEFINED),
        ("1/0", None),
        ("3 * 2.5", 7.5),
        ("2 * 2.5", 5),
        ("[]", []),
        ("{}", {}),
        ("$default(gone, v)", "payload"),
        ("$mapValue({'4': 'four'}, rows.n)", "four"),
        ("$mapValue({'true': 1}, true)", 1),
        ("$mapValue({'a': null}, 'a', 2)", None),
        ("$mapValue({'a': 1}, 'b', 2)", 2),
        ("$mapValue({'a': 1}, gone, 2)", 2),
        ("$mapValue({'a': 1}, 'b')", UNDEFINED),
        ("$mapKey({'a': '1', 'b': 1, 'c': 1}, 1)", "b"),
        ("$mapKey({'a': null}, null)", "a"),
        ("$mapKey({'a': 1}, 2, 'z')", "z"),
        ("$mapKey({}, 2)", UNDEFINED),
        ("$env.region", "north"),
        ("$env.`erp.no`", "7"),
        ("$env.gone", UNDEFINED),
        ("$count($keys($env))", 2),
        ("$default(none, v)", None),
        ("$event.event_type", "UPDATE"),
        ("$millis()", 1768464000000),
        ("$now('[Y0001]-[M01]')", "2026-01"),
        ("$random()", 0.25),
        ("$count($)", 1),
    ],
)
def test_an_expression_yields(text, value, engine):
    assert _value(text, engine) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("v & $$.v", "rowpayload"),
        ("$$.rows[0].n = n", True),
        ("$keys($$)[0]", "v"),
        ("$$.gone", UNDEFINED),
        ("$$.none", None),
        ("[1,2].($$.v)", ["payload", "payload"]),
        ("$map([1], function($i){$$.v})", "payload"),
        ("$default($$.gone, $now('[Y]'))", "2026"),
    ],
)
def test_an_item_reaches_the_payload(text, value, engine):
    assert _value(text, engine, Context(PAYLOAD["rows"][0], payload=PAYLOAD, facts=FACTS)) == value


@pytest.mark.parametrize("document", ["text", 7, True, None, [1, [2]], []])
def test_any_value_may_be_the_context(document, engine):
    assert _value("$", engine, Context(document, payload=PAYLOAD)) == document


@pytest.mark.parametrize(("text", "value"), [("$exists($)", False), ("$count($)", 0), ("$$.v", "payload"), ("1", 1)])
def test_nothing_may_be_the_context(text, value, engine):
    assert _value(text, engine, Context(UNDEFINED, payload=PAYLOAD)) == value


def test_a_list_as_context_is_one_value(engine):
    assert _value("$count($)", engine, Context([1, 2, 3], payload=PAYLOAD)) == 3


@pytest.mark.parametrize(("text", "place"), [("a +", (1, 4)), ("a\n  & )", (2, 6)), ("'open", (1, 6))])
def test_a_syntax_error_has_its_place(text, place, engine):
    with pytest.raises(ExpressionFailed) as caught:
        compile_expression(text, engine=engine)
    assert (caught.value.line, caught.value.column) == place


def test_a_message_begins_with_the_code_of_the_language(engine):
    with pytest.raises(ExpressionFailed) as caught:
        _value("rows.n + v", engine)
    assert caught.value.message.startswith("T2002: ")


@pytest.mark.parametrize("text", ["$eval('1')", "$error('x')", "v + 1", "$gone()", "($f:=function(){$f()};$f())"])
def test_a_failing_expression_raises(text, engine):
    with pytest.raises(ExpressionFailed):
        compile_expression(text, engine=engine, expression_ms=200).evaluate(Context(PAYLOAD, facts=FACTS))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("$error('broken')", (1, 1)),
        ("v &\n  $substring(4711, 0, 2)", (2, 3)),
        ("v ~> $uppper", (1, 4)),
        ("v.( $trim(5))", (1, 5)),
        ("1 + 'a' * 2", (None, None)),
        ("$default(v, 1) & $trim(5)", (None, None)),
    ],
)
def test_a_failing_expression_names_the_place_where_it_fails(text, place, engine):
    with pytest.raises(ExpressionFailed) as caught:
        _value(text, engine)
    assert (caught.value.line, caught.value.column) == place


def test_an_error_that_echoes_the_input_is_cut(engine):
    with pytest.raises(ExpressionFailed) as caught:
        _value("$error($)", engine, Context("s" * 10_000))
    assert len(caught.value.message) <= ERROR_CHARACTERS


@pytest.mark.parametrize(
    "text", ["", "  ", "1" + " " * EXPRESSION_BYTES, "function($a)" + "<a" * 30 + ">" * 30 + "{1}"]
)
def test_what_is_no_reasonable_expression_is_refused(text, engine):
    with pytest.raises(ExpressionFailed):
        compile_expression(text, engine=engine)


def test_one_evaluation_leaves_nothing_behind_for_the_next(engine):
    expression = compile_expression("$exists($left) ? 'left' : ($left := v)", engine=engine)
    assert [expression.evaluate(Context(PAYLOAD)) for _ in range(2)] == ["payload", "payload"]


@pytest.mark.parametrize("text", ["$mapValue(gone, 1)", "$mapValue([1], 0, 2)", "$mapKey('x', 1)"])
def test_a_table_that_is_no_object_is_a_failure(text, engine):
    with pytest.raises(ExpressionFailed, match="the first argument must be an object"):
        _value(text, engine)
