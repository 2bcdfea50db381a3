"""Variables of an expression are told apart from strings, names, regular expressions and comments."""

from __future__ import annotations

import pytest

from hub.jsonata import source

pytestmark = pytest.mark.once

PAYLOAD = f"${source.PAYLOAD}"


@pytest.mark.parametrize(
    ("expression", "rewritten"),
    [
        ("$$", PAYLOAD),
        ("$$.a + $$[0]", f"{PAYLOAD}.a + {PAYLOAD}[0]"),
        ("a[$$.b=$.b]", f"a[{PAYLOAD}.b=$.b]"),
        ("a/$$.b/c", f"a/{PAYLOAD}.b/c"),
        ("(a)/$$.b/2", f"(a)/{PAYLOAD}.b/2"),
        ("rows.*/$$.b/2", f"rows.*/{PAYLOAD}.b/2"),
        ("'it is \\' $$' & $$", f"'it is \\' $$' & {PAYLOAD}"),
        ("$match(a, /[$$/]$$/) & $$", f"$match(a, /[$$/]$$/) & {PAYLOAD}"),
        ("a and /$$/(b) or $$", f"a and /$$/(b) or {PAYLOAD}"),
        ("/* $$ */ $$ /* $$", f"/* $$ */ {PAYLOAD} /* $$"),
        ("function($x){$x & $$.y}", f"function($x){{$x & {PAYLOAD}.y}}"),
    ],
)
def test_the_payload_sign_is_replaced_where_it_is_a_variable(expression, rewritten):
    assert source.with_payload_variable(expression) == rewritten


@pytest.mark.parametrize("expression", ["'$$'", '"$$"', "`$$`", "a$$b", "$$$", "$a$$", "/$$/", "/* $$ */ 1", "$.a"])
def test_what_only_looks_like_the_payload_sign_stays(expression):
    assert source.with_payload_variable(expression) == expression


@pytest.mark.parametrize(
    ("expression", "members"),
    [
        ("$$.a & $$.`b c`", {"a", "b c"}),
        ("$$.a.b[c=$$.d]", {"a", "d"}),
        ("a", set()),
        ("$$", None),
        ("$$.*", None),
        ("$$[0].a", None),
        ("$$.a.%", None),
        ("$$.a & $string($$)", None),
        ("$$.$f()", None),
    ],
)
def test_the_members_of_the_payload_that_are_read_are_known(expression, members):
    assert source.payload_members(expression) == members


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("payload.a", True),
        ("$merge([payload, {}])", True),
        ("a.payload", False),
        ("'payload'", False),
        ("$payload", False),
        ("payloads", False),
    ],
)
def test_a_path_that_starts_with_a_name_is_found(expression, answer):
    assert source.starts_path_with(expression, "payload") is answer


@pytest.mark.parametrize(
    ("expression", "depth"),
    [
        ("function($a)<s:n>{1}", 1),
        ("function($a)<a<a<s>>:n>{1}", 3),
        ("function($a)" + "<a" * 30 + ">" * 30 + "{1}", 30),
        (" or ".join(["a < 1"] * 40), 0),
        ("'<p><b><i>' & a", 0),
    ],
)
def test_only_signatures_count_as_nested(expression, depth):
    assert source.signature_depth(expression) == depth


def test_a_place_counts_lines_and_columns_from_one():
    assert [source.place("ab\ncd", offset) for offset in (0, 2, 3, 5, 99)] == [(1, 1), (1, 3), (2, 1), (2, 3), (2, 3)]
