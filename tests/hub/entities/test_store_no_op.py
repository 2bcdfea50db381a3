"""What differs is decided on the locked row, as JSON sees it."""

from __future__ import annotations

from typing import Any

import pytest

from hub.entities.store import Outcome
from tests.hub.entities.conftest import Store


def test_the_same_values_write_nothing(store: Store):
    created = store.upsert(customer_number="C-1", tags=["A"], balance={"a": 1, "b": [True]})
    before = store.only()
    again = store.upsert(customer_number="C-1", tags=["A"], balance={"b": [True], "a": 1})
    assert (again.outcome, again.code, again.version, again.changed) == (Outcome.NO_OP, "ENTITY_NO_OP", 1, ())
    assert (store.only().updated_at, store.only().version) == (before.updated_at, 1)
    assert len(store.changes(created.entity_id)) == 1


@pytest.mark.parametrize(
    ("stored", "written"),
    [(1, 1.0), (1.0, 1), ([1, {"a": 2}], [1.0, {"a": 2.0}]), ({"a": None}, {"a": None}), ([], []), ("", "")],
)
def test_equal_as_json_is_no_change(store: Store, stored: Any, written: Any):
    store.upsert(customer_number="C-1", value=stored)
    assert store.upsert(customer_number="C-1", value=written).outcome is Outcome.NO_OP


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        (1, "1"),
        (1, True),
        (True, 1),
        (0, False),
        ([1], [True]),
        ({"a": [0]}, {"a": [False]}),
        ("", None),
        (None, ""),
        ([1, 2], [2, 1]),
        ([1, 2], [1]),
        ({"a": 1, "b": 2}, {"a": 1}),
    ],
)
def test_different_as_json_is_a_change(store: Store, stored: Any, written: Any):
    store.upsert(customer_number="C-1", value=stored)
    assert store.upsert(customer_number="C-1", value=written).changed == ("value",)
    assert _same(store.only().attributes["value"], written)


def _same(left: Any, right: Any) -> bool:
    return left == right and repr(left) == repr(right)


def test_null_is_a_value_that_an_absent_attribute_lacks(store: Store):
    store.upsert(customer_number="C-1")
    assert store.upsert(customer_number="C-1", title=None).changed == ("title",)
    assert store.upsert(customer_number="C-1", title=None).outcome is Outcome.NO_OP
