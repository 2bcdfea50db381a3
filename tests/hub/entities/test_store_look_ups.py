"""Look-ups: entities that an event is about without writing them."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hub.entities.store import Applied, EntityOperation, Found, LookUp, Outcome, apply, prepare
from hub.ids import new_id
from tests.builders import NOW
from tests.hub.entities.conftest import SOURCE, Store, delete, operation, upsert


def meter(number: str, **fields: Any) -> EntityOperation:
    return operation("meter", attributes={"meter_number": number}, **fields)


def look(number: str, after: int = 0, **fields: Any) -> LookUp:
    usual = {"position": 0, "schema": "meter", "missing": "METER_NOT_FOUND", "event_id": new_id()}
    return LookUp(after=after, identifiers={"meter_number": number}, **usual | fields)


def run(store: Store, *operations: EntityOperation, look_ups: list[LookUp]) -> Applied:
    with transaction.atomic():
        prepared = prepare(operations, (), look_ups)
        return apply(organization_id=store.organization.pk, prepared=prepared, at=NOW, source=SOURCE)


def codes(found: list[Found]) -> list[str]:
    return [one.code or "found" for one in found]


def test_what_is_stored_is_found(store: Store):
    created = store.upsert("meter", meter_number="Z1")
    [found] = run(store, look_ups=[look("Z1", position=7)]).found
    assert (found.position, found.entity_id, found.code) == (7, created.entity_id, "")


def test_nothing_is_made_for_a_look_up(store: Store):
    [found] = run(store, look_ups=[look("Z1")]).found
    assert (found.entity_id, found.code) == (None, "METER_NOT_FOUND")
    assert store.entities("meter") == []


def test_what_the_call_has_made_before_is_found_and_what_it_makes_later_is_not(store: Store):
    applied = run(store, meter("Z1"), meter("Z2"), look_ups=[look("Z1", 1), look("Z2", 1), look("Z2", 2)])
    assert codes(applied.found) == ["found", "METER_NOT_FOUND", "found"]


def test_what_the_call_could_not_write_is_found_all_the_same(store: Store):
    created = store.upsert("meter", meter_number="Z1")
    refused = operation("meter", attributes={"meter_number": "Z1", "contract": {"$relation": {"_nonsense": []}}})
    applied = run(store, refused, look_ups=[look("Z1", 1)])
    assert (applied.results[0].outcome, applied.found[0].entity_id) == (Outcome.FAILED, created.entity_id)


def test_several_are_ambiguous_and_a_deleted_one_is_found(store: Store):
    for number in ("A", "B"):
        store.write(upsert("meter", external_id=number, meter_number="Z1", by=("external_id",)))
    store.upsert("meter", meter_number="Z2")
    store.write(delete("meter", meter_number="Z2"))
    found = run(store, look_ups=[look("Z1"), look("Z2"), look(" ")]).found
    assert codes(found) == ["UNIQUE_ID_MULTIPLE_MATCHES", "found", "MISSING_UNIQUE_IDENTIFIERS"]


def test_an_event_waits_for_what_it_looks_up_with_all_that_it_writes(store: Store):
    event = new_id()
    written = operation("contact", attributes={"customer_number": "C-1"}, event_id=event, may_wait=True)
    applied = run(store, written, look_ups=[look("Z1", 1, event_id=event, may_wait=True)])
    assert (applied.results[0].outcome, applied.found[0].is_waiting) == (Outcome.WAITING, True)
    assert store.entities() == []


def test_later_events_that_look_up_the_same_wait_behind_it(store: Store):
    first, brings, later = look("Z1", 0, may_wait=True), meter("Z1"), look("Z1", 1, may_wait=True)
    applied = run(store, brings, look_ups=[first, later])
    assert codes(applied.found) == ["METER_NOT_FOUND", "BEHIND_WAITING_EVENT"]
    assert applied.results[0].outcome is Outcome.CREATED


def test_an_earlier_event_that_looks_up_the_same_does_not_wait(store: Store):
    store.upsert("meter", meter_number="Z1")
    applied = run(
        store,
        look_ups=[look("Z1", may_wait=True), look("Z9", may_wait=True), look("Z1", may_wait=True)],
    )
    assert codes(applied.found) == ["found", "METER_NOT_FOUND", "found"]


def counter(number: str, after: int, owner: int, **fields: Any) -> LookUp:
    usual = {"position": 0, "schema": "meter_counter", "missing": "METER_COUNTER_NOT_FOUND", "event_id": new_id()}
    return LookUp(after=after, identifiers={"external_id": number}, owner=owner, **usual | fields)


def belonging_to(number: str, *meters: str) -> EntityOperation:
    targets = [{"$entity_unique_ids": {"meter_number": one}, "_schema": "meter"} for one in meters]
    attributes: dict[str, Any] = {"external_id": number, "meter": {"$relation": {"_set": targets}}}
    return operation("meter_counter", attributes=attributes, by=("external_id",))


def test_a_counter_of_another_meter_counts_as_missing(store: Store):
    writes = (meter("Z1"), meter("Z2"), belonging_to("W1", "Z1"))
    found = run(store, *writes, look_ups=[look("Z1", 3), counter("W1", 3, 0), look("Z2", 3), counter("W1", 3, 2)]).found
    assert codes(found) == ["found", "found", "found", "METER_COUNTER_NOT_FOUND"]
    assert (
        found[3].message == f"The meter_counter with external_id = W1 belongs to another meter, {found[0].entity_id}."
    )


def test_a_counter_that_names_no_meter_or_several_belongs_to_each_of_them(store: Store):
    writes = (meter("Z1"), meter("Z2"), belonging_to("W1"), belonging_to("W2", "Z1", "Z2"))
    found = run(store, *writes, look_ups=[look("Z2", 4), counter("W1", 4, 0), counter("W2", 4, 0)]).found
    assert codes(found) == ["found", "found", "found"]


def test_of_a_meter_that_is_missing_no_counter_is_a_stranger(store: Store):
    writes = (meter("Z1"), belonging_to("W1", "Z1"))
    found = run(store, *writes, look_ups=[look("Z9", 2), counter("W1", 2, 0)]).found
    assert codes(found) == ["METER_NOT_FOUND", "found"]


def test_an_event_waits_for_a_counter_that_still_belongs_to_another_meter(store: Store):
    event = new_id()
    run(store, meter("Z1"), meter("Z2"), belonging_to("W1", "Z1"), look_ups=[])
    asked = [look("Z2", event_id=event), counter("W1", 0, 0, event_id=event, may_wait=True)]
    assert run(store, look_ups=asked).found[1].is_waiting
