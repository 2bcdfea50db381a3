"""EntityChange tells every step of an entity, by whom, and enough to make each state again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.test import override_settings

from hub.entities.history import replayed
from hub.entities.models import EntityChange
from hub.entities.store import Changes, EntityChanged, Source
from hub.ids import new_id
from tests.builders import NOW
from tests.hub.entities.conftest import Store, delete, operation, upsert

HEARD: list[EntityChanged] = []


def listen(changes: Changes) -> None:
    """A listener that remembers what it was told."""
    HEARD.extend(changes.tell())


def replay(changes: list[EntityChange]) -> dict[str, Any]:
    state: dict[str, Any] = {}
    for change in changes:
        state = change.snapshot if change.snapshot is not None else replayed(state, change.changes)
    return state


def test_a_creation_keeps_the_first_state(store: Store):
    result = store.upsert(customer_number="C-1", last_name="Petersen")
    [change] = store.changes(result.entity_id)
    assert (change.operation, change.version, change.at) == ("created", 1, NOW)
    assert (change.changes, change.snapshot) == ({}, {"customer_number": "C-1", "last_name": "Petersen"})


def test_an_update_keeps_old_and_new(store: Store):
    store.upsert(customer_number="C-1", last_name="Petersen", title=None)
    result = store.upsert(customer_number="C-1", last_name="Jensen", title="Dr.", city="Kiel")
    change = store.changes(result.entity_id)[-1]
    assert (change.operation, change.snapshot) == ("updated", None)
    assert change.changes == {
        "last_name": {"old": "Petersen", "new": "Jensen"},
        "title": {"old": None, "new": "Dr."},
        "city": {"new": "Kiel"},
    }


def test_a_list_keeps_what_came_and_went_with_its_places(store: Store):
    store.upsert(customer_number="C-1", tags=["a", "b", "c"])
    result = store.upsert(customer_number="C-1", tags=["x", "a", "c", "d"])
    assert store.changes(result.entity_id)[-1].changes == {
        "tags": {"removed": [[1, "b"]], "added": [[0, "x"], [3, "d"]]}
    }


def test_who_wrote_is_kept(store: Store):
    event_id, origin_id, use_case_id = new_id(), new_id(), new_id()
    source = Source("use_case", "SAP", use_case_id, 7)
    store.write(
        operation(attributes={"customer_number": "C-1"}, event_id=event_id, origin_id=origin_id, source=source),
        operation(attributes={"customer_number": "C-2"}, event_id=None, origin_id=None),
    )
    first, second = (store.changes(entity.pk)[0] for entity in store.entities())
    assert (first.actor_type, first.actor_id, first.use_case_id, first.use_case_version) == (
        "use_case",
        "SAP",
        use_case_id,
        7,
    )
    assert (first.event_id, first.origin_id) == (event_id, origin_id)
    assert (second.actor_type, second.event_id, second.use_case_id) == ("system", None, None)


def test_every_hundredth_version_carries_the_whole_state(store: Store):
    store.write(*[upsert(customer_number="C-1", n=number) for number in range(101)])
    changes = store.changes(store.only().pk)
    assert [change.version for change in changes if change.snapshot is not None] == [1, 100]
    assert changes[99].snapshot == {"customer_number": "C-1", "n": 99}
    assert changes[99].changes == {"n": {"old": 98, "new": 99}}


def test_a_value_above_64_kilobytes_is_kept_by_its_hash(store: Store):
    store.upsert(customer_number="C-1", note="short", small=1)
    result = store.upsert(customer_number="C-1", note="x" * 70_000, small=2)
    changes = store.changes(result.entity_id)[-1].changes
    assert changes["note"]["old"] == "short"
    assert (changes["note"]["new"]["bytes"], len(changes["note"]["new"]["$sha256"])) == (70_002, 64)
    assert changes["small"] == {"old": 1, "new": 2}
    assert store.only().attributes["note"] == "x" * 70_000


def test_the_history_of_a_long_life_leads_to_the_present_state(store: Store):
    store.upsert(customer_number="C-1", tags=["a"], note={"a": 1})
    store.write(delete(customer_number="C-1"))
    for tags in (["b", "a"], [], ["a", "a"], "text", ["x"]):
        store.upsert(customer_number="C-1", tags=tags, note=tags)
    changes = store.changes(store.only().pk)
    assert [change.operation for change in changes][:3] == ["created", "deleted", "restored"]
    assert replay(changes) == store.only().attributes


@override_settings(ENTITY_CHANGE_LISTENERS=["tests.hub.entities.test_store_history.listen"])
def test_listeners_get_every_change_inside_the_transaction(store: Store):
    HEARD.clear()
    store.write(upsert(customer_number="C-1", a=1), upsert(customer_number="C-1", a=2), upsert(customer_number="C-2"))
    told = [(change.operation, change.version, change.before, change.after) for change in HEARD]
    assert told == [
        ("created", 1, None, {"customer_number": "C-1", "a": 1}),
        ("updated", 2, {"customer_number": "C-1", "a": 1}, {"customer_number": "C-1", "a": 2}),
        ("created", 1, None, {"customer_number": "C-2"}),
    ]
    assert HEARD[1].changes == {"a": {"old": 1, "new": 2}}
    assert {change.change_id for change in HEARD} == set(EntityChange.objects.values_list("pk", flat=True))
    assert all(isinstance(change.entity_id, UUID) for change in HEARD)


@override_settings(ENTITY_CHANGE_LISTENERS=["tests.hub.entities.test_store_history.listen"])
def test_listeners_hear_nothing_when_nothing_changed(store: Store):
    store.upsert(customer_number="C-1")
    HEARD.clear()
    store.upsert(customer_number="C-1")
    assert HEARD == []
