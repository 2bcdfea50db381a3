"""Relations and references: found, made, appended, cleared; all of an attribute's targets or none."""

from __future__ import annotations

from typing import Any

import pytest

from hub.entities.models import EntityKey
from hub.entities.store import EntityOperation, Mode, Outcome
from hub.ids import new_id
from tests.hub.entities.conftest import Store, delete, operation, upsert


def target(schema: str, *, tags: list[str] | None = None, types: dict[str, str] | None = None, **ids: Any) -> Any:
    item = {"$entity_unique_ids": ids, "_schema": schema}
    return item | ({"_tags": tags} if tags is not None else {}) | ({"$types": types} if types else {})


def relation(*targets: Any, how: str = "_set") -> dict[str, Any]:
    return {"$relation": {how: list(targets)}}


def account(number: object, **more: Any) -> Any:
    return target("billing_account", external_id=number, **more)


def contract(number: str = "V1", **attributes: Any) -> EntityOperation:
    return upsert("contract", contract_number=number, **attributes)


def related(store: Store, attribute: str = "billing_account", schema: str = "contract") -> list[Any]:
    return store.only(schema).attributes[attribute]["$relation"]


def test_a_relation_points_at_the_entity_that_has_the_identifiers(store: Store):
    known = store.upsert("billing_account", external_id="7")
    [result] = store.write(contract(billing_account=relation(account(7, tags=["MAIN"]))))
    assert result.outcome is Outcome.CREATED
    assert related(store) == [{"entity_id": str(known.entity_id), "_schema": "billing_account", "_tags": ["MAIN"]}]


def test_a_missing_target_is_made_from_its_identifiers_alone(store: Store):
    [result] = store.write(contract(billing_account=relation(account("7"))))
    made = store.only("billing_account")
    assert made.attributes == {"external_id": "7"}
    assert [(one.outcome, one.entity_id, one.schema) for one in result.related] == [
        (Outcome.CREATED, made.pk, "billing_account")
    ]
    assert related(store)[0]["entity_id"] == str(made.pk)


@pytest.mark.parametrize("name", ["_title", "_schema", "_created_at"])
def test_a_target_that_nobody_would_find_again_is_not_made(store: Store, name: str):
    wish = contract(billing_account=relation(target("billing_account", **{name: "7"})))
    [result] = store.write(wish)
    assert [note.code for note in result.notes] == ["UNIQUE_ID_LOOKUP_UNRESOLVABLE"]
    assert store.only("contract").attributes == {"contract_number": "V1"}
    assert store.entities("billing_account") == []


def test_a_stub_is_part_of_the_events_history(store: Store):
    wish = contract(billing_account=relation(account("7")))
    store.write(wish)
    [change] = store.changes(store.only("billing_account").pk)
    assert (change.operation, change.event_id) == ("created", wish.event_id)
    assert len(store.changes(store.only("contract").pk)) == 1


def test_a_typed_identifier_of_a_stub_gets_its_shape(store: Store):
    person = target("contact", email="a@x.test", types={"email": "email"})
    store.write(contract(customer=relation(person)), contract("V2", customer=relation(person)))
    [item] = store.only("contact").attributes["email"]
    assert item["email"] == "a@x.test"


def test_several_items_that_lack_the_same_target_make_one_stub(store: Store):
    store.write(
        contract("V1", billing_account=relation(account("7"), account("7", tags=["B"]))),
        contract("V2", billing_account=relation(account("7"))),
    )
    assert len(store.entities("billing_account")) == 1


def test_targets_that_the_same_event_writes_later_are_found(store: Store):
    event_id = new_id()
    store.write(
        operation("contract", attributes={"contract_number": "V1", "billing_account": relation(account("7"))},
                  by=("contract_number",), event_id=event_id),
        operation("billing_account", attributes={"external_id": "7", "name": "Main"}, event_id=event_id),
    )  # fmt: skip
    assert store.only("billing_account").attributes == {"external_id": "7", "name": "Main"}
    assert store.only("billing_account").version == 1


def test_two_entities_of_one_event_may_point_at_each_other(store: Store):
    event_id = new_id()
    one = {"external_id": "A", "peer": relation(target("contact", external_id="B"))}
    other = {"external_id": "B", "peer": relation(target("contact", external_id="A"))}
    store.write(*(operation(attributes=attributes, event_id=event_id) for attributes in (one, other)))
    first, second = store.entities()
    assert first.attributes["peer"]["$relation"][0]["entity_id"] == str(second.pk)
    assert second.attributes["peer"]["$relation"][0]["entity_id"] == str(first.pk)


def test_an_entity_may_point_at_itself(store: Store):
    store.write(upsert(external_id="A", peer=relation(target("contact", external_id="A"))))
    assert related(store, "peer", "contact")[0]["entity_id"] == str(store.only().pk)


