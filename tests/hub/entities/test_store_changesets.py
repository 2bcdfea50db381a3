"""Values that are parked instead of written, and how they end: applied, dismissed, confirmed by the same value."""

from __future__ import annotations

from typing import Any

import pytest

from hub.entities.changesets import is_confirmed
from hub.entities.models import Entity
from hub.entities.past.reverting import LaterChanges, OnlyChangesets, get_change, undo
from hub.entities.past.states import state_of_version
from hub.entities.store import Mode, Outcome, Source, WarningCode
from tests.builders import NOW
from tests.hub.entities.conftest import SINCE, Store, delete, in_threads, operation, parking

OLD, NEW, OTHER = "DE89370400440532013000", "DE02120300000000202051", "DE75512108001245126199"


@pytest.fixture
def customer(store: Store) -> Store:
    """The store with one contact that has an IBAN."""
    store.upsert(customer_number="C-1", iban=OLD, last_name="Kern")
    return store


def kinds(store: Store) -> list[str]:
    return [change.operation for change in store.changes(store.only().pk)]


def test_a_value_that_is_to_be_parked_waits_beside_the_present_one(customer: Store):
    result = customer.park(customer_number="C-1", iban=NEW)
    frame = {"edit_mode": "external", "created_at": SINCE, "actor": {"type": "user", "id": "7"}}
    assert customer.only().attributes["iban"] == OLD
    assert customer.only().attributes["_changesets"] == {"iban": {"value": NEW} | frame}
    assert (result.outcome, result.changed, result.parked) == (Outcome.UPDATED, ("_changesets",), ("iban",))
    assert (customer.only().version, kinds(customer)) == (2, ["created", "parked"])


def test_other_attributes_of_the_same_write_are_written(customer: Store):
    attributes = {"customer_number": "C-1", "iban": NEW, "last_name": "Korn"}
    customer.write(operation(attributes=attributes, changesets=parking("iban")))
    assert (customer.only().attributes["last_name"], customer.parked()) == ("Korn", {"iban": NEW})


