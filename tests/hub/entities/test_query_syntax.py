"""Query strings become trees; what is outside the subset is refused where it stands."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.entities.query.lexer import InvalidQuery
from hub.entities.query.syntax import And, Equals, Node, Not, Prefix, Present, Range, Term, parse


def shown(node: Node) -> str:
    """The tree in one line."""
    if isinstance(node, Term):
        return f"{node.field or ''}:{_test(node.test)}"
    if isinstance(node, Not):
        return f"-{shown(node.part)}"
    word = " & " if isinstance(node, And) else " | "
    return "(" + word.join(map(shown, node.parts)) + ")"


def _test(test: object) -> str:
    if isinstance(test, Equals):
        return test.text
    if isinstance(test, Prefix):
        return f"{test.text}…"
    if isinstance(test, Range):
        return f"{test.low}~{test.high}"
    assert isinstance(test, Present)
    return "?"


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ('_schema:contact AND customer_number:"C-100"', "(_schema:contact & customer_number:C-100)"),
        ("a:1 OR b:2 AND c:3", "(a:1 | (b:2 & c:3))"),
        ("(a:1 OR b:2) AND NOT c:3", "((a:1 | b:2) & -c:3)"),
        ("NOT NOT a:1", "--a:1"),
        ("a:1 b:2", "(a:1 & b:2)"),
        ("a:*", "a:?"),
        ("*", ":?"),
        ("a:pre*", "a:pre…"),
        ("email.email:a@x.test", "email.email:a@x.test"),
        ("a:[1 TO 5]", "a:1~5"),
        ("a:[* TO 2026-01-15T08:00:00Z]", "a:None~2026-01-15T08:00:00Z"),
        ('a:["x" TO *]', "a:x~None"),
        ("a:-5", "a:-5"),
        ("word", ":word"),
        ('"two words"', ":two words"),
        (r"a:with\:colon\ and\*star", "a:with:colon and*star"),
        (r'a:"say \"hi\" \\"', r'a:say "hi" \\'.replace(r"\\", "\\")),
        ("C-100", ":C-100"),
        ("a/b", ":a/b"),
        ("and", ":and"),
        ("Müller", ":Müller"),
    ],
)
def test_a_query_becomes_a_tree(query: str, tree: str):
    assert shown(parse(query)) == tree


@pytest.mark.parametrize(
    ("query", "position"),
    [
        ("", 0),
        ("  ", 2),
        ("a:1 AND", 7),
        ("AND a:1", 0),
        ("a:1 OR OR b:2", 7),
        ("NOT", 3),
        ("(a:1", 4),
        ("a:1)", 3),
        ("()", 1),
        ("a:", 2),
        ("a::b", 2),
        (":b", 0),
        ("a:b:c", 3),
        ('"a":b', 0),
        ('a:"open', 2),
        ("a:[1 TO 5", 2),
        ("a:[1 5]", 2),
        ("a:{1 TO 5}", 2),
        ("a:b~2", 3),
        ("a:b^2", 3),
        ("a:b?c", 3),
        ("a:b*c", 3),
        ("a:*b", 2),
        ("a:/b/", 2),
        ("+a:1", 0),
        ("-a:1", 0),
        ("!a:1", 0),
        ("a:1 && b:2", 4),
        ("a:1 || b:2", 4),
        ("a:>5 AND b:(1 OR 2)", 11),
        ("a*:b", 0),
        ("a\\", 2),
        ("a:\x00", 2),
        ("a:\ud800", 2),
        ("(" * 30 + "a" + ")" * 30, 20),
        ("NOT " * 30 + "a", 80),
        ("a " * 101, 200),
        ("a" * 4001, 4000),
    ],
)
def test_what_is_outside_the_subset_is_refused_with_its_place(query: str, position: int):
    with pytest.raises(InvalidQuery) as refused:
        parse(query)
    assert refused.value.position == position
    assert refused.value.status == 400


@given(st.text(alphabet='ab:*()[]{}"\\ ANDORT+-!~^?/&|.\n0', max_size=40) | st.text(max_size=20))
def test_any_text_is_read_or_refused(query: str):
    with contextlib.suppress(InvalidQuery):
        parse(query)
