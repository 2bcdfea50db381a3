"""A transient failure takes its whole event out of the call, and what comes behind it with the same identifiers."""

from __future__ import annotations

from uuid import UUID

from hub.entities.models import EntityKeyIndex
from hub.entities.store import EntityOperation, Outcome
from hub.ids import new_id
from tests.hub.entities.conftest import Store, operation, upsert

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def refer(event_id: UUID, *, may_wait: bool = True, **attributes: object) -> EntityOperation:
    """An operation on an entity that does not exist yet."""
    return operation(
        attributes=attributes, identifiers={"_id": UNKNOWN}, event_id=event_id, origin_id=event_id, may_wait=may_wait
    )


def of(event_id: UUID, **attributes: object) -> EntityOperation:
    return operation(attributes=attributes, event_id=event_id, origin_id=event_id, may_wait=True)


def test_an_event_that_may_wait_is_taken_out_whole(store: Store):
    event_id = new_id()
    results = store.write(of(event_id, customer_number="C-1"), refer(event_id), upsert(customer_number="C-2"))
    assert [result.outcome for result in results] == [Outcome.WAITING, Outcome.WAITING, Outcome.CREATED]
    assert {result.code for result in results[:2]} == {"ENTITY_REFERENCE_NOT_FOUND"}
    assert [entity.attributes["customer_number"] for entity in store.entities()] == ["C-2"]


def test_an_event_that_may_not_wait_keeps_its_good_operations(store: Store):
    event_id = new_id()
    results = store.write(of(event_id, customer_number="C-1"), refer(event_id, may_wait=False))
    assert [result.outcome for result in results] == [Outcome.CREATED, Outcome.FAILED]


def test_later_events_with_one_of_its_identifiers_wait_behind(store: Store):
    first, second, third = new_id(), new_id(), new_id()
    results = store.write(
        upsert(customer_number="C-1", n=0),
        of(first, customer_number="C-1", n=1),
        refer(first),
        of(second, customer_number="C-1", n=2),
        of(second, external_id="E-1"),
        of(third, external_id="E-1", n=3),
        upsert(customer_number="C-9"),
    )
    assert [result.outcome for result in results] == [
        Outcome.CREATED,
        *[Outcome.WAITING] * 5,
        Outcome.CREATED,
    ]
    assert [result.code for result in results[3:6]] == ["BEHIND_WAITING_EVENT"] * 3
    assert store.entities()[0].attributes["n"] == 0


def test_other_failures_never_wait(store: Store):
    event_id = new_id()
    store.upsert(customer_number="C-1")
    create = operation(
        attributes={"customer_number": "C-1"}, event_id=event_id, origin_id=event_id, must_create=True, may_wait=True
    )
    assert store.write(create)[0].outcome is Outcome.FAILED


def test_an_index_that_is_still_being_filled_makes_its_events_wait(store: Store):
    store.upsert(customer_number="C-1")
    EntityKeyIndex.objects.filter(attribute="customer_number").update(state="building")
    waiting, failing = store.write(of(new_id(), customer_number="C-1"), upsert(customer_number="C-2"))
    assert (waiting.outcome, waiting.code) == (Outcome.WAITING, "IDENTIFIER_INDEX_BUILDING")
    assert (failing.outcome, failing.code) == (Outcome.FAILED, "IDENTIFIER_INDEX_BUILDING")


def test_keys_are_written_while_their_index_is_being_filled(store: Store):
    result = store.upsert(external_id="E-1", customer_number="C-1")
    EntityKeyIndex.objects.filter(attribute="customer_number").update(state="building")
    store.write(operation(attributes={"customer_number": "C-2"}, identifiers={"external_id": "E-1"}))
    assert ("customer_number", "C-2") in store.keys(result.entity_id)
