"""Delete, purge, replace, restore, CREATE, and writes against a version."""

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


def mode(mode: Mode, *, expected_version: int | None = None, **attributes):
    return operation(attributes=attributes, mode=mode, expected_version=expected_version)


def test_a_purge_leaves_nothing_but_a_tombstone(store: Store):
    created = store.upsert(customer_number="C-1", last_name="Petersen")
    store.upsert(customer_number="C-1", last_name="Jensen")
    [result] = store.write(mode(Mode.PURGE, customer_number="C-1"))
    assert (result.outcome, result.entity_id, result.version) == (Outcome.DELETED, created.entity_id, 3)
    assert (store.entities(), store.keys(created.entity_id)) == ([], set())
    [stone] = store.changes(created.entity_id)
    assert (stone.operation, stone.version, stone.snapshot, stone.changes) == ("purged", 3, None, {})


def test_a_purge_takes_what_lies_in_the_recycle_bin(store: Store):
    store.upsert(customer_number="C-1")
    store.write(delete(customer_number="C-1"))
    assert store.write(mode(Mode.PURGE, customer_number="C-1"))[0].outcome is Outcome.DELETED
    assert store.entities() == []


def test_purging_what_is_not_there_is_no_operation(store: Store):
    assert store.write(mode(Mode.PURGE, customer_number="C-1"))[0].outcome is Outcome.NO_OP


def test_what_was_purged_a_moment_ago_is_created_anew(store: Store):
    old = store.upsert(customer_number="C-1", last_name="Petersen")
    results = store.write(
        mode(Mode.PURGE, customer_number="C-1"),
        upsert(_id=str(old.entity_id), last_name="lost"),
        upsert(customer_number="C-1"),
    )
    assert [result.code for result in results] == ["ENTITY_DELETED", "ENTITY_REFERENCE_NOT_FOUND", "ENTITY_CREATED"]
    assert (store.only().pk == old.entity_id, store.only().attributes) == (False, {"customer_number": "C-1"})


def test_created_and_purged_in_one_call_leaves_a_tombstone_only(store: Store):
    results = store.write(upsert(customer_number="C-1"), mode(Mode.PURGE, customer_number="C-1"))
    assert [change.operation for change in store.changes(results[0].entity_id)] == ["purged"]
    assert store.entities() == []


def test_a_replacement_takes_away_what_it_does_not_name(store: Store):
    store.upsert(customer_number="C-1", external_id="E-1", last_name="Petersen")
    [result] = store.write(mode(Mode.REPLACE, customer_number="C-1", first_name="Jörg"))
    assert result.changed == ("external_id", "first_name", "last_name")
    assert store.only().attributes == {"customer_number": "C-1", "first_name": "Jörg"}
    assert store.keys(store.only().pk) == {("customer_number", "C-1")}


def test_replacing_with_the_same_is_no_operation(store: Store):
    store.upsert(customer_number="C-1", last_name="Petersen")
    [result] = store.write(mode(Mode.REPLACE, customer_number="C-1", last_name="Petersen"))
    assert (result.outcome, result.version) == (Outcome.NO_OP, 1)


def test_the_history_tells_what_a_replacement_took_away(store: Store):
    store.upsert(customer_number="C-1", last_name="Petersen")
    store.write(mode(Mode.REPLACE, customer_number="C-1"))
    assert store.changes(store.only().pk)[-1].changes == {"last_name": {"old": "Petersen"}}


def test_restoring_brings_an_entity_back_as_it_was(store: Store):
    store.upsert(customer_number="C-1", last_name="Petersen")
    store.write(delete(customer_number="C-1"))
    [result] = store.write(mode(Mode.RESTORE, customer_number="C-1", last_name="ignored"))
    assert (result.outcome, result.warnings, store.only().deleted_at) == (Outcome.UPDATED, (), None)
    assert store.only().attributes == {"customer_number": "C-1", "last_name": "Petersen"}
    assert store.changes(store.only().pk)[-1].operation == "restored"


def test_restoring_a_live_entity_is_no_operation(store: Store):
    store.upsert(customer_number="C-1")
    assert store.write(mode(Mode.RESTORE, customer_number="C-1"))[0].outcome is Outcome.NO_OP


def test_restoring_what_is_not_there_creates_nothing(store: Store):
    assert store.write(mode(Mode.RESTORE, customer_number="C-1"))[0].code == "ENTITY_REFERENCE_NOT_FOUND"
    assert store.entities() == []


@pytest.mark.parametrize("kind", [Mode.UPSERT, Mode.REPLACE, Mode.DELETE, Mode.PURGE])
def test_a_write_against_another_version_changes_nothing(store: Store, kind: Mode):
    store.upsert(customer_number="C-1")
    store.upsert(customer_number="C-1", last_name="Jensen")
    [result] = store.write(mode(kind, customer_number="C-1", last_name="late", expected_version=1))
    assert (result.outcome, result.code) == (Outcome.FAILED, "STALE_VERSION")
    assert store.only().attributes["last_name"] == "Jensen"


def test_a_write_against_the_known_version_is_applied(store: Store):
    store.upsert(customer_number="C-1")
    [result] = store.write(mode(Mode.UPSERT, customer_number="C-1", last_name="Jensen", expected_version=1))
    assert (result.outcome, result.version) == (Outcome.UPDATED, 2)


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