def test_one_target_that_cannot_be_had_leaves_the_whole_attribute_as_it_was(store: Store):
    for number in ("E-1", "E-2"):
        store.write(upsert("billing_account", external_id=number, name="same"))
    ambiguous = target("billing_account", name="same")
    [result] = store.write(contract(status="active", billing_account=relation(account("new"), ambiguous)))
    assert [(note.code, note.attribute) for note in result.notes] == [("UNIQUE_ID_MULTIPLE_MATCHES", "billing_account")]
    assert store.only("contract").attributes == {"contract_number": "V1", "status": "active"}
    assert len(store.entities("billing_account")) == 2


def test_a_target_by_id_never_becomes_a_stub(store: Store):
    [result] = store.write(contract(billing_account=relation(target("billing_account", _id=str(new_id())))))
    assert [note.code for note in result.notes] == ["ENTITY_REFERENCE_NOT_FOUND"]
    assert (store.entities("billing_account"), len(store.entities("contract"))) == ([], 1)


def test_an_event_may_wait_for_a_target_by_id(store: Store):
    wish = relation(target("billing_account", _id=str(new_id())))
    waits = operation("contract", attributes={"contract_number": "V1", "billing_account": wish}, may_wait=True)
    assert store.write(waits)[0].outcome is Outcome.WAITING
    assert store.entities("contract") == []


def test_a_target_without_identifier_is_told(store: Store):
    [result] = store.write(contract(billing_account=relation(account(" "))))
    assert [note.code for note in result.notes] == ["MISSING_UNIQUE_IDENTIFIERS"]


def test_a_deleted_target_is_pointed_at_and_not_restored(store: Store):
    store.upsert("billing_account", external_id="7")
    store.write(delete("billing_account", external_id="7"))
    [result] = store.write(contract(billing_account=relation(account("7"))))
    [warning] = result.warnings
    assert (warning.code, warning.attribute) == ("SOFT_DELETED_ENTITY_MATCHED", "billing_account")
    assert warning.message.endswith("is in the recycle bin; billing_account points at it and does not restore it.")
    assert store.only("billing_account").deleted_at is not None
    assert len(related(store)) == 1


def test_setting_the_same_relation_again_changes_nothing(store: Store):
    for outcome in (Outcome.CREATED, Outcome.NO_OP):
        assert store.write(contract(billing_account=relation(account("7"))))[0].outcome is outcome
    assert store.only("contract").version == 1


def test_another_target_is_an_update_that_names_the_attribute(store: Store):
    store.write(contract(billing_account=relation(account("7"))))
    [result] = store.write(contract(billing_account=relation(account("8"))))
    assert (result.outcome, result.changed, result.version) == (Outcome.UPDATED, ("billing_account",), 2)


def test_an_empty_set_clears_and_an_empty_append_does_not(store: Store):
    store.write(contract(billing_account=relation(account("7"))))
    assert store.write(contract(billing_account=relation(how="_append")))[0].outcome is Outcome.NO_OP
    assert store.write(contract(billing_account=relation()))[0].outcome is Outcome.UPDATED
    assert related(store) == []


@pytest.mark.parametrize(("how", "tags"), [("_append", [["OLD"], None]), ("_append_all", [["OLD"], ["NEW"], None])])
def test_appending_keeps_what_is_there(store: Store, how: str, tags: list[Any]):
    store.write(contract(billing_account=relation(account("7", tags=["OLD"]))))
    store.write(contract(billing_account=relation(account("7", tags=["NEW"]), account("8"), how=how)))
    assert [one.get("_tags") for one in related(store)] == tags


def test_appending_within_one_event_sees_what_it_has_set(store: Store):
    event_id = new_id()
    values = [relation(account("7")), relation(account("8"), how="_append")]
    store.write(*(
        operation("contract", attributes={"contract_number": "V1", "billing_account": value}, event_id=event_id)
        for value in values
    ))  # fmt: skip
    assert len(related(store)) == 2


def test_whom_an_entity_points_at_can_be_looked_up_from_there(store: Store):
    store.write(contract(billing_account=relation(account("7"))))
    target_id = str(store.only("billing_account").pk)
    assert store.keys(store.only("contract").pk) >= {("$relation", target_id)}
    store.write(contract(billing_account=relation()))
    assert not EntityKey.objects.filter(attribute="$relation").exists()


def test_a_purge_takes_the_links_along(store: Store):
    store.write(contract(billing_account=relation(account("7"))))
    store.write(operation("contract", attributes={"contract_number": "V1"}, mode=Mode.PURGE))
    assert not EntityKey.objects.filter(attribute="$relation").exists()


def test_a_wish_in_no_known_form_is_refused(store: Store):
    [result] = store.write(contract(billing_account={"$relation": {"_set": ["7"]}}))
    assert (result.outcome, result.code) == (Outcome.FAILED, "ATTRIBUTE_TYPE_MISMATCH")


