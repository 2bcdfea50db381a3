"""Writers at the same moment, each on a connection of its own: nothing is made twice, nothing is lost."""

from __future__ import annotations

from collections import Counter
from functools import partial

from hub import database
from hub.entities.history import replayed
from hub.entities.key_indexes import ensure_key_indexes
from hub.entities.store import Outcome
from tests.hub.entities.conftest import Store, in_threads, operation, upsert
from tests.hub.entities.test_store_prunes import item, prune, run

WRITERS = 50


def test_fifty_writers_of_one_new_key_make_one_entity(file_store: Store):
    file_store.upsert(customer_number="other")
    works = [lambda n=n: file_store.upsert(customer_number="C-1", **{f"a{n}": n}) for n in range(WRITERS)]
    outcomes = Counter(result.outcome for result in in_threads(*works))
    assert outcomes == {Outcome.CREATED: 1, Outcome.UPDATED: WRITERS - 1}
    entity = file_store.entities()[-1]
    assert entity.attributes == {"customer_number": "C-1", **{f"a{n}": n for n in range(WRITERS)}}
    assert entity.version == WRITERS
    assert len(file_store.changes(entity.pk)) == WRITERS


def test_the_first_writers_of_a_schema_make_one_entity(file_store: Store):
    works = [lambda: file_store.upsert("machine", serial="S-1")] * 8
    assert Counter(result.outcome for result in in_threads(*works))[Outcome.CREATED] == 1
    assert len(file_store.entities("machine")) == 1


def test_one_key_written_by_different_identifiers_makes_one_entity_per_identifier_set(file_store: Store):
    email = [{"email": "a@x.test"}]
    works = [lambda: file_store.write(upsert(email=email))[0] for _ in range(10)]
    works += [lambda: file_store.write(upsert(customer_number="C-1"))[0] for _ in range(10)]
    outcomes = Counter(result.outcome for result in in_threads(*works))
    assert outcomes[Outcome.CREATED] == len(file_store.entities()) == 2


def test_changes_of_disjoint_attributes_all_survive(file_store: Store):
    file_store.upsert(customer_number="C-1")

    def lane(name: str) -> None:
        for number in range(20):
            file_store.upsert(customer_number="C-1", **{name: number})

    in_threads(lambda: lane("first_name"), lambda: lane("last_name"), lambda: lane("title"))
    entity = file_store.only()
    assert entity.attributes == {"customer_number": "C-1", "first_name": 19, "last_name": 19, "title": 19}
    assert entity.version == 1 + 3 * 20


def test_appends_to_one_list_all_survive(file_store: Store):
    file_store.upsert(customer_number="C-1", _tags=[])
    works = [lambda n=n: file_store.upsert(customer_number="C-1", _tags={"_append": [n]}) for n in range(20)]
    in_threads(*works)
    assert sorted(file_store.only().attributes["_tags"]) == list(range(20))


def test_many_entities_written_in_opposite_order_never_end_in_an_error(file_store: Store):
    numbers = list(range(60))

    def writer(order: list[int], value: str) -> None:
        for _ in range(5):
            file_store.write(*[upsert(customer_number=f"C-{n}", **{value: n}) for n in order])

    in_threads(*[lambda v=v: writer(numbers[:: 1 if v % 2 else -1], f"w{v}") for v in range(6)])
    assert len(file_store.entities()) == len(numbers)
    assert all(len(entity.attributes) == 7 for entity in file_store.entities())


def test_an_entity_that_changes_its_key_while_somebody_looks_for_it_is_not_written_by_mistake(file_store: Store):
    created = file_store.upsert(external_id="E-1", customer_number="C-0")

    def move() -> None:
        for number in range(60):
            new = {"customer_number": f"C-{number % 3}"}
            file_store.write(operation(attributes=new, identifiers={"external_id": "E-1"}))

    def touch() -> None:
        for number in range(40):
            wanted = f"C-{number % 3}"
            file_store.write(operation(attributes={"touched": wanted}, identifiers={"customer_number": wanted}))

    in_threads(move, touch, touch)
    state: dict[str, object] = {}
    for change in file_store.changes(created.entity_id):
        state = change.snapshot if change.snapshot is not None else replayed(state, change.changes)
        if "touched" in change.changes:
            assert state["touched"] == state["customer_number"]


def test_a_new_index_misses_no_entity_that_is_written_meanwhile(file_store: Store):
    file_store.upsert(customer_number="first", legacy="first")

    def add_index() -> None:
        organization_id = file_store.organization.pk
        ensure_key_indexes(organization_id=organization_id, schema="contact", attributes=["legacy"])

    def writer(lane: int) -> None:
        for number in range(15):
            file_store.upsert(customer_number=f"C-{lane}-{number}", legacy=f"L-{lane}-{number}")

    in_threads(add_index, lambda: writer(1), lambda: writer(2))
    for entity in file_store.entities():
        assert ("legacy", entity.attributes["legacy"]) in file_store.keys(entity.pk)


def test_prunes_and_upserts_of_one_scope_never_end_in_an_error_and_the_last_upsert_stays(file_store: Store):
    numbers = [f"I-{number}" for number in range(12)]

    def upserts() -> None:
        for _ in range(8):
            file_store.write(*[item(number) for number in numbers])

    def prunes() -> None:
        for kept in range(8):
            database.retrying(partial(run, file_store, prunes=[prune(*numbers[:kept])]))

    file_store.write(*[item(number) for number in numbers])
    in_threads(upserts, prunes, upserts, prunes)
    file_store.write(*[item(number) for number in numbers])
    stored = file_store.entities("billing_event")
    assert len(stored) == len(numbers)
    assert all(entity.deleted_at is None for entity in stored)
    for entity in stored:
        versions = [change.version for change in file_store.changes(entity.pk)]
        assert versions == list(range(1, entity.version + 1))