def test_a_second_proposal_takes_the_place_of_the_first(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    customer.park(customer_number="C-1", iban=OTHER, mode="approval")
    assert customer.parked() == {"iban": OTHER}
    assert customer.only().attributes["_changesets"]["iban"]["edit_mode"] == "approval"


def test_the_same_proposal_again_changes_nothing(customer: Store):
    value = [{"iban": NEW}]
    customer.park(customer_number="C-1", payment=value)
    assert customer.park(customer_number="C-1", payment=value).outcome is Outcome.NO_OP


def test_proposing_the_present_value_ends_what_is_parked(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    customer.park(customer_number="C-1", iban=OLD)
    assert "_changesets" not in customer.only().attributes
    assert kinds(customer)[-1] == "dismissed"


def test_a_list_is_parked_as_it_would_be_stored(customer: Store):
    customer.upsert(customer_number="C-1", phone=[{"phone": "1"}])
    stored = customer.only().attributes["phone"]
    customer.park(customer_number="C-1", phone={"_append": [{"phone": "2"}]})
    [first, second] = customer.parked()["phone"]
    assert (first, second["phone"], "_id" in second) == (stored[0], "2", True)


def test_a_new_entity_parks_nothing(store: Store):
    store.park(customer_number="C-1", iban=NEW)
    assert store.only().attributes == {"customer_number": "C-1", "iban": NEW}


def test_null_where_there_is_no_value_is_no_proposal(customer: Store):
    assert customer.park(customer_number="C-1", bic=None).outcome is Outcome.NO_OP


def test_the_same_value_written_directly_confirms(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    customer.upsert(customer_number="C-1", iban=NEW)
    assert customer.only().attributes == {"customer_number": "C-1", "iban": NEW, "last_name": "Kern"}
    assert kinds(customer) == ["created", "parked", "confirmed"]


def test_another_value_written_directly_leaves_it_parked(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    customer.upsert(customer_number="C-1", iban=OTHER)
    assert (customer.only().attributes["iban"], customer.parked()) == (OTHER, {"iban": NEW})
    assert kinds(customer)[-1] == "updated"


def test_other_attributes_leave_it_parked(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    customer.upsert(customer_number="C-1", last_name="Korn")
    assert customer.parked() == {"iban": NEW}


def test_a_masked_value_confirms_what_may_be_masked(customer: Store):
    customer.park(customer_number="C-1", iban=NEW, mode="external suffix")
    customer.upsert(customer_number="C-1", iban="**** 2051")
    assert customer.only().attributes == {"customer_number": "C-1", "iban": "**** 2051", "last_name": "Kern"}


def test_a_masked_value_that_is_stored_already_confirms_without_being_written(customer: Store):
    customer.upsert(customer_number="C-1", iban="**** 2051")
    customer.park(customer_number="C-1", iban=NEW, mode="external suffix")
    assert customer.upsert(customer_number="C-1", iban="**** 2051").changed == ("_changesets",)
    assert kinds(customer)[-1] == "confirmed"


@pytest.mark.parametrize(
    ("parked", "value", "match", "confirms"),
    [
        (NEW, NEW, "", True),
        (1, 1.0, "", True),
        (1, "1", "", False),
        (NEW, "2051", "", False),
        (NEW, "2051", "suffix", True),
        (NEW, "DE** **** **** **** **20 51", "suffix", True),
        (NEW, "xxxxxxxxxx2051", "suffix", True),
        (NEW, "051", "suffix", False),
        (NEW, "*****", "suffix", False),
        (NEW, "", "suffix", False),
        (NEW, None, "suffix", False),
        (NEW, "3000", "suffix", False),
        ([{"_id": "a", "iban": NEW, "primary": True}], [{"_id": "b", "iban": "2051", "primary": True}], "suffix", True),
        ([{"iban": NEW, "primary": True}], [{"iban": "2051", "primary": False}], "suffix", False),
        ([{"iban": NEW}], [{"iban": "2051"}, {"iban": "3000"}], "suffix", False),
        ([{"_id": "a", "city": "Köln"}], [{"_id": "b", "city": "Köln"}], "", True),
        (None, None, "", True),
    ],
)
def test_what_confirms_a_parked_value(parked: Any, value: Any, match: str, confirms: bool):
    assert is_confirmed({"value": parked, "match": match}, value) is confirms


def test_applying_writes_what_is_parked(customer: Store):
    customer.park(customer_number="C-1", iban=NEW, mode="approval")
    assert customer.decide(applying=["iban"]).changed == ("_changesets", "iban")
    assert customer.only().attributes == {"customer_number": "C-1", "iban": NEW, "last_name": "Kern"}
    assert kinds(customer)[-1] == "applied"


def test_dismissing_leaves_the_present_value(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    customer.decide(dismissing=["iban"])
    assert customer.only().attributes == {"customer_number": "C-1", "iban": OLD, "last_name": "Kern"}
    assert kinds(customer)[-1] == "dismissed"


@pytest.mark.parametrize("order", [{"applying": ["iban"]}, {"dismissing": ["iban"]}])
def test_deciding_about_nothing_changes_nothing(customer: Store, order: Any):
    assert customer.decide(**order).outcome is Outcome.NO_OP


def test_one_decision_leaves_the_other_values_parked(customer: Store):
    customer.park(customer_number="C-1", iban=NEW, last_name="Korn")
    customer.decide(applying=["last_name"])
    assert (customer.parked(), customer.only().attributes["last_name"]) == ({"iban": NEW}, "Korn")


AMOUNT = {"balance": 200, "balance_decimal": "2.00", "balance_currency": "EUR"}


@pytest.fixture
def account(store: Store) -> Store:
    """The store with one contact that has an amount, for which another one is parked."""
    store.upsert(customer_number="C-1", balance=100, balance_decimal="1.00", balance_currency="EUR")
    store.write(proposal(**AMOUNT))
    return store


def proposal(**attributes: Any) -> Any:
    order = parking(*AMOUNT, part_of="balance")
    return operation(attributes={"customer_number": "C-1"} | attributes, changesets=order)


def test_an_amount_and_its_parts_are_applied_together(account: Store):
    assert account.parked() == {"balance": 200, "balance_decimal": "2.00"}
    account.decide(applying=["balance_decimal"])
    assert account.only().attributes == {"customer_number": "C-1"} | AMOUNT


def test_an_amount_and_its_parts_are_dismissed_together(account: Store):
    account.decide(dismissing=["balance"])
    assert account.only().attributes["balance"] == 100
    assert "_changesets" not in account.only().attributes


def test_an_amount_is_confirmed_when_all_that_is_parked_of_it_is(account: Store):
    account.upsert(customer_number="C-1", balance=200)
    assert account.parked() == {"balance": 200, "balance_decimal": "2.00"}
    account.upsert(customer_number="C-1", balance_decimal="2.00")
    assert "_changesets" not in account.only().attributes


def test_a_second_proposal_replaces_the_whole_amount(account: Store):
    account.write(proposal(balance=300))
    assert account.parked() == {"balance": 300}


def whole(order: Any = None, **attributes: Any) -> Any:
    return operation(attributes=attributes, mode=Mode.REPLACE, changesets=order)


def test_nobody_writes_changesets(store: Store):
    [created] = store.write(operation(attributes={"customer_number": "C-1", "_changesets": {"iban": {}}}))
    [updated] = store.write(operation(attributes={"customer_number": "C-1", "_changesets": {"iban": {}}}))
    assert store.only().attributes == {"customer_number": "C-1"}
    told = [[(one.code, one.attribute) for one in result.warnings] for result in (created, updated)]
    assert told == [[(WarningCode.SYSTEM_ATTRIBUTE, "_changesets")]] * 2


def test_a_replace_takes_no_changeset_away(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    customer.write(whole(customer_number="C-1", iban=OLD))
    assert customer.parked() == {"iban": NEW}
    assert "last_name" not in customer.only().attributes


def test_a_replace_with_the_present_value_leaves_the_proposal(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    customer.write(whole(parking("iban"), customer_number="C-1", iban=OLD))
    assert customer.parked() == {"iban": NEW}


def test_leaving_a_value_out_of_a_replace_parks_its_end(customer: Store):
    customer.write(whole(parking("iban"), customer_number="C-1"))
    assert (customer.only().attributes["iban"], customer.parked()) == (OLD, {"iban": None})
    customer.write(whole(customer_number="C-1"))
    assert customer.only().attributes == {"customer_number": "C-1"}


def undone(store: Store, change: Any) -> Any:
    return undo(entity=store.only(), change=change, source=Source("user", "1"), at=NOW)


def test_a_parking_cannot_be_undone(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    with pytest.raises(OnlyChangesets):
        undone(customer, customer.changes(customer.only().pk)[-1])


def test_undoing_a_change_leaves_changesets_as_they_are(customer: Store):
    customer.upsert(customer_number="C-1", last_name="Korn", title="Dr.")
    change = customer.changes(customer.only().pk)[-1]
    customer.park(customer_number="C-1", iban=NEW)
    undone(customer, change)
    assert customer.only().attributes["last_name"] == "Kern"
    assert "title" not in customer.only().attributes
    assert customer.parked() == {"iban": NEW}


def test_undoing_what_was_applied_does_not_park_it_again(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    customer.decide(applying=["iban"])
    undone(customer, customer.changes(customer.only().pk)[-1])
    assert customer.only().attributes == {"customer_number": "C-1", "iban": OLD, "last_name": "Kern"}


def test_a_later_value_still_stands_in_the_way_of_undoing(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    customer.decide(applying=["iban"])
    change = customer.changes(customer.only().pk)[-1]
    customer.upsert(customer_number="C-1", iban=OTHER)
    with pytest.raises(LaterChanges):
        undone(customer, get_change(entity=customer.only(), change_id=change.pk))


def test_what_is_parked_survives_the_recycle_bin(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    customer.write(delete(customer_number="C-1"))
    customer.write(operation(attributes={"customer_number": "C-1"}, mode=Mode.RESTORE))
    assert customer.parked() == {"iban": NEW}
    assert kinds(customer)[-1] == "restored"


def test_a_purge_leaves_nothing_of_it(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    entity = customer.only()
    customer.write(operation(attributes={"customer_number": "C-1"}, mode=Mode.PURGE))
    [tombstone] = customer.changes(entity.pk)
    assert not Entity.objects.exists()
    assert (tombstone.operation, tombstone.changes, tombstone.snapshot) == ("purged", {}, None)


def test_the_past_shows_what_was_parked_then(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    customer.upsert(customer_number="C-1", iban=NEW)
    parked = state_of_version(customer.only(), 2).attributes
    assert (parked["iban"], parked["_changesets"]["iban"]["value"]) == (OLD, NEW)


def test_a_reference_that_writes_the_parked_value_confirms_it(customer: Store):
    customer.park(customer_number="C-1", iban=NEW)
    item = {"_schema": "contact", "$entity_unique_ids": {"customer_number": "C-1"}, "path": "iban"}
    wish = {"$relation_ref": {"_set": [item | {"value": {"operation": "_set", "value": NEW}}]}}
    customer.upsert("contract", contract_number="V-1", payer_iban=wish)
    assert customer.only().attributes["iban"] == NEW
    assert "_changesets" not in customer.only().attributes


def test_of_an_applier_and_a_dismisser_at_once_one_decides(file_store: Store):
    for _ in range(5):
        file_store.upsert(customer_number="C-1", iban=OLD)
        file_store.park(customer_number="C-1", iban=NEW)
        results = in_threads(
            lambda: file_store.decide(applying=["iban"]), lambda: file_store.decide(dismissing=["iban"])
        )
        assert sorted(result.outcome for result in results) == [Outcome.NO_OP, Outcome.UPDATED]
        assert "_changesets" not in file_store.only().attributes


def test_proposals_for_two_attributes_at_once_are_both_parked(file_store: Store):
    file_store.upsert(customer_number="C-1", iban=OLD, bic="A")
    in_threads(
        lambda: file_store.park(customer_number="C-1", iban=NEW),
        lambda: file_store.park(customer_number="C-1", bic="B"),
    )
    assert file_store.parked() == {"iban": NEW, "bic": "B"}


def test_a_parking_costs_as_many_statements_as_an_update(customer: Store, count_queries: Any):
    customer.upsert(customer_number="C-1", last_name="first of all")
    with count_queries() as written:
        customer.upsert(customer_number="C-1", last_name="Korn")
    with count_queries() as parked:
        customer.park(customer_number="C-1", iban=NEW)
    assert len(parked) == len(written)
