"""The string form of values and what of it the key table holds."""

from __future__ import annotations

from typing import Any

import pytest

from hub.entities.keys import keys_of, stored_key, string_form


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (42, "42"),
        (42.0, "42"),
        (-0.0, "0"),
        ("042", "042"),
        (" a ", " a "),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (None, None),
        ("", None),
        (" \t\n", None),
        ([], None),
        ({"a": 1}, None),
    ],
)
def test_the_string_form_of_a_value(value: Any, text: str | None):
    assert string_form(value) == text


def test_a_short_text_is_stored_as_it_is():
    assert stored_key("x" * 200) == "x" * 200


def test_long_texts_are_told_apart_by_their_hash():
    one, two = stored_key("x" * 200 + "a"), stored_key("x" * 200 + "b")
    assert one != two
    assert one[:100] == two[:100] == "x" * 100
    assert len(one) == 164


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        ("C-1", ("C-1",)),
        (7, ("7",)),
        ("", ()),
        (None, ()),
        ({"email": "a"}, ()),
        ([{"email": "a"}, {"email": "b"}, {"email": "a"}], ("a", "b")),
        ([{"phone": 7, "_tags": []}], ("7",)),
        ([{"email": " "}, {"email": None}, {"city": "Kiel"}, "a", None], ()),
        (["a", "b"], ()),
    ],
)
def test_the_keys_of_an_attribute(value: Any, keys: tuple[str, ...]):
    assert keys_of(value) == keys
