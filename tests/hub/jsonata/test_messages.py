"""Errors of the engines keep what an author can use, and nothing that could hurt a reader."""

from __future__ import annotations

import pytest

from hub.jsonata.engine.messages import runtime_error
from hub.jsonata.failure import shorten
from hub.jsonata.limits import ERROR_CHARACTERS

pytestmark = pytest.mark.once


def test_a_runtime_error_stands_at_the_function_it_names():
    failed = runtime_error("a &\n  $gone(1)", ValueError("T1006: Attempted to invoke a non-function: $gone"))
    assert (failed.line, failed.column) == (2, 3)


@pytest.mark.parametrize("text", ["$gone(1) & $gone(2)", "a + 1", "'$gone'"])
def test_a_runtime_error_that_may_stand_anywhere_has_no_place(text):
    failed = runtime_error(text, ValueError("T1006: Attempted to invoke a non-function: $gone"))
    assert (failed.line, failed.column) == (None, None)


def test_where_the_message_names_no_function_the_place_is_asked_for():
    asked = []
    failed = runtime_error("a & b", ValueError("T2006: not a function"), lambda code: asked.append(code) or 4)
    assert (failed.line, failed.column, asked) == (1, 5, ["T2006"])


@pytest.mark.parametrize(
    ("message", "is_data"),
    [("D3137: broken", True), ("T0410: Argument 1 must be String", True), ("T1006: Attempted to invoke", False),
     ("T2006: The right side", False), ("D1012: timeout", False), ("D1011: stack", False), ("anything", False)],
)  # fmt: skip
def test_what_the_data_raise_is_told_from_what_the_author_wrote(message, is_data):
    assert runtime_error("a", ValueError(message)).is_data is is_data


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("T0410: Argument 3 must be Number", "T0410: An argument has another type than the function takes"),
        ("T0410: Argument 1 must be String", "T0410: Argument 1 must be String"),
        ("T0412: Argument 2 must be an array of Number", "T0412: Argument 2 must be an array of Number"),
    ],
)
def test_a_number_of_an_argument_that_may_be_wrong_is_left_out(told, kept):
    assert runtime_error("$substring(n, 1, 2)", ValueError(told)).message == kept


def test_an_error_without_text_is_named_by_its_class():
    assert runtime_error("a", MemoryError()).message == "MemoryError"


@pytest.mark.parametrize(
    ("text", "short"),
    [("plain", "plain"), ("a\x00b\x1b[31m\nc", "a b [31m c"), ("\u202eevil", " evil"), ("\ud800", " ")],
)
def test_control_characters_become_blanks(text, short):
    assert shorten(text) == short


def test_a_long_text_is_cut_with_a_mark():
    assert shorten("x" * 10_000) == "x" * (ERROR_CHARACTERS - 1) + "…"
