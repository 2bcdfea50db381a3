"""No change by a person or a client gives two live entities of a schema the same declared identifier."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from tests.hub.api.entities.conftest import Api
from tests.hub.api.entities.test_import import counts, failed, report
from tests.hub.entities.conftest import Store, delete, upsert

Count = Callable[[], AbstractContextManager[CaptureQueriesContext]]


@pytest.fixture
def holder(store: Store) -> str:
    """The id of the contact that has C-1 and E-1."""
    return str(store.upsert(customer_number="C-1", external_id="E-1").entity_id)


@pytest.fixture
def other(store: Store, holder: str) -> str:
    """``contact/<id>`` of the one that has C-2."""
    return f"contact/{store.upsert(customer_number='C-2', last_name='Kern').entity_id}"


def assert_refused(answer: Any, holder: str, attribute: str = "customer_number") -> None:
    assert (answer.status_code, answer.json()["code"]) == (409, "ENTITY_ALREADY_EXISTS")
    detail = {"path": attribute, "message": f"belongs to the contact {holder}"}
    assert answer.json()["details"] == [detail]


def binned(store: Store, number: str) -> Any:
    """An entity that was put into the recycle bin before somebody else got its number."""
    made = store.upsert(customer_number=number)
    store.write(delete(customer_number=number))
    store.write(upsert(external_id="E-9", customer_number=number))
    return made.entity_id


@pytest.mark.parametrize("method", ["patch", "put"])
def test_a_change_does_not_take_the_identifier_of_another_one(
    api: Api, store: Store, holder: str, other: str, method: str
):
    assert_refused(api.send(method, other, {"customer_number": "C-1"}), holder)
    assert store.entities()[1].attributes == {"customer_number": "C-2", "last_name": "Kern"}


def test_every_declared_identifier_counts_for_a_new_one(api: Api, holder: str):
    body = {"customer_number": "C-3", "external_id": "E-1"}
    assert_refused(api.send("post", "contact", body), holder, "external_id")
    assert_refused(api.send("post", "contact", {"customer_number": "C-1"}), holder)


def test_an_upsert_does_not_take_what_is_no_part_of_its_key(api: Api, holder: str, other: str):
    body = {"unique_key": ["customer_number"], "entity": {"customer_number": "C-2", "external_id": "E-1"}}
    assert_refused(api.send("patch", "contact:upsert", body), holder, "external_id")


def test_a_number_and_its_digits_as_text_are_one(api: Api, store: Store, other: str):
    holder = store.upsert(customer_number="42").entity_id
    assert_refused(api.send("patch", other, {"customer_number": 42}), str(holder))


def test_what_it_has_itself_or_nobody_has_is_written(api: Api, holder: str, other: str):
    assert api.send("put", other, {"customer_number": "C-2", "external_id": "E-2"}).status_code == 200
    assert api.send("patch", other, {"customer_number": "C-3"}).status_code == 200
    assert api.send("patch", f"contact/{holder}", {"customer_number": "C-2"}).status_code == 200


def test_people_may_come_to_share_an_address(api: Api, store: Store, other: str):
    store.upsert(customer_number="C-4", email=[{"email": "family@example.com"}])
    assert api.send("patch", other, {"email": [{"email": "family@example.com"}]}).status_code == 200


def test_what_lies_in_the_recycle_bin_keeps_no_identifier(api: Api, store: Store, holder: str, other: str):
    store.write(delete(customer_number="C-1"))
    assert api.send("patch", other, {"customer_number": "C-1"}).status_code == 200


def test_nothing_comes_back_beside_whoever_has_its_identifier(api: Api, store: Store):
    entity_id = binned(store, "C-7")
    [holder] = [one for one in store.entities() if one.pk != entity_id]
    assert_refused(api.send("patch", f"contact/{entity_id}:restore"), str(holder.pk))
    assert store.entities()[0].deleted_at is not None


def test_a_deletion_is_not_undone_beside_whoever_has_the_identifier(api: Api, store: Store):
    entity_id = binned(store, "C-7")
    change = store.changes(entity_id)[-1]
    [holder] = [one for one in store.entities() if one.pk != entity_id]
    assert_refused(api.send("post", f"contact/{entity_id}/revert", {"change_id": str(change.pk)}), str(holder.pk))


def test_an_identifier_does_not_come_back_that_another_one_has_by_now(api: Api, store: Store, holder: str, other: str):
    api.send("patch", f"contact/{holder}", {"customer_number": "C-8"})
    api.send("patch", other, {"customer_number": "C-1"})
    change = store.changes(store.entities()[0].pk)[-1]
    answer = api.send("post", f"contact/{holder}/revert", {"change_id": str(change.pk)})
    assert_refused(answer, other.removeprefix("contact/"))


def test_a_parked_identifier_of_another_one_is_not_applied(api: Api, store: Store, holder: str, other: str):
    named = {"name": "badge", "type": "string", "edit_mode": "approval"}
    api.send("put", "schemas/contact", {"attributes": [named]})
    api.send("patch", other, {"badge": "B-1"})
    api.send("put", "schemas/contact", {"attributes": [{"name": "badge", "type": "string", "identifier": True}]})
    api.send("patch", f"contact/{holder}", {"badge": "B-1"})
    assert_refused(api.send("post", f"{other}/changesets/badge:apply"), holder, "badge")


def test_a_row_of_an_import_does_not_take_it(api: Api, store: Store, holder: str, other: str):
    found = report(api, "customer_number,external_id\nC-2,E-1\nC-5,E-5\nC-6,E-5\n")
    assert counts(found) == [1, 0, 0, 2]
    problem = failed(found)[0]["errors"][0]
    assert (problem["column"], problem["code"]) == ("external_id", "ENTITY_ALREADY_EXISTS")
    assert problem["message"] == f"external_id E-1 belongs to another contact already: {holder}."


def test_rows_may_hand_an_identifier_on(api: Api, store: Store, holder: str, other: str):
    found = report(api, "customer_number,external_id\nC-1,E-2\nC-2,E-1\n")
    assert counts(found) == [0, 2, 0, 0]
    assert [one.attributes["external_id"] for one in store.entities()] == ["E-2", "E-1"]


def test_a_claim_costs_no_round_trip(api: Api, other: str, count_queries: Count):
    asked = []
    for body in ({"last_name": "Groß"}, {"last_name": "Kern", "customer_number": "C-2"}):
        with count_queries() as queries:
            assert api.send("patch", other, body).status_code == 200
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 1  # the lock of creation, sent together with the questions
