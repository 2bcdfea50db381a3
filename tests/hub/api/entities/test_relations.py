"""Relations of one entity: listed in both directions, added, removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from hub.entities.editing import Written, write_entity
from tests.builders import make_token
from tests.cast import Stage
from tests.hub.api.entities.conftest import Api
from tests.hub.entities.conftest import Store


def link(entity_id: Any, attribute: str = "contracts", **more: Any) -> dict[str, Any]:
    return {"attribute": attribute, "entity_id": str(entity_id)} | more


@pytest.fixture
def contracts(store: Store) -> list[str]:
    """Ids of three contracts."""
    return [str(store.upsert("contract", contract_number=f"V-{number}").entity_id) for number in range(3)]


def relations(path: str) -> str:
    return f"{path}/relations"


def listed(api: Api, path: str, **query: str) -> list[tuple[str, str, str]]:
    answer = api.get(f"/v3/entity/{path}/relations", **query)
    return [(one["direction"], one["attribute"], one["entity_id"]) for one in answer.json()["data"]]


def test_relations_are_added_at_the_end(api: Api, stored_contact: str, contracts: list[str]):
    api.send("post", relations(stored_contact), [link(contracts[0])])
    answer = api.send("post", relations(stored_contact), [link(contracts[1], _tags=["main"]), link(contracts[2])])
    assert answer.json()["_version"] == 3
    assert [(one["entity_id"], one["_schema"], one["_tags"]) for one in answer.json()["relations"]] == [
        (contracts[1], "contract", ["main"]),
        (contracts[2], "contract", []),
    ]
    assert [one[2] for one in listed(api, stored_contact)] == contracts


def test_what_is_there_stays_as_it_is(api: Api, stored_contact: str, contracts: list[str]):
    api.send("post", relations(stored_contact), [link(contracts[0], _tags=["main"])])
    answer = api.send("post", relations(stored_contact), [link(contracts[0].upper(), _tags=["other"])])
    assert (answer.status_code, answer.json()) == (200, {"relations": [], "_version": 2})
    assert api.get(stored_contact).json()["relations"][0]["_tags"] == ["main"]


def test_relations_are_removed(api: Api, stored_contact: str, contracts: list[str]):
    api.send("post", relations(stored_contact), [link(one) for one in contracts])
    answer = api.send("delete", relations(stored_contact), [link(contracts[1]), link(uuid4()), link(contracts[0], "x")])
    assert [one["entity_id"] for one in answer.json()["relations"]] == [contracts[1]]
    assert [one[2] for one in listed(api, stored_contact)] == [contracts[0], contracts[2]]


@pytest.mark.parametrize("method", ["post", "delete"])
@pytest.mark.parametrize(
    ("body", "path"),
    [
        ([], ""),
        ({}, ""),
        ([7], "[0]"),
        ([{"attribute": "contracts"}], "[0].entity_id"),
        ([{"attribute": "contracts", "entity_id": "C-1"}], "[0].entity_id"),
        ([{"attribute": "_id", "entity_id": str(uuid4())}], "[0].attribute"),
        ([{"attribute": 7, "entity_id": str(uuid4())}], "[0].attribute"),
        ([link(uuid4(), _tags="main")], "[0]._tags"),
        ([link(uuid4())] * 101, ""),
    ],
)
def test_a_wrong_list_names_its_place(api: Api, stored_contact: str, store: Store, method: str, body: Any, path: str):
    answer = api.send(method, relations(stored_contact), body)
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, path)
    assert store.only().version == 1


def test_a_body_that_is_no_list_is_told_in_a_whole_sentence(api: Api, stored_contact: str):
    answer = api.send("post", relations(stored_contact), {})
    assert answer.json()["message"] == "The body must be a list of 1 to 100 relations."


@pytest.mark.parametrize("method", ["post", "delete"])
def test_an_attribute_of_another_kind_holds_no_relations(
    api: Api, stored_contact: str, contracts: list[str], method: str
):
    answer = api.send(method, relations(stored_contact), [link(contracts[0], "last_name")])
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "[0].attribute")


@pytest.mark.parametrize("attribute", ["last_name", "email", "_tags"])
def test_an_attribute_that_the_schema_declares_as_something_else_gets_no_relation(
    api: Api, store: Store, contracts: list[str], attribute: str
):
    empty = f"contact/{store.upsert(customer_number='C-2').entity_id}"
    answer = api.send("post", relations(empty), [link(contracts[0], attribute)])
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "[0].attribute")


def test_a_target_of_another_schema_than_the_attribute_leads_to_is_refused(
    api: Api, stored_contact: str, contracts: list[str]
):
    answer = api.send("post", relations(stored_contact), [link(contracts[0], "account")])
    assert answer.json()["details"] == [
        {"path": "[0].entity_id", "message": "leads to an entity of contract, but account leads to account"}
    ]


def test_an_attribute_that_no_schema_declares_takes_relations(api: Api, stored_contact: str, contracts: list[str]):
    assert api.send("post", relations(stored_contact), [link(contracts[0], "my_contracts")]).status_code == 200


def test_a_target_that_is_not_there_is_refused(api: Api, stored_contact: str, contracts: list[str], stage: Stage):
    foreign = Store(stage.next_door).upsert("contract", contract_number="V-9").entity_id
    for target in (uuid4(), foreign):
        answer = api.send("post", relations(stored_contact), [link(contracts[0]), link(target)])
        assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "[1].entity_id")
    assert api.get(stored_contact).json()["relations"] == []


def test_relations_in_the_bin_stay_as_they_are(api: Api, stored_contact: str, contracts: list[str]):
    api.send("delete", stored_contact)
    answer = api.send("post", relations(stored_contact), [link(contracts[0])])
    assert (answer.status_code, answer.json()["code"]) == (409, "ENTITY_DELETED")


def test_a_stale_version_changes_no_relations(api: Api, stored_contact: str, contracts: list[str]):
    answer = api.send("post", relations(stored_contact), [link(contracts[0])], {"if-match": '"7"'})
    assert answer.status_code == 412
    assert api.send("post", relations(stored_contact), [link(contracts[0])], {"if-match": '"1"'}).status_code == 200


def test_a_change_in_between_is_kept(
    api: Api, stored_contact: str, contracts: list[str], store: Store, monkeypatch: pytest.MonkeyPatch
):
    """Somebody else adds a relation after the entity was read and before it is written."""
    others = [contracts[1]]

    def interrupted(**wish: Any) -> Written:
        if others:
            both = {"$relation": [{"entity_id": others.pop(), "_schema": "contract"}]}
            store.upsert(customer_number="C-1", contracts=both)
        return write_entity(**wish)

    monkeypatch.setattr("hub.entities.relating.write_entity", interrupted)
    assert api.send("post", relations(stored_contact), [link(contracts[0])]).status_code == 200
    assert [one[2] for one in listed(api, stored_contact)] == [contracts[1], contracts[0]]


def test_who_points_here_is_listed_on_request(api: Api, store: Store, contracts: list[str]):
    target = {"$relation": [{"entity_id": contracts[0], "_schema": "contract"}]}
    account = store.upsert("billing_account", billing_account_number="B", contracts=target).entity_id
    contact = store.upsert(customer_number="C-1", contracts=target, main_contract=target).entity_id
    order = store.upsert("order", order_number="O", contracts=target).entity_id
    path = f"contract/{contracts[0]}"
    api.send("post", relations(path), [link(contact, "customer")])
    assert listed(api, path) == [("forward", "customer", str(contact))]
    everything = [
        ("forward", "customer", str(contact)),
        ("reverse", "contracts", str(account)),
        ("reverse", "contracts", str(contact)),
        ("reverse", "main_contract", str(contact)),
        ("reverse", "contracts", str(order)),
    ]
    assert listed(api, path, include_reverse="true") == everything
    api.send("delete", f"order/{order}")
    assert listed(api, path, include_reverse="true") == everything[:-1]


@pytest.mark.parametrize("size", ["1", "2", "3", "4", "100"])
def test_pages_of_both_directions_follow_each_other(api: Api, store: Store, contracts: list[str], size: str):
    target = {"$relation": [{"entity_id": contracts[0], "_schema": "contract"}]}
    for number in range(3):
        store.upsert(customer_number=f"C-{number}", contracts=target)
        store.upsert("order", order_number=f"O-{number}", contracts=target)
    path = f"contract/{contracts[0]}"
    api.send("post", relations(path), [link(one, "similar") for one in contracts])
    read: list[Any] = []
    cursor = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = api.get(f"/v3/entity/{path}/relations", size=size, include_reverse="true", **more).json()
        assert len(answer["data"]) <= int(size)
        read += answer["data"]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    # The contract points at itself, so it is among those that point here.
    assert len(read) == len({(one["direction"], one["entity_id"]) for one in read}) == 3 + 1 + 6


def test_who_points_here_is_shown_only_to_those_who_may_see_it(
    client_of: Callable[[Any], Client], store: Store, contracts: list[str]
):
    target = {"$relation": [{"entity_id": contracts[0], "_schema": "contract"}]}
    store.upsert(customer_number="C-1", contracts=target)
    grant = {"action": "entity:view", "resource": "entity:contract"}
    api = Api(client_of(make_token(organization=store.organization, grants=(grant,))))
    assert listed(api, f"contract/{contracts[0]}", include_reverse="true") == []


def test_a_page_of_relations_costs_a_constant_number_of_queries(
    api: Api, store: Store, contracts: list[str], count_queries: Any
):
    target = {"$relation": [{"entity_id": contracts[0], "_schema": "contract"}]}
    for number in range(8):
        store.upsert(customer_number=f"C-{number}", contracts=target)
    path = f"/v3/entity/contract/{contracts[0]}/relations"
    query = {"include_reverse": "true", "hydrate": "true"}
    api.get(path, size="1", **query)
    with count_queries() as few:
        api.get(path, size="1", **query)
    with count_queries() as many:
        api.get(path, size="8", **query)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    "cursor", ["x", "", "e30x", "eyJmb3J3YXJkIjotMX0", "eyJzY2hlbWEiOiJhIn0", "eyJmb3J3YXJkIjp0cnVlfQ"]
)
def test_a_cursor_nobody_gave_out_is_refused(api: Api, stored_contact: str, cursor: str):
    answer = api.get(f"/v3/entity/{stored_contact}/relations", cursor=cursor)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_CURSOR")


def test_references_are_listed_with_their_path(api: Api, store: Store):
    contact = str(store.upsert(customer_number="C-1", address=[{"city": "Kiel", "_id": "a"}]).entity_id)
    pointer = {"$relation_ref": [{"entity_id": contact, "path": "address", "_id": "a"}]}
    order = str(store.upsert("order", order_number="O-1", billing_address=pointer, customer=pointer).entity_id)
    [one, _other] = api.get(f"/v3/entity/order/{order}/relations").json()["data"]
    assert (one["direction"], one["attribute"], one["entity_id"], one["path"]) == (
        "forward", "billing_address", contact, "address",
    )  # fmt: skip
    reverse = api.get(f"/v3/entity/contact/{contact}/relations", include_reverse="true").json()["data"]
    assert [(one["direction"], one["attribute"], one["entity_id"], one["_schema"], one["path"]) for one in reverse] == [
        ("reverse", name, order, "order", "address") for name in ("billing_address", "customer")
    ]


def test_who_refers_and_relates_is_one_referrer_of_a_page(api: Api, store: Store, contracts: list[str]):
    [target, *_] = contracts
    for number in range(3):
        pointer = {"$relation_ref": [{"entity_id": target, "path": "contract_number"}]}
        related = {"$relation": [{"entity_id": target, "_schema": "contract"}]}
        store.upsert("order", order_number=f"O-{number}", number_of=pointer, contracts=related)
    first = api.get(f"/v3/entity/contract/{target}/relations", include_reverse="true", size="2").json()
    rest = api.get(
        f"/v3/entity/contract/{target}/relations", include_reverse="true", size="2", cursor=first["next_cursor"]
    )
    assert (len(first["data"]), len(rest.json()["data"]), rest.json()["has_more"]) == (4, 2, False)


def test_a_reference_that_was_taken_away_points_nowhere(api: Api, store: Store):
    contact = str(store.upsert(customer_number="C-1").entity_id)
    pointer = {"$relation_ref": [{"entity_id": contact, "path": "customer_number"}]}
    store.upsert("order", order_number="O-1", billing_contact=pointer)
    store.upsert("order", order_number="O-1", billing_contact="")
    assert listed(api, f"contact/{contact}", include_reverse="true") == []
