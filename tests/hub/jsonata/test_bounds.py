"""The size of a JSON text is told without parsing it."""

from __future__ import annotations

import pytest

from hub.jsonata.bounds import find_excess

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "text",
    [b"1", b'{"a":[1,2]}', b"[" * 5 + b"]" * 5, b"[]," * 50, b'"' + b"[" * 50 + b'"', b'"\\"' + b"[" * 50 + b'"'],
)
def test_a_result_within_its_bounds_is_fine(text):
    assert find_excess(text, depth=5, nodes=100) == ""


@pytest.mark.parametrize(
    ("text", "part"),
    [(b"[" * 6, "deeper"), (b'{"a":' * 6, "deeper"), (b"1," * 101, "more than"), (b'"x,",' * 101, "more than")],
)
def test_a_result_beyond_its_bounds_is_named(text, part):
    assert part in find_excess(text, depth=5, nodes=100)


def test_commas_in_texts_are_no_values():
    assert find_excess(b'"' + b"," * 1000 + b'"', depth=5, nodes=100) == ""


def test_a_text_of_half_a_million_levels_is_measured():
    assert "deeper" in find_excess(b"[" * 500_000)
