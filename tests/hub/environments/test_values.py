"""The bounds of each type, and how a value reads inside a text."""

from __future__ import annotations

import pytest

from hub.environments.values import NotText, check_value, stored_form, text_of, value_of
from hub.errors import Invalid
from hub.json_types import JSONPath

LINK = {"url": "https://erp.example/start", "label": "Start", "description": "Where it begins"}
FITTING = [
    ("String", ""),
    ("String", "x" * 32_768),
    ("Text", "zwei\nZeilen"),
    ("SecretString", "x"),
    ("SecretString", "ü" * 2048),
    ("Number", 0),
    ("Number", -1.5),
    ("Number", 2**53 - 1),
    ("Boolean", False),
    ("JSON", {}),
    ("JSON", {"a": [1, None, {"b": "c"}]}),
    ("Map", {"01": "one", "02": 2, "03": True}),
    ("Link", {"url": "http://erp.example"}),
    ("Link", LINK),
    ("List", ["a"]),
    ("List", ["x"] * 100),
]
UNFIT = [
    ("String", 1),
    ("String", "x" * 32_769),
    ("String", "a\0b"),
    ("String", "a\ud800b"),
    ("Text", ["x"]),
    ("SecretString", ""),
    ("SecretString", "ü" * 2048 + "x"),
    ("SecretString", 123456),
    ("Number", True),
    ("Number", "1"),
    ("Number", 2**53),
    ("Number", float("nan")),
    ("Number", float("inf")),
    ("Boolean", 0),
    ("JSON", []),
    ("JSON", "{}"),
    ("JSON", {"a": "x" * 32 * 1024}),
    ("JSON", {"a": {"b\0": 1}}),
    ("JSON", {"a": ["\udfff"]}),
    ("Map", {"a": {}}),
    ("Map", {"a": None}),
    ("Map", ["a"]),
    ("Link", "https://erp.example"),
    ("Link", {}),
    ("Link", {"url": "javascript:alert(1)"}),
    ("Link", {"url": "data:text/html,x"}),
    ("Link", {"url": "//erp.example"}),
    ("Link", {"url": "https://"}),
    ("Link", {"url": "https://erp.example/a b"}),
    ("Link", {"url": "https://[::1"}),
    ("Link", {"url": "https://erp.example/" + "x" * 2048}),
    ("Link", LINK | {"label": "x" * 256}),
    ("Link", LINK | {"description": "x" * 1025}),
    ("Link", LINK | {"target": "_blank"}),
    ("Link", {"url": 1}),
    ("List", []),
    ("List", ["x"] * 101),
    ("List", ["x", 1]),
    ("List", ["x" * 16_400] * 2),
    ("List", "x"),
]


def check(kind, value, item_kind="String"):
    check_value(value, kind=kind, item_kind=item_kind if kind == "List" else "", at=JSONPath("value"))


@pytest.mark.parametrize(("kind", "value"), FITTING, ids=str)
def test_a_value_within_its_bounds_is_kept_as_it_is(kind, value):
    check(kind, value)
    assert value_of(stored_form(value)) == value


@pytest.mark.parametrize(("kind", "value"), UNFIT, ids=lambda each: repr(each)[:40])
def test_a_value_past_its_bounds_is_refused_by_its_place(kind, value):
    with pytest.raises(Invalid) as refused:
        check(kind, value)
    assert refused.value.details[0].path.startswith("value")


@pytest.mark.parametrize(
    ("item_kind", "good", "bad"),
    [("SecretString", "x", ""), ("Number", 1, "1"), ("Boolean", True, 1), ("Link", LINK, "x"), ("Text", "", 1)],
)
def test_members_of_a_list_keep_the_bounds_of_their_own_type(item_kind, good, bad):
    check("List", [good], item_kind)
    with pytest.raises(Invalid) as refused:
        check("List", [good, bad], item_kind)
    assert refused.value.details[0].path == "value[1]"


def test_no_refusal_repeats_the_value():
    with pytest.raises(Invalid) as refused:
        check("SecretString", "hush-hush" + "x" * 5000)
    assert "hush" not in refused.value.message + refused.value.details[0].message


def test_numbers_in_a_json_value_keep_every_digit():
    value = {"id": 12345678901234567890123, "rate": 0.1}
    assert value_of(stored_form(value)) == value


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("String", "{{env.other}}", "{{env.other}}"),
        ("Text", "", ""),
        ("Number", 5, "5"),
        ("Number", 5.0, "5"),
        ("Number", -0.25, "-0.25"),
        ("Number", 1e300, "1e+300"),
        ("Boolean", True, "true"),
        ("Boolean", False, "false"),
        ("JSON", {"a": [1, "ü"]}, '{"a":[1,"ü"]}'),
    ],
)
def test_a_value_reads_as_json_would_write_it(kind, value, text):
    assert text_of(value, kind) == text


@pytest.mark.parametrize(("kind", "value"), [("Map", {"a": "b"}), ("Link", LINK), ("List", ["a"])])
def test_some_types_have_no_form_inside_a_text(kind, value):
    with pytest.raises(NotText):
        text_of(value, kind)
