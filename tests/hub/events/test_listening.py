"""Changes of entities become events, with the entities around them as they were."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from hub.entities.operations import Source
from hub.entities.store import write
from hub.events import shortening
from hub.events.projecting import work
from hub.ids import new_id
from tests.builders import NOW
from tests.hub.entities.conftest import SOURCE, Store, delete, operation, upsert
from tests.hub.events.builders import make_own_event, switch
from tests.hub.events.conftest import events, related

COMPLETED = "ProductOrderCompleted"
CONTRACT = {"id": "contract", "schema": "contract", "cardinality": "one"}
CONTACT = {"id": "contact", "schema": "contact", "cardinality": "one"}
CONTACTS = {"id": "contacts", "schema": "contact", "cardinality": "many"}
ON_CONTRACTS = {"operation": ["createEntity", "updateEntity", "deleteEntity"], "schema": ["contract"]}


def kept(store: Store, name: str, **fields: Any) -> None:
    switch(store.organization, name, **{"enabled": True, "keeps_history": True} | fields)


def about_contracts(store: Store, node: dict[str, Any], **members: Any) -> None:
    graph = {"nodes": [CONTRACT, node], "edges": [{"from": "contract", "to": node["id"]}]}
    definition = {"entity_graph": graph, "entity_operation": ON_CONTRACTS} | members
    make_own_event(organization=store.organization, name="ContractMoved", **definition)
    kept(store, "ContractMoved")


def shop_floor(store: Store) -> None:
    """A product order in progress with its article, its category, and two recordings: one named, one that names."""
    category = store.upsert("article_category", code="PUMPS").entity_id
    article = store.upsert("article", article_number="A-1", name="Pump", article_category=related(category)).entity_id
    named = store.upsert("recording", external_id="R-1").entity_id
    order = store.upsert(
        "product_order",
        order_number="PO-1",
        article=related(article),
        quantity=2,
        status="in_progress",
        recordings=related(named),
    ).entity_id
    store.upsert("recording", external_id="R-2", product_order=related(order))


def test_a_completed_product_order_becomes_an_event_with_its_fields(store: Store):
    kept(store, COMPLETED)
    shop_floor(store)
    store.upsert("product_order", order_number="PO-1", status="completed", completed_at="2026-01-15T07:55:00Z")
    assert work() == 1
    [event] = events()
    payload = event.payload
    assert (event.name, event.state, event.problem) == (COMPLETED, "ready", "")
    assert (payload["product_order_number"], payload["article_number"], payload["article_category_code"]) == (
        "PO-1",
        "A-1",
        "PUMPS",
    )
    assert (sorted(payload["recording_ids"]), payload["quantity"]) == (["R-1", "R-2"], 2)
    assert (payload["operation"], payload["trigger_entity"]) == ("updateEntity", str(event.entity_id))
    assert (payload["_event_source"], payload["_event_name"]) == ("entity", COMPLETED)


@pytest.mark.parametrize(
    ("source", "kind", "told"),
    [
        (Source("use_case", "customer-sync", use_case_id=new_id(), use_case_version=1), "inbound", "customer-sync"),
        (Source("token", "erp"), "operation", "erp"),
        (Source("user", "7"), "operation", "7"),
    ],
)
def test_an_event_says_whether_its_change_came_in_from_outside(store: Store, source: Source, kind: str, told: str):
    kept(store, "CustomerCreated")
    store.write(operation(attributes={"customer_number": "C-1", "last_name": "Jensen"}, source=source))
    work()
    [event] = events("CustomerCreated")
    payload = event.payload
    assert (event.state, event.problem) == ("ready", "")
    assert (payload["_trigger_source_type"], payload["_trigger_source"], payload["_event_source"]) == (
        kind,
        told,
        "entity",
    )


def test_another_status_is_no_completion(store: Store):
    kept(store, COMPLETED)
    shop_floor(store)
    store.upsert("product_order", order_number="PO-1", status="on_hold")
    assert events() == []


def test_an_event_tells_the_value_before(store: Store):
    kept(store, "ProductOrderStatusChanged")
    shop_floor(store)
    store.upsert("product_order", order_number="PO-1", status="on_hold")
    work()
    [event] = events()
    assert (event.payload["previous_status"], event.payload["status"]) == ("in_progress", "on_hold")


def test_whom_the_entity_names_is_found(store: Store):
    about_contracts(store, CONTACT)
    contact = store.upsert(customer_number="C-1").entity_id
    store.upsert("contract", contract_number="V-1", customer=related(contact))
    [event] = events()
    assert event.payload["contact"]["_id"] == str(contact)


def test_who_names_the_entity_is_found(store: Store):
    about_contracts(store, CONTACTS)
    contract = store.upsert("contract", contract_number="V-1").entity_id
    contacts = [store.upsert(customer_number=number, contracts=related(contract)).entity_id for number in ("1", "2")]
    store.upsert("contract", contract_number="V-1", status="active")
    assert [one["_id"] for one in events()[-1].payload["contacts"]] == [str(one) for one in contacts]


def test_a_node_of_one_has_the_first_of_several(store: Store):
    about_contracts(store, CONTACT)
    contract = store.upsert("contract", contract_number="V-1").entity_id
    contacts = [store.upsert(customer_number=number, contracts=related(contract)).entity_id for number in ("1", "2")]
    store.upsert("contract", contract_number="V-1", status="active")
    assert events()[-1].payload["contact"]["_id"] == str(contacts[0])


def test_a_node_that_nothing_was_found_for_is_absent(store: Store):
    about_contracts(store, CONTACT)
    store.upsert("contract", contract_number="V-1")
    [event] = events()
    assert "contact" not in event.payload


def test_what_is_in_the_recycle_bin_is_left_out(store: Store):
    about_contracts(store, CONTACT)
    contact = store.upsert(customer_number="C-1").entity_id
    store.write(delete(customer_number="C-1"))
    store.upsert("contract", contract_number="V-1", customer=related(contact))
    assert "contact" not in events()[-1].payload


def test_the_event_of_a_deletion_holds_the_entity_as_it_was(store: Store):
    about_contracts(store, CONTACT)
    contact = store.upsert(customer_number="C-1").entity_id
    store.upsert("contract", contract_number="V-1", status="active", customer=related(contact))
    store.write(delete("contract", contract_number="V-1"))
    event = events()[-1]
    assert event.operation == "deleteEntity"
    assert (event.payload["contract"]["status"], event.payload["contact"]["_id"]) == ("active", str(contact))


def test_several_operations_of_one_source_event_are_one_event(store: Store):
    about_contracts(store, CONTACT)
    event_id = new_id()
    wishes = [
        operation(
            "contract",
            attributes={"contract_number": "V-1", "status": status},
            event_id=event_id,
            origin_id=event_id,
        )
        for status in ("draft", "active")
    ]
    store.write(*wishes)
    [event] = events()
    assert (event.operation, event.payload["contract"]["status"]) == ("createEntity", "active")


def test_each_of_two_events_about_one_entity_holds_it_as_it_was_then(store: Store):
    about_contracts(store, CONTACT)
    store.write(*(upsert("contract", contract_number="V-1", status=status) for status in ("draft", "active")))
    assert [one.payload["contract"]["status"] for one in events()] == ["draft", "active"]


def test_a_write_that_changes_nothing_publishes_nothing(store: Store):
    about_contracts(store, CONTACT)
    store.upsert("contract", contract_number="V-1")
    store.upsert("contract", contract_number="V-1")
    assert len(events()) == 1


def test_a_value_that_waits_is_told_in_the_metadata(store: Store):
    make_own_event(
        organization=store.organization, entity_operation={"operation": ["updateEntity"], "schema": ["contact"]}
    )
    kept(store, "ContactSeen")
    store.upsert(customer_number="C-1")
    store.park(customer_number="C-1", last_name="Jensen")
    [event] = events()
    assert event.payload["_changeset_edit_modes_by_attribute"] == {"last_name": "external"}
    assert event.payload["_has_pending_changesets"] is True


@pytest.mark.parametrize(
    "fields", [{"enabled": False}, {"auto_trigger": False}, {"keeps_history": False}], ids=lambda one: next(iter(one))
)
def test_what_nobody_wants_is_not_published(store: Store, fields: dict[str, Any]):
    kept(store, COMPLETED, **fields)
    shop_floor(store)
    store.upsert("product_order", order_number="PO-1", status="completed")
    assert events() == []


def test_what_somebody_listens_to_is_published(store: Store, settings: Any):
    settings.CORE_EVENT_AUDIENCES = ["tests.hub.events.builders.audience"]
    kept(store, COMPLETED, keeps_history=False)
    shop_floor(store)
    store.upsert("product_order", order_number="PO-1", status="completed")
    assert len(events()) == 1


def test_other_attributes_may_be_watched(store: Store):
    kept(store, "ProductOrderStatusChanged", attributes=["variant"])
    shop_floor(store)
    store.upsert("product_order", order_number="PO-1", status="on_hold")
    store.upsert("product_order", order_number="PO-1", variant="blue")
    assert len(events()) == 1


def changed_contacts(store: Store, count: int, **attributes: Any) -> None:
    with transaction.atomic():
        wishes = [upsert("contact", customer_number=f"C-{number}", **attributes) for number in range(count)]
        write(organization_id=store.organization.pk, operations=wishes, at=NOW, source=SOURCE)


def test_a_change_that_nobody_wants_costs_no_query(store: Store, count_queries: Any, settings: Any):
    def queries() -> int:
        store.upsert(customer_number="C-1", last_name="A")
        with count_queries() as counted:
            store.upsert(customer_number="C-1", last_name="B")
        return len(counted)

    queries()  # what a process looks up once
    with_listener = queries()
    settings.ENTITY_CHANGE_LISTENERS = []
    assert with_listener == queries()
    assert events() == []


def test_one_change_costs_as_many_queries_as_fifty(store: Store, count_queries: Any):
    kept(store, "CustomerCreated")
    make_own_event(
        organization=store.organization,
        entity_operation={"operation": ["updateEntity"], "schema": ["contact"]},
        entity_graph={"nodes": [CONTACT, CONTRACT], "edges": [{"from": "contact", "to": "contract"}]},
    )
    kept(store, "ContactSeen")
    contract = store.upsert("contract", contract_number="V-1").entity_id
    changed_contacts(store, 50, contracts=related(contract))
    changed_contacts(store, 1, last_name="A")
    with count_queries() as one:
        changed_contacts(store, 1, last_name="B")
    with count_queries() as fifty:
        changed_contacts(store, 50, last_name="C")
    assert len(fifty) == len(one)
    assert len(events("ContactSeen")) == 52
    assert all(event.payload["contract"]["_id"] == str(contract) for event in events("ContactSeen"))


def test_an_event_that_is_too_large_keeps_ids_and_titles_of_its_lists(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shortening, "MOST_BYTES", 100)
    about_contracts(store, CONTACTS)
    contact = store.upsert(customer_number="C-1", last_name="Kern").entity_id
    store.upsert("contract", contract_number="CT-1", contacts=related(contact))
    work()
    [event] = events("ContractMoved")
    assert event.payload["contacts"] == [{"_schema": "contact", "_id": str(contact), "_title": "Kern"}]
    assert (event.state, "contacts" in event.problem) == ("ready", True)
    assert event.payload["contract"]["contract_number"] == "CT-1"
