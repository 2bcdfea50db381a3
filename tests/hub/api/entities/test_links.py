"""Relations and references in the body of an entity: they lead somewhere, or the request is refused."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from hub.entities.schemas.book import book_of
from hub.entities.targets import checked_links
from tests.cast import Stage
from tests.hub.api.entities.conftest import Api
from tests.hub.entities.conftest import Store

KNOWN = "the account"
"""Stands for the id of the stored account."""


@pytest.fixture
def account(store: Store) -> str:
    """The id of an account."""
    return str(store.upsert("account", customer_number="A-1").entity_id)


def to(*ids: str, **more: Any) -> dict[str, Any]:
    return {"$relation": [{"entity_id": one} | more for one in ids]}


def refers(**more: Any) -> dict[str, Any]:
    return {"$relation_ref": [{"entity_id": KNOWN, "path": "address"} | more]}


@pytest.mark.parametrize("method", ["patch", "put", "post"])
@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"$relation": "x"}, "account.$relation"),
        ({"$relation": None}, "account.$relation"),
        ({"$relation": {}}, "account.$relation"),
        ({"$relation": ["x"]}, "account.$relation[0]"),
        (to("nope"), "account.$relation[0].entity_id"),
        (to(KNOWN, _tags="main"), "account.$relation[0]._tags"),
        (to(KNOWN, str(uuid4())), "account.$relation[1].entity_id"),
        (refers(_id=5), "account.$relation_ref[0]._id"),
        (refers(path=None), "account.$relation_ref[0].path"),
        (refers(entity_id=str(uuid4())), "account.$relation_ref[0].entity_id"),
    ],
)
def test_a_link_that_leads_nowhere_is_refused_with_its_place(
    api: Api, store: Store, stored_contact: str, account: str, method: str, value: Any, path: str
):
    body = {"customer_number": "C-2", "account": _filled(value, account)}
    answer = api.send(method, "contact" if method == "post" else stored_contact, body)
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, path)
    assert store.only().version == 1


def _filled(value: Any, account: str) -> Any:
    if isinstance(value, dict):
        return {name: _filled(member, account) for name, member in value.items()}
    if isinstance(value, list):
        return [_filled(member, account) for member in value]
    return account if value == KNOWN else value


def test_an_upsert_is_refused_like_any_write(api: Api, store: Store):
    body = {"unique_key": ["customer_number"], "entity": {"customer_number": "C-2", "account": to(str(uuid4()))}}
    assert api.send("patch", "contact:upsert", body).status_code == 400
    assert store.entities() == []


def test_an_entity_of_somebody_else_is_as_unknown_as_any(api: Api, stored_contact: str, stage: Stage):
    foreign = str(Store(stage.next_door).upsert("account", customer_number="A-9").entity_id)
    answer = api.send("patch", stored_contact, {"account": to(foreign)})
    assert answer.json()["message"] == f"account.$relation[0].entity_id: there is no entity {foreign}."


def test_a_relation_leads_to_the_schema_that_its_attribute_names(api: Api, stored_contact: str):
    answer = api.send("patch", stored_contact, {"account": to(stored_contact.removeprefix("contact/"))})
    assert answer.json()["details"][0]["message"] == "leads to an entity of contact, but account leads to account"


def test_links_are_stored_as_they_are_shown(api: Api, stored_contact: str, account: str):
    answer = api.send("patch", stored_contact, {"account": to(account.upper()), "more": to(account, _tags=["main"])})
    link = {"entity_id": account, "_schema": "account"}
    assert answer.json()["account"] == {"$relation": [link]}
    assert answer.json()["more"] == {"$relation": [link | {"_tags": ["main"]}]}


def test_what_leads_nowhere_already_can_be_written_back(api: Api, store: Store, account: str):
    lost = {"$relation": [{"entity_id": str(uuid4()), "_schema": "account"}]}
    contact = f"contact/{store.upsert(customer_number='C-1', account=lost).entity_id}"
    entity = api.get(contact).json()["entity"]
    assert api.send("put", contact, entity | {"age": 41}).status_code == 200
    more = {"$relation": [*lost["$relation"], {"entity_id": str(uuid4())}]}
    assert (
        api.send("patch", contact, {"account": more}).json()["details"][0]["path"] == "account.$relation[1].entity_id"
    )


@pytest.mark.parametrize(("ids", "queries"), [((), 0), ((KNOWN,), 1), ((KNOWN, KNOWN, KNOWN), 1)])
def test_links_cost_one_query_and_their_absence_none(
    store: Store, account: str, count_queries: Any, ids: tuple[str, ...], queries: int
):
    links = _filled({f"link_{place}": to(one) for place, one in enumerate(ids)}, account)
    book_of(store.organization)  # what a process has read once
    with count_queries() as counted:
        checked_links(
            organization=store.organization,
            schema="contact",
            attributes={"age": 1, "notes": {"a": 1}} | links,
        )
    assert len(counted) == queries
