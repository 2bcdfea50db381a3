"""Objects in lists keep their `_id`; operations change lists without knowing them."""

from __future__ import annotations

from typing import Any

import pytest

from hub.entities.store import Outcome
from tests.hub.entities.conftest import Store

KIEL = {"city": "Kiel", "_tags": ["billing"]}
LUND = {"city": "Lund"}


def addresses(store: Store) -> list[dict[str, Any]]:
    return store.only().attributes["address"]


def test_every_object_of_a_list_gets_an_id(store: Store):
    store.upsert(customer_number="C-1", address=[KIEL, LUND])
    ids = {item["_id"] for item in addresses(store)}
    assert len(ids) == 2


def test_a_list_rewritten_with_the_same_content_is_no_change(store: Store):
    store.upsert(customer_number="C-1", address=[KIEL, LUND])
    assert store.upsert(customer_number="C-1", address=[KIEL, LUND]).outcome is Outcome.NO_OP


def test_items_that_move_keep_their_ids(store: Store):
    store.upsert(customer_number="C-1", address=[KIEL, LUND])
    kiel, lund = addresses(store)
    store.upsert(customer_number="C-1", address=[LUND, KIEL])
    assert addresses(store) == [lund, kiel]


def test_a_changed_tag_means_a_new_id(store: Store):
    store.upsert(customer_number="C-1", address=[KIEL, LUND])
    kiel, lund = addresses(store)
    store.upsert(customer_number="C-1", address=[{**KIEL, "_tags": ["delivery"]}, LUND])
    assert addresses(store)[0]["_id"] != kiel["_id"]
    assert addresses(store)[1] == lund


def test_an_id_that_is_stored_is_honoured(store: Store):
    store.upsert(customer_number="C-1", address=[KIEL, LUND])
    _, lund = addresses(store)
    store.upsert(customer_number="C-1", address=[{"city": "Malmö", "_id": lund["_id"]}])
    assert addresses(store) == [{"city": "Malmö", "_id": lund["_id"]}]


def test_a_named_id_is_not_given_to_an_equal_neighbour(store: Store):
    store.upsert(customer_number="C-1", address=[LUND])
    [lund] = addresses(store)
    store.upsert(customer_number="C-1", address=[LUND, lund])
    assert addresses(store)[1] == lund
    assert addresses(store)[0]["_id"] != lund["_id"]


def test_an_id_nobody_stored_is_not_kept(store: Store):
    store.upsert(customer_number="C-1", address=[LUND])
    store.upsert(customer_number="C-1", address=[{"city": "Ystad", "_id": "mine"}])
    assert addresses(store)[0]["_id"] != "mine"


def test_equal_items_each_keep_one_id(store: Store):
    store.upsert(customer_number="C-1", address=[LUND, LUND])
    before = addresses(store)
    assert store.upsert(customer_number="C-1", address=[LUND, LUND]).outcome is Outcome.NO_OP
    assert before[0]["_id"] != before[1]["_id"]


@pytest.mark.parametrize(
    ("operation", "stored", "expected"),
    [
        ({"_append": ["B", "C", "C"]}, ["A", "B"], ["A", "B", "C"]),
        ({"_append_all": ["B", "C", "C"]}, ["A", "B"], ["A", "B", "B", "C", "C"]),
        ({"_set": ["C"]}, ["A", "B"], ["C"]),
        ({"_append": "X"}, ["A"], ["A", "X"]),
        ({"_append": ["B"]}, "A", ["A", "B"]),
        ({"_append": ["A"]}, None, ["A"]),
        ({"_append": ["A"], "_set": []}, ["B"], {"_append": ["A"], "_set": []}),
        ({"_other": ["A"]}, ["B"], {"_other": ["A"]}),
    ],
)
def test_an_operation_changes_the_stored_list(store: Store, operation: Any, stored: Any, expected: Any):
    store.upsert(customer_number="C-1", _tags=stored)
    store.upsert(customer_number="C-1", _tags=operation)
    assert store.only().attributes["_tags"] == expected


def test_an_operation_on_a_new_entity_leaves_a_plain_list(store: Store):
    store.upsert(customer_number="C-1", _tags={"_append": ["A"]})
    assert store.only().attributes["_tags"] == ["A"]


def test_appending_an_object_that_is_there_is_no_change(store: Store):
    store.upsert(customer_number="C-1", address=[KIEL])
    assert store.upsert(customer_number="C-1", address={"_append": [KIEL]}).outcome is Outcome.NO_OP


def test_appending_an_object_gives_it_an_id_and_keeps_the_others(store: Store):
    store.upsert(customer_number="C-1", address=[KIEL])
    [kiel] = addresses(store)
    store.upsert(customer_number="C-1", address={"_append": [LUND]})
    assert addresses(store)[0] == kiel
    assert addresses(store)[1]["_id"]
