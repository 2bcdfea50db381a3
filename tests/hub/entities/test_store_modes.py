"""Delete, CREATE and what is not carried out yet."""

from __future__ import annotations

import pytest

from hub.entities.store import Mode, Outcome
from hub.ids import new_id
from tests.hub.entities.conftest import Store, delete, operation, upsert


def create(store_event=None, **attributes):
    event_id = store_event or new_id()
    return operation(attributes=attributes, must_create=True, event_id=event_id, origin_id=event_id)


def test_a_delete_marks_the_entity_and_keeps_its_attributes(store: Store):
    created = store.upsert(customer_number="C-1", last_name="Petersen")
    [result] = store.write(delete(customer_number="C-1", last_name="ignored"))
    assert (result.outcome, result.code, result.entity_id) == (Outcome.DELETED, "ENTITY_DELETED", created.entity_id)
    assert store.only().deleted_at is not None
    assert store.only().attributes["last_name"] == "Petersen"


def test_a_deleted_entity_keeps_its_keys(store: Store):
    created = store.upsert(customer_number="C-1")
    store.write(delete(customer_number="C-1"))
    assert store.keys(created.entity_id) == {("customer_number", "C-1")}


def test_deleting_what_is_not_there_is_no_operation(store: Store):
    assert store.write(delete(customer_number="C-1"))[0].outcome is Outcome.NO_OP
    assert store.entities() == []


def test_deleting_twice_is_no_operation(store: Store):
    created = store.upsert(customer_number="C-1")
    store.write(delete(customer_number="C-1"))
    assert store.write(delete(customer_number="C-1"))[0].outcome is Outcome.NO_OP
    assert len(store.changes(created.entity_id)) == 2


def test_deleting_an_ambiguous_match_deletes_nothing(store: Store):
    for external_id in ("E-1", "E-2"):
        store.write(upsert(customer_number="C-1", external_id=external_id, by=("external_id",)))
    assert store.write(delete(customer_number="C-1"))[0].code == "UNIQUE_ID_MULTIPLE_MATCHES"


def test_a_purge_is_refused_clearly(store: Store):
    store.upsert(customer_number="C-1")
    [result] = store.write(operation(attributes={"customer_number": "C-1"}, mode=Mode.PURGE))
    assert (result.outcome, result.code) == (Outcome.FAILED, "FEATURE_NOT_SUPPORTED")


def test_create_fails_on_a_live_match(store: Store):
    stored = store.upsert(customer_number="C-1")
    [result] = store.write(create(customer_number="C-1", last_name="Jensen"))
    assert (result.outcome, result.code) == (Outcome.FAILED, "ENTITY_ALREADY_EXISTS")
    assert result.entity_id == stored.entity_id
    assert "last_name" not in store.only().attributes


def test_create_makes_what_is_missing(store: Store):
    assert store.write(create(customer_number="C-1"))[0].outcome is Outcome.CREATED


def test_a_redelivered_create_finds_its_own_entity(store: Store):
    event_id = new_id()
    store.write(create(event_id, customer_number="C-1"))
    assert store.write(create(event_id, customer_number="C-1"))[0].outcome is Outcome.NO_OP


def test_a_replay_of_a_create_finds_the_entity_of_its_origin(store: Store):
    origin, first, second = new_id(), new_id(), new_id()
    replayed = {"attributes": {"customer_number": "C-1"}, "must_create": True, "origin_id": origin}
    store.write(operation(event_id=first, **replayed))
    assert store.write(operation(event_id=second, **replayed))[0].outcome is Outcome.NO_OP


def test_create_restores_a_deleted_match(store: Store):
    store.upsert(customer_number="C-1")
    store.write(delete(customer_number="C-1"))
    assert store.write(create(customer_number="C-1"))[0].outcome is Outcome.UPDATED


def test_two_creates_of_one_event_make_one_entity(store: Store):
    event_id = new_id()
    results = store.write(create(event_id, customer_number="C-1"), create(event_id, customer_number="C-1", title="Dr."))
    assert [result.outcome for result in results] == [Outcome.CREATED, Outcome.UPDATED]


def test_creates_of_two_events_in_one_call_conflict(store: Store):
    results = store.write(create(customer_number="C-1"), create(customer_number="C-1"))
    assert [result.code for result in results] == ["ENTITY_CREATED", "ENTITY_ALREADY_EXISTS"]


@pytest.mark.parametrize("mode", [Mode.DELETE])
def test_a_delete_never_minds_must_create(store: Store, mode: Mode):
    store.upsert(customer_number="C-1")
    [result] = store.write(operation(attributes={"customer_number": "C-1"}, mode=mode, must_create=True))
    assert result.outcome is Outcome.DELETED
