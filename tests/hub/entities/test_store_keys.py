"""EntityKey follows the attributes, value by value."""

from __future__ import annotations

from tests.hub.entities.conftest import Store, operation, upsert


def test_declared_identifiers_and_used_ones_are_kept(store: Store):
    result = store.write(
        upsert(legacy="L-1", customer_number="C-1", external_id=7, email=[{"email": "a@x.test"}], by=("legacy",))
    )[0]
    assert store.keys(result.entity_id) == {
        ("legacy", "L-1"),
        ("customer_number", "C-1"),
        ("external_id", "7"),
        ("email", "a@x.test"),
    }


def test_a_changed_value_moves_its_key(store: Store):
    result = store.upsert(customer_number="C-1", external_id="E-1")
    store.write(upsert(customer_number="C-1", external_id="E-2"))
    assert store.keys(result.entity_id) == {("customer_number", "C-1"), ("external_id", "E-2")}


def test_each_item_of_a_list_has_a_key(store: Store):
    result = store.upsert(customer_number="C-1", email=[{"email": "a@x.test"}, {"email": "b@x.test"}, {"_tags": []}])
    store.upsert(customer_number="C-1", email=[{"email": "b@x.test"}, {"email": "c@x.test"}, {"email": "c@x.test"}])
    assert store.keys(result.entity_id) == {
        ("customer_number", "C-1"),
        ("email", "b@x.test"),
        ("email", "c@x.test"),
    }


def test_null_empty_and_blank_have_no_key(store: Store):
    result = store.upsert(customer_number="C-1", external_id="E-1", email=[{"email": "a@x.test"}])
    store.upsert(customer_number="C-1", external_id=None, email=[{"email": " "}])
    assert store.keys(result.entity_id) == {("customer_number", "C-1")}
    store.upsert(customer_number="C-1", external_id="", email=[])
    assert store.keys(result.entity_id) == {("customer_number", "C-1")}


def test_a_key_that_only_changes_its_type_stays(store: Store):
    result = store.upsert(customer_number="C-1", external_id=7)
    store.upsert(customer_number="C-1", external_id="7")
    assert ("external_id", "7") in store.keys(result.entity_id)


def test_a_long_value_is_kept_shortened(store: Store):
    result = store.upsert(customer_number="n" * 5000)
    [(_, value)] = store.keys(result.entity_id)
    assert (len(value), value[:100]) == (164, "n" * 100)


def test_values_of_different_letters_with_equal_collation_differ(store: Store):
    store.upsert(customer_number="straße")
    assert store.upsert(customer_number="strasse").outcome == "created"
    assert store.upsert(customer_number="Straße").outcome == "created"


def test_keys_swapped_between_two_entities_in_one_call(store: Store):
    one = store.upsert(external_id="E-1", customer_number="C-1")
    two = store.upsert(external_id="E-2", customer_number="C-2")
    store.write(
        operation(attributes={"customer_number": "C-2"}, identifiers={"external_id": "E-1"}),
        operation(attributes={"customer_number": "C-1"}, identifiers={"external_id": "E-2"}),
    )
    assert ("customer_number", "C-2") in store.keys(one.entity_id)
    assert ("customer_number", "C-1") in store.keys(two.entity_id)
