"""Many operations in one call: they see each other, fold per event, and fail alone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError

from hub.entities.store import Outcome, write
from hub.ids import new_id
from tests.builders import NOW
from tests.hub.entities.conftest import SOURCE, Store, delete, operation, upsert


def test_results_come_in_order_with_the_callers_numbers(store: Store):
    numbered = [operation(attributes={"customer_number": f"C-{n}"}, position=n * 10) for n in range(3)]
    assert [result.position for result in store.write(*numbered)] == [0, 10, 20]


def test_a_later_operation_sees_what_an_earlier_one_created(store: Store):
    results = store.write(upsert(customer_number="C-1"), upsert(customer_number="C-1", last_name="Jensen"))
    assert [result.outcome for result in results] == [Outcome.CREATED, Outcome.UPDATED]
    assert store.only().attributes == {"customer_number": "C-1", "last_name": "Jensen"}


def test_an_entity_is_found_by_a_key_it_got_a_moment_ago(store: Store):
    store.upsert(customer_number="C-1")
    store.upsert(external_id="E-0")
    results = store.write(
        upsert(customer_number="C-1", external_id="E-1"),
        upsert(external_id="E-1", last_name="Jensen"),
        upsert(external_id="E-1", customer_number="C-1", title="Dr.", by=("external_id", "customer_number")),
    )
    assert [result.outcome for result in results] == [Outcome.UPDATED] * 3
    assert len(store.entities()) == 2


def test_an_entity_is_not_found_by_a_key_it_lost_a_moment_ago(store: Store):
    created = store.upsert(external_id="E-1", customer_number="C-1")
    moved = operation(attributes={"customer_number": "C-2"}, identifiers={"external_id": "E-1"})
    results = store.write(moved, upsert(customer_number="C-1"))
    assert results[1].outcome is Outcome.CREATED
    assert results[1].entity_id != created.entity_id


def test_delete_and_upsert_in_one_call_restore(store: Store):
    store.upsert(customer_number="C-1")
    results = store.write(delete(customer_number="C-1"), upsert(customer_number="C-1", last_name="Jensen"))
    assert [result.outcome for result in results] == [Outcome.DELETED, Outcome.UPDATED]
    assert store.only().deleted_at is None


def test_created_and_deleted_in_one_call_ends_deleted(store: Store):
    store.write(upsert(customer_number="C-1"), delete(customer_number="C-1"))
    assert store.only().deleted_at is not None
    assert [change.operation for change in store.changes(store.only().pk)] == ["created", "deleted"]


def test_operations_of_one_event_make_one_version(store: Store):
    event_id = new_id()
    both = [
        operation(attributes={"customer_number": "C-1", "a": 1}, event_id=event_id),
        operation(attributes={"customer_number": "C-1", "b": 2}, event_id=event_id),
    ]
    results = store.write(*both)
    assert [result.version for result in results] == [1, 1]
    [change] = store.changes(store.only().pk)
    assert (change.operation, change.event_id) == ("created", event_id)
    assert change.snapshot == {"customer_number": "C-1", "a": 1, "b": 2}


def test_each_event_makes_a_version_although_the_row_is_written_once(store: Store):
    results = store.write(*[upsert(customer_number="C-1", n=number) for number in range(5)])
    assert [result.version for result in results] == [1, 2, 3, 4, 5]
    assert store.only().version == 5
    assert [change.version for change in store.changes(store.only().pk)] == [1, 2, 3, 4, 5]


def test_many_entities_are_written_in_two_halves(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hub.entities.store.WORTH_HALVING", 5)
    store.write(*[upsert(customer_number=f"C-{number % 5}", n=number) for number in range(10)])
    stored = {entity.attributes["customer_number"]: entity for entity in store.entities()}
    assert {number: entity.attributes["n"] for number, entity in stored.items()} == {
        f"C-{number}": number + 5 for number in range(5)
    }
    for entity in stored.values():
        assert [change.version for change in store.changes(entity.pk)] == [1, 2]
        assert store.keys(entity.pk) == {("customer_number", entity.attributes["customer_number"])}


def test_operations_without_event_stand_alone(store: Store):
    alone = [operation(attributes={"customer_number": "C-1", "n": n}, event_id=None, origin_id=None) for n in (1, 2)]
    assert [result.version for result in store.write(*alone)] == [1, 2]


def test_a_failure_leaves_its_neighbours_applied(store: Store):
    results = store.write(
        upsert(customer_number="C-1"),
        operation(attributes={}, identifiers={"customer_number": "  "}),
        operation(attributes={}, identifiers={}),
        upsert(customer_number="C-2", note="a\x00b"),
        upsert(customer_number="C-3", note="\ud800"),
        upsert(customer_number="\x00"),
        upsert(customer_number="C-5", number=2**80),
        upsert("s" * 65, customer_number="C-6"),
        upsert(customer_number="C-7"),
    )
    codes = [result.code for result in results]
    assert codes[0] == codes[-1] == "ENTITY_CREATED"
    assert codes[1:3] == ["MISSING_UNIQUE_IDENTIFIERS"] * 2
    assert codes[3:8] == ["ATTRIBUTE_TYPE_MISMATCH"] * 5
    assert [results[place].message.partition(" ")[0] for place in (3, 4, 6)] == ['"note"', '"note"', '"number"']
    assert {entity.attributes["customer_number"] for entity in store.entities()} == {"C-1", "C-7"}


def test_the_text_that_looks_like_an_escaped_nul_is_kept(store: Store):
    store.upsert(customer_number="C-1", note="\\u0000")
    assert store.only().attributes["note"] == "\\u0000"


def test_every_character_survives(store: Store):
    odd = "ä€😀\"'\\\n\t\x01\u2028%s?:name"
    store.upsert(customer_number=odd, note={odd: [odd]})
    assert store.only().attributes == {"customer_number": odd, "note": {odd: [odd]}}
    assert store.upsert(customer_number=odd, note={odd: [odd]}).outcome is Outcome.NO_OP


def test_a_document_of_two_hundred_levels_is_stored_and_one_of_a_thousand_refused(store: Store):
    assert store.upsert(customer_number="C-1", deep=_nested(200)).outcome is Outcome.CREATED
    assert store.upsert(customer_number="C-2", deep=_nested(1000)).code == "ATTRIBUTE_TYPE_MISMATCH"


def _nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


def test_nothing_to_do_is_done_without_a_statement(store: Store, count_queries):
    with count_queries() as counted:
        assert store.write() == []
    assert all("entities_" not in query["sql"] for query in counted)


@pytest.mark.django_db(transaction=True)
def test_a_write_outside_a_transaction_is_refused():
    assert not connection.in_atomic_block
    with pytest.raises(TransactionManagementError):
        write(organization_id=1, operations=[upsert(customer_number="C-1")], at=NOW, source=SOURCE)


@pytest.mark.parametrize("kind", ["new", "unchanged", "changed", "mixed"])
def test_the_number_of_statements_does_not_depend_on_the_number_of_operations(store: Store, count_queries, kind: str):
    def operations(first: int, count: int, value: int) -> list:
        return [upsert(customer_number=f"C-{first + n}", n=value, email=[{"email": "x@x.test"}]) for n in range(count)]

    def statements(first: int, count: int) -> int:
        if kind != "new":
            store.write(*operations(first, count, 1))
        again = operations(first, count, 1 if kind == "unchanged" else 2)
        extra = operations(first + 10_000, count, 1) if kind == "mixed" else []
        with count_queries() as counted:
            store.write(*again, *extra)
        return len(counted)

    store.upsert(customer_number="first")
    assert statements(1000, 1) == statements(2000, 50)  # few rows go the short way
    assert statements(3000, 300) == statements(4000, 500) <= 12


def test_one_match_left_of_many_is_still_ambiguous(store: Store):
    store.write(*[upsert(external_id=f"E-{n}", customer_number="C-1") for n in range(12)])
    moved = [upsert(external_id=f"E-{n}", customer_number="C-2") for n in range(9)]
    assert store.write(*moved, upsert(customer_number="C-1", title="Dr."))[-1].code == "UNIQUE_ID_MULTIPLE_MATCHES"


def test_a_live_match_wins_over_a_dozen_deleted_ones(store: Store):
    numbers = range(12)
    store.write(*[upsert(external_id=f"E-{n}", customer_number="C-1") for n in numbers])
    store.write(*[delete(external_id=f"E-{n}") for n in numbers])
    store.write(upsert(external_id="E-99", customer_number="C-1"))
    assert store.write(upsert(customer_number="C-1", title="Dr."))[0].outcome is Outcome.UPDATED
