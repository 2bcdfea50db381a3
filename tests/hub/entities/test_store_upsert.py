"""An upsert finds by identifiers, creates what is missing, writes only what differs."""

from __future__ import annotations

import pytest

from hub.entities.models import Entity
from hub.entities.store import Mode, Outcome, ResultCode, WarningCode
from tests.hub.entities.conftest import Store, delete, operation, upsert


def test_an_unknown_identifier_creates_an_entity(store: Store):
    result = store.upsert(customer_number="C-1", last_name="Petersen")
    assert (result.outcome, result.code, result.version) == (Outcome.CREATED, "ENTITY_CREATED", 1)
    assert store.only().attributes == {"customer_number": "C-1", "last_name": "Petersen"}
    assert store.only().pk == result.entity_id


def test_a_known_identifier_updates_its_entity(store: Store):
    created = store.upsert(customer_number="C-1", last_name="Petersen")
    updated = store.upsert(customer_number="C-1", last_name="Jensen", first_name="Ute")
    assert (updated.outcome, updated.entity_id, updated.version) == (Outcome.UPDATED, created.entity_id, 2)
    assert updated.changed == ("first_name", "last_name")
    assert store.only().attributes == {"customer_number": "C-1", "last_name": "Jensen", "first_name": "Ute"}


def test_attributes_that_are_not_mapped_stay(store: Store):
    store.upsert(customer_number="C-1", last_name="Petersen")
    store.upsert(customer_number="C-1", first_name="Ute")
    assert store.only().attributes["last_name"] == "Petersen"


def test_objects_are_replaced_not_merged(store: Store):
    store.upsert(customer_number="C-1", balance={"amount": 1, "currency": "EUR"})
    store.upsert(customer_number="C-1", balance={"amount": 2})
    assert store.only().attributes["balance"] == {"amount": 2}


def test_the_same_number_as_text_finds_the_same_entity(store: Store):
    store.upsert(customer_number=42)
    again = store.write(operation(attributes={"customer_number": "42"}))[0]
    assert again.outcome is Outcome.UPDATED
    assert store.only().attributes["customer_number"] == "42"


def test_a_leading_zero_makes_another_identifier(store: Store):
    store.upsert(customer_number="42")
    assert store.upsert(customer_number="042").outcome is Outcome.CREATED


def test_a_whole_float_is_found_by_its_digits(store: Store):
    store.upsert(customer_number=42.0)
    assert store.write(operation(attributes={"customer_number": 42}))[0].outcome is Outcome.NO_OP


def test_all_identifiers_must_match(store: Store):
    store.upsert(customer_number="7", branch="north", by=("customer_number", "branch"))
    south = store.write(upsert(customer_number="7", branch="south", by=("customer_number", "branch")))[0]
    north = store.write(upsert(customer_number="7", branch="north", by=("customer_number", "branch")))[0]
    assert (south.outcome, north.outcome) == (Outcome.CREATED, Outcome.NO_OP)


def test_the_order_of_identifiers_does_not_matter(store: Store):
    store.upsert(customer_number="7", branch="north")
    again = store.write(upsert(branch="north", customer_number="7", by=("branch", "customer_number")))[0]
    assert again.outcome is Outcome.NO_OP


def test_two_live_matches_are_ambiguous_and_nothing_is_written(store: Store):
    store.upsert(customer_number="C-1", external_id="E-1")
    store.write(upsert(customer_number="C-1", external_id="E-2", by=("external_id",)))
    result = store.upsert(customer_number="C-1", last_name="Petersen")
    assert (result.outcome, result.code) == (Outcome.FAILED, "UNIQUE_ID_MULTIPLE_MATCHES")
    assert all("last_name" not in entity.attributes for entity in store.entities())


def test_any_email_of_the_list_finds_the_entity(store: Store):
    store.upsert(customer_number="C-1", email=[{"email": "a@x.test"}, {"email": "b@x.test"}])
    kept_id = store.only().attributes["email"][1]["_id"]
    store.write(operation(attributes={"email": [{"email": "b@x.test"}]}, identifier_types={"email": "email"}))
    assert store.only().attributes["email"] == [{"email": "b@x.test", "_id": kept_id}]


def test_a_missing_identifier_attribute_is_written_in_the_shape_of_its_type(store: Store):
    store.write(
        operation(
            attributes={"last_name": "Jensen"}, identifiers={"email": "a@x.test"}, identifier_types={"email": "email"}
        )
    )
    [item] = store.only().attributes["email"]
    assert item["email"] == "a@x.test"
    again = store.write(operation(attributes={"last_name": "Jensen"}, identifiers={"email": "a@x.test"}))[0]
    assert again.outcome is Outcome.NO_OP


def test_an_identifier_of_thousands_of_characters_is_found_again(store: Store):
    store.upsert(customer_number="x" * 5000)
    assert store.upsert(customer_number="x" * 5000).outcome is Outcome.NO_OP
    assert store.upsert(customer_number="x" * 4999 + "y").outcome is Outcome.CREATED


