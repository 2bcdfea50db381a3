"""Expressions that may look into what a handle stands for are found by their words."""

from __future__ import annotations

import pytest

from hub.jsonata.text_functions import find_text_function

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("expression", "function"),
    [
        ("$length(file_data[0].base64)", "$length"),
        ("file_data[0].base64 ~> $substring(0, 3)", "$substring"),
        ("($b := file_data.`base64`; $encodeUrlComponent($b))", "$encodeUrlComponent"),
        ('$lookup(file_data[0], "base64") ~> $contains("x")', "$contains"),
    ],
)
def test_a_function_that_looks_into_texts_is_found_beside_the_member(expression: str, function: str) -> None:
    assert find_text_function(expression, "base64") == function


@pytest.mark.parametrize(
    "expression",
    [
        '{"doc": file_data[0].base64, "url": "data:" & file_data[0].base64}',
        "$length(name)",
        "$map(file_data, function($f) { $f.base64 })",
        "/* $length */ file_data.base64",
        "$join(file_data.base64)",
    ],
)
def test_what_only_puts_it_somewhere_is_not_met(expression: str) -> None:
    assert find_text_function(expression, "base64") is None
