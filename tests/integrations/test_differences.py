"""What differs between two documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.differences import ABSENT, differences, is_same

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
        ({"a": 1}, {}, [("a", 1, ABSENT)]),
        ({}, {"a": None}, [("a", ABSENT, None)]),
        ({"a": [1, 2]}, {"a": [1, 3, 4]}, [("a[1]", 2, 3), ("a[2]", ABSENT, 4)]),
        ({"a": {"b": [{"c": 1}]}}, {"a": {"b": [{"c": True}]}}, [("a.b[0].c", 1, True)]),
        ({"a": []}, {"a": {}}, [("a", [], {})]),
        (1, "1", [("", 1, "1")]),
    ],
)
def test_each_deepest_place_that_changed_is_named_with_old_and_new(old, new, found):
    assert [(one.path, one.old, one.new) for one in differences(old, new)] == found


@pytest.mark.parametrize(
    ("old", "new", "same"), [(1, 1.0, True), (True, 1, False), (0, False, False), (None, 0, False)]
)
def test_numbers_are_compared_by_value_and_never_with_booleans(old, new, same):
    assert is_same({"x": [old]}, {"x": [new]}) is same


def test_the_order_of_keys_is_no_difference():
    assert is_same({"a": 1, "b": 2}, {"b": 2, "a": 1})


@given(documents)
def test_a_document_does_not_differ_from_itself(document):
    assert is_same(document, document)