def test_an_id_alone_fetches_the_entity(store: Store):
    created = store.upsert(customer_number="C-1")
    by_id = operation(attributes={"last_name": "Jensen"}, identifiers={"_id": str(created.entity_id)})
    assert store.write(by_id)[0].outcome is Outcome.UPDATED
    assert store.only().attributes == {"customer_number": "C-1", "last_name": "Jensen"}


@pytest.mark.parametrize("identifier", ["00000000-0000-4000-8000-000000000000", "no id at all"])
def test_an_unknown_id_never_creates(store: Store, identifier: str):
    [result] = store.write(operation(attributes={"last_name": "Jensen"}, identifiers={"_id": identifier}))
    assert (result.outcome, result.code) == (Outcome.FAILED, "ENTITY_REFERENCE_NOT_FOUND")
    assert store.entities() == []


def test_an_id_of_another_schema_is_not_found(store: Store):
    account = store.upsert("account", customer_number="C-1")
    [result] = store.write(operation(attributes={}, identifiers={"_id": str(account.entity_id)}))
    assert result.code == ResultCode.UNKNOWN_REFERENCE


def test_an_id_beside_others_is_one_more_condition(store: Store):
    created = store.upsert(customer_number="C-1")
    both = {"_id": str(created.entity_id), "customer_number": "C-1"}
    assert store.write(operation(attributes={"last_name": "X"}, identifiers=both))[0].outcome is Outcome.UPDATED
    neither = {"_id": str(created.entity_id), "customer_number": "C-2"}
    assert store.write(operation(attributes={"last_name": "Y"}, identifiers=neither))[0].outcome is Outcome.CREATED


def test_a_deleted_match_is_restored_with_a_warning(store: Store):
    store.upsert(customer_number="C-1", last_name="Petersen")
    store.write(delete(customer_number="C-1"))
    result = store.upsert(customer_number="C-1", last_name="Jensen")
    [warning] = result.warnings
    assert (result.outcome, warning.code) == (Outcome.UPDATED, WarningCode.RESTORED)
    assert warning.message == "The contact with customer_number = C-1 was in the recycle bin; it was restored."
    assert store.only().deleted_at is None
    assert store.only().attributes["last_name"] == "Jensen"


def test_a_live_match_wins_over_deleted_ones(store: Store):
    first = store.upsert(customer_number="C-1", external_id="E-1")
    store.write(delete(customer_number="C-1"))
    second = store.write(upsert(customer_number="C-1", external_id="E-2", by=("external_id",)))[0]
    result = store.upsert(customer_number="C-1", last_name="Jensen")
    assert (result.entity_id, result.warnings) == (second.entity_id, ())
    assert Entity.objects.get(pk=first.entity_id).deleted_at is not None


def test_several_deleted_matches_and_no_live_one_are_ambiguous(store: Store):
    for external_id in ("E-1", "E-2"):
        store.write(upsert(customer_number="C-1", external_id=external_id, by=("external_id",)))
        store.write(delete(external_id=external_id))
    assert store.upsert(customer_number="C-1").code == ResultCode.AMBIGUOUS


def test_another_schema_with_the_same_identifier_is_another_entity(store: Store):
    store.upsert(customer_number="C-1")
    assert store.upsert("account", customer_number="C-1").outcome is Outcome.CREATED


def test_another_organization_never_sees_it(store: Store, stage):
    store.upsert(customer_number="C-1")
    neighbour = Store(stage.next_door)
    assert neighbour.upsert(customer_number="C-1").outcome is Outcome.CREATED
    [by_id] = neighbour.write(operation(attributes={}, identifiers={"_id": str(store.only().pk)}))
    assert by_id.code == ResultCode.UNKNOWN_REFERENCE


@pytest.mark.parametrize("mode", [Mode.UPSERT, Mode.DELETE])
@pytest.mark.parametrize("identifiers", [{"_title": "A"}, {"_schema": "contact", "nr": "1"}])
def test_an_identifier_that_only_the_hub_writes_fails_instead_of_making_one_entity_more(
    store: Store, identifiers: dict[str, str], mode: Mode
):
    [result] = store.write(operation(attributes={}, identifiers=identifiers, mode=mode))
    assert (result.outcome, result.code) == (Outcome.FAILED, "UNIQUE_ID_NOT_IN_SCHEMA")
    assert store.entities() == []


def test_system_attributes_are_dropped_with_a_warning(store: Store):
    result = store.upsert(customer_number="C-1", _title="Boss", _tags=["A"], _own="kept")
    [warning] = result.warnings
    assert (warning.code, warning.attribute) == (WarningCode.SYSTEM_ATTRIBUTE, "_title")
    assert store.only().attributes == {"customer_number": "C-1", "_tags": ["A"], "_own": "kept"}
