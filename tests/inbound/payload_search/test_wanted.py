"""A place in a payload and the value that stands there, as somebody types them."""

from __future__ import annotations

import pytest

from inbound.payload_search.wanted import PayloadWanted


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("KUNNR = C-1", {"KUNNR": "C-1"}),
        ("$.KUNNR=C-1", {"KUNNR": "C-1"}),
        ("BUT000.PARTNER = 0001", {"BUT000": {"PARTNER": "0001"}}),
        ("id = 42", {"id": 42}),
        ("id = 42", {"id": 42.0}),
        ("is_new = true", {"is_new": True}),
        ("items[*].no = 2", {"items": [{"no": 1}, {"no": 2}]}),
        ("items[1].no = 2", {"items": [{"no": 1}, {"no": 2}]}),
        ("tags = b", {"tags": ["a", "b"]}),
        ("['odd key'] = x", {"odd key": "x"}),
        ("[0].id = 1", [{"id": "1"}]),
        ("note = a = b", {"note": "a = b"}),
    ],
)
def test_a_payload_that_has_the_value_there_is_found(text, payload):
    wanted = PayloadWanted.parse(text)
    assert wanted is not None
    assert wanted.is_in(payload)


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("KUNNR = C-1", {"KUNNR": "C-10"}),
        ("KUNNR = C-1", {"OTHER": "C-1"}),
        ("KUNNR = C-1", {"A": {"KUNNR": "C-1"}}),
        ("id = 42", {"id": "042"}),
        ("id = 42", {"id": {"value": 42}}),
        ("a.b = 1", {"a": "1"}),
        ("a = null", {"a": None}),
    ],
)
def test_any_other_payload_is_not(text, payload):
    wanted = PayloadWanted.parse(text)
    assert wanted is not None
    assert not wanted.is_in(payload)


@pytest.mark.parametrize("text", ["", "KUNNR", "= C-1", "KUNNR =", "$.[ = 1", "a..  = 1 ]", f"a = {'x' * 256}"])
def test_a_text_that_names_no_place_or_no_value_is_none(text):
    assert PayloadWanted.parse(text) is None
