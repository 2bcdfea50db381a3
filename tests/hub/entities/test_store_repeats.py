"""What appends without looking (mapping.md 17.2): once per event, however often that is replayed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from django.test.utils import CaptureQueriesContext

from hub.entities.operations import EntityOperation
from hub.entities.store import Outcome
from hub.ids import new_id
from tests.hub.entities.conftest import Store, operation
from tests.hub.entities.test_store_links import account, reference, related, relation


def contact(origin: UUID, **attributes: Any) -> EntityOperation:
    """A contact as the event of this origin writes it, be it for the first time or in a replay."""
    event_id = new_id()
    return operation(attributes={"customer_number": "C-1"} | attributes, event_id=event_id, origin_id=origin)


def contract(origin: UUID, **attributes: Any) -> EntityOperation:
    return operation(
        "contract", attributes={"contract_number": "V-1"} | attributes, event_id=new_id(), origin_id=origin
    )


def first(one: EntityOperation) -> EntityOperation:
    """The same, written by the event itself."""
    return operation(one.schema, attributes=dict(one.attributes), event_id=one.origin_id, origin_id=one.origin_id)


@pytest.mark.parametrize("is_new", [True, False])
def test_a_replay_does_not_append_again(store: Store, is_new: bool) -> None:
    if not is_new:
        store.upsert(customer_number="C-1", notes=["A"])
    appends = contact(new_id(), notes={"_append_all": ["B", "B"]})
    store.write(first(appends))
    [result] = store.write(appends)
    assert result.outcome is Outcome.NO_OP
    assert store.only().attributes["notes"] == (["B", "B"] if is_new else ["A", "B", "B"])


def test_a_replay_of_a_replay_does_not_append_again(store: Store) -> None:
    origin = new_id()
    for _ in range(3):
        store.write(contact(origin, notes={"_append_all": ["B"]}))
    assert store.only().attributes["notes"] == ["B"]


def test_another_event_appends(store: Store) -> None:
    for _ in range(2):
        store.write(contact(new_id(), notes={"_append_all": ["B"]}))
    assert store.only().attributes["notes"] == ["B", "B"]


def test_two_operations_of_one_event_both_append(store: Store) -> None:
    origin = new_id()
    one = contact(origin, notes={"_append_all": ["B"]})
    other = operation(attributes=dict(one.attributes), event_id=one.event_id, origin_id=origin)
    store.write(one, other)
    assert store.only().attributes["notes"] == ["B", "B"]


def test_what_the_first_try_left_out_is_appended_by_the_replay(store: Store) -> None:
    origin = new_id()
    store.write(first(contact(origin, last_name="Lund")))
    store.write(contact(origin, notes={"_append_all": ["B"]}))
    assert store.only().attributes["notes"] == ["B"]


def test_the_other_attributes_of_a_replay_are_written(store: Store) -> None:
    origin = new_id()
    store.write(first(contact(origin, notes={"_append_all": ["B"]})))
    [result] = store.write(contact(origin, notes={"_append_all": ["B"]}, last_name="Lund"))
    assert result.changed == ("last_name",)


def test_a_replay_does_not_relate_again(store: Store) -> None:
    appends = contract(new_id(), billing_account=relation(account("7"), how="_append_all"))
    store.write(first(appends))
    store.write(appends)
    assert len(related(store)) == 1


def test_a_replay_points_at_the_item_that_was_appended(store: Store) -> None:
    store.write(operation("contact", attributes={"customer_number": "7", "address": [{"city": "Kiel"}]}))
    appends = contract(new_id(), billing_address=reference({"city": "Lund"}, how="_append_all", customer_number="7"))
    store.write(first(appends))
    pointed_at = store.only("contract").attributes["billing_address"]
    store.write(appends)
    assert [item["city"] for item in store.only().attributes["address"]] == ["Kiel", "Lund"]
    assert store.only("contract").attributes["billing_address"] == pointed_at


@pytest.mark.parametrize(("how", "asked"), [("_append", 0), ("_append_all", 1)])
def test_only_replays_that_append_without_looking_are_asked_about(
    store: Store, count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]], how: str, asked: int
) -> None:
    origin = new_id()
    store.write(first(contact(origin, notes={how: ["B"]})))
    with count_queries() as queries:
        store.write(contact(origin, notes={how: ["B"]}))
    assert sum("coalesce(origin_id" in one["sql"] for one in queries.captured_queries) == asked
