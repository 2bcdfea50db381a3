"""shown: values in messages to people."""

from __future__ import annotations

from typing import Any

import pytest

from hub.json_text import shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        ("two", '"two"'),
        ("Müßig", '"Müßig"'),
        ('say "so"\n', r'"say \"so\"\n"'),
        ({"a": 1}, '{"a":1}'),
        ([None, False], "[null,false]"),
        ("\ud800\0", r'"\ud800\u0000"'),
    ],
    ids=ascii,
)
def test_a_value_is_written_as_json(value: Any, text: str):
    assert shown(value) == text


def test_a_number_that_python_does_not_spell_is_no_crash():
    assert (shown(10**5000), shown([10**5000])) == ("an endless number", "an endless number")


def test_a_long_value_is_cut():
    assert shown("x" * 1000, 10) == '"xxxxxxxxx…'
    assert shown(["x"] * 1000, 10) == '["x","x","…'