def test_stored_links_are_plain_values(store: Store):
    links = {"$relation": [{"entity_id": str(new_id()), "_schema": "contact"}]}
    store.write(contract(customer=links))
    assert store.only("contract").attributes["customer"] == links


def reference(value: Any, *, how: str = "_append", path: str = "address", **ids: Any) -> dict[str, Any]:
    written = {"attribute": path, "operation": how, **({} if value is None else {"value": value})}
    return {"$relation_ref": {"_set": [target("contact", **ids) | {"path": path, "value": written}]}}


KIEL = {"street": "Holstenstraße", "city": "Kiel"}


def test_a_reference_writes_the_value_and_points_at_the_item(store: Store):
    person = store.upsert(customer_number="C-1", address=[{"city": "Bremen"}])
    [result] = store.write(contract(billing_address=reference(KIEL, customer_number="C-1")))
    bremen, kiel = store.only().attributes["address"]
    assert ({**kiel, "_id": ""}, bremen["city"]) == ({**KIEL, "_id": ""}, "Bremen")
    assert store.only("contract").attributes["billing_address"] == {
        "$relation_ref": [{"entity_id": str(person.entity_id), "path": "address", "_id": kiel["_id"]}]
    }
    assert [(one.outcome, one.changed) for one in result.related] == [(Outcome.UPDATED, ("address",))]


def test_the_same_reference_again_keeps_the_items_id(store: Store):
    for outcome in (Outcome.CREATED, Outcome.NO_OP):
        [result] = store.write(contract(billing_address=reference(KIEL, customer_number="C-1")))
        assert result.outcome is outcome
    assert [one.outcome for one in result.related] == [Outcome.NO_OP]
    assert len(store.only().attributes["address"]) == 1


def test_a_reference_makes_the_entity_that_is_missing(store: Store):
    store.write(contract(billing_address=reference(KIEL, customer_number="C-9")))
    assert store.only().attributes["customer_number"] == "C-9"
    assert store.only().attributes["address"][0]["city"] == "Kiel"


def test_a_reference_to_a_plain_attribute_has_no_item(store: Store):
    store.write(contract(name_of=reference("Petersen", path="last_name", customer_number="C-1")))
    assert store.only().attributes["last_name"] == "Petersen"
    assert store.only("contract").attributes["name_of"] == {
        "$relation_ref": [{"entity_id": str(store.only().pk), "path": "last_name"}]
    }


def test_a_reference_without_value_leaves_the_attribute_out(store: Store):
    [result] = store.write(contract(billing_address=reference(None, customer_number="C-1")))
    assert [note.code for note in result.notes] == ["RELATION_REF_VALUE_UNDEFINED"]
    assert (store.entities(), store.only("contract").attributes) == ([], {"contract_number": "V1"})


def test_a_reference_to_null_writes_nothing_anywhere(store: Store):
    store.upsert(customer_number="C-1", address=[{"city": "Bremen"}])
    wish = reference(KIEL, customer_number="C-1")
    [item] = wish["$relation_ref"]["_set"]
    item["value"]["value"] = None
    [result] = store.write(contract(billing_address=wish))
    assert [note.code for note in result.notes] == ["RELATION_REF_VALUE_UNDEFINED"]
    assert [one["city"] for one in store.only().attributes["address"]] == ["Bremen"]


def test_who_has_lost_an_identifier_within_the_event_is_meant_no_more(store: Store):
    renamed = store.upsert(customer_number="C-1")
    person = relation(target("contact", customer_number="C-1"))
    number = reference("C-2", path="customer_number", customer_number="C-1")
    store.write(contract(payer=person, number_of=number, customer=person))
    [stub] = [one for one in store.entities() if one.pk != renamed.entity_id]
    assert stub.attributes == {"customer_number": "C-1"}
    assert [related(store, name)[0]["entity_id"] for name in ("payer", "customer")] == [
        str(renamed.entity_id),
        str(stub.pk),
    ]


def test_setting_by_reference_replaces_the_other_items(store: Store):
    store.upsert(customer_number="C-1", address=[{"city": "Bremen"}])
    store.write(contract(billing_address=reference(KIEL, how="_set", customer_number="C-1")))
    assert [one["city"] for one in store.only().attributes["address"]] == ["Kiel"]


def test_links_take_no_statement_per_link(store: Store, count_queries):
    def statements(count: int) -> int:
        wishes = [contract(f"{count}-{n}", billing_account=relation(account(f"{count}-{n}"))) for n in range(count)]
        with count_queries() as counted:
            store.write(*wishes)
        return len(counted)

    statements(2)
    assert statements(3) <= statements(250) == statements(400) <= 14
