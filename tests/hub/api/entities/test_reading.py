"""Lists by last change, conditional requests, hydration: what is read, and how little of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from hub import database
from hub.entities.operations import Mode
from hub.entities.store import write
from tests.builders import NOW, make_token
from tests.cast import NEIGHBOUR
from tests.conftest import FixedClock
from tests.hub.api.entities.conftest import Api
from tests.hub.entities.conftest import SOURCE, Store, delete, operation, upsert


def write_at(store: Store, seconds: float, *operations: Any) -> None:
    with transaction.atomic():
        at = NOW + timedelta(seconds=seconds)
        write(organization_id=store.organization.pk, operations=operations, at=at, source=SOURCE)


@pytest.fixture
def five(store: Store, clock: FixedClock) -> Store:
    """Five contacts, two of them of one moment, all of them old enough to be listed."""
    for number, second in enumerate((0, 1, 1, 2, 3)):
        write_at(store, second, upsert(customer_number=f"C-{number}"))
    clock.move(minutes=1)
    return store


def numbers(answer: Any) -> list[str]:
    return [one["customer_number"] for one in answer.json()["data"]]


def test_the_oldest_change_comes_first(api: Api, five: Store, clock: FixedClock):
    write_at(five, 30, upsert(customer_number="C-0", first_name="Ute"))
    assert numbers(api.get("contact")) == ["C-1", "C-2", "C-3", "C-4", "C-0"]


def test_pages_follow_each_other_and_end(api: Api, five: Store):
    read, cursor = [], None
    while True:
        answer = api.get("contact", limit="2", **({"cursor": cursor} if cursor else {}))
        read.append(numbers(answer))
        cursor = answer.json()["next_cursor"]
        assert answer.json()["has_more"] is (cursor is not None)
        if cursor is None:
            break
    assert read == [["C-0", "C-1"], ["C-2", "C-3"], ["C-4"]]


def test_what_changed_since_a_moment_is_listed_that_moment_included(api: Api, five: Store):
    assert numbers(api.get("contact", updated_since="2026-01-15T08:00:02Z")) == ["C-3", "C-4"]
    assert numbers(api.get("contact", updated_since="2026-01-15T09:00:03+01:00")) == ["C-4"]
    assert numbers(api.get("contact", updated_since="2026-01-15T08:00:04Z")) == []


def test_a_change_is_listed_two_seconds_after_it_was_made(api: Api, store: Store, clock: FixedClock):
    store.upsert(customer_number="C-1")
    clock.move(seconds=1.9)
    assert numbers(api.get("contact")) == []
    clock.move(seconds=0.1)
    assert numbers(api.get("contact")) == ["C-1"]


def test_deleted_entities_are_listed_on_request(api: Api, five: Store):
    write_at(five, 30, delete(customer_number="C-1"))
    assert "C-1" not in numbers(api.get("contact"))
    last = api.get("contact", include_deleted="true").json()["data"][-1]
    assert (last["customer_number"], last["_deleted_at"]) == ("C-1", "2026-01-15T08:00:30.000Z")


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"limit": "²"}, "limit"),
        ({"limit": "9" * 5_000}, "limit"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "e30"}, "cursor"),
        ({"cursor": ""}, "cursor"),
        ({"updated_since": "yesterday"}, "updated_since"),
        ({"updated_since": "2026-01-15T08:00:00"}, "updated_since"),
        ({"include_deleted": "maybe"}, "include_deleted"),
    ],
)
def test_a_wrong_list_request_names_the_place(api: Api, five: Store, query: dict[str, str], path: str):
    answer = api.get("contact", **query)
    assert (answer.status_code, [detail["path"] for detail in answer.json()["details"]]) == (400, [path])


def test_neighbours_list_what_is_theirs(client_of: Callable[[Any], Client], api: Api, five: Store):
    neighbour = Api(client_of(NEIGHBOUR))
    assert numbers(neighbour.get("contact")) == []
    cursor = api.get("contact", limit="1").json()["next_cursor"]
    assert numbers(neighbour.get("contact", cursor=cursor)) == []


def test_an_unchanged_page_has_no_body_and_reads_none(api: Api, five: Store, count_queries: Any):
    first = api.get("contact", limit="2")
    with count_queries() as counted:
        again = api.get("contact", {"if-none-match": first["ETag"]}, limit="2")
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert "Content-Type" not in again
    assert not [query for query in counted if '"attributes"' in query["sql"]]


def test_a_changed_page_is_answered_whole(api: Api, five: Store):
    tag = api.get("contact")["ETag"]
    write_at(five, 30, upsert(customer_number="C-4", first_name="Ute"))
    answer = api.get("contact", {"if-none-match": tag})
    assert (answer.status_code, answer["ETag"] == tag) == (200, False)
    assert answer["Cache-Control"] == "private, no-cache"


def test_a_page_that_gets_a_follower_has_another_tag(api: Api, five: Store):
    tag = api.get("contact", limit="5")["ETag"]
    write_at(five, 30, upsert(customer_number="C-5"))
    assert api.get("contact", {"if-none-match": tag}, limit="5").status_code == 200


def test_a_list_costs_a_constant_number_of_queries(api: Api, five: Store, count_queries: Any):
    api.get("contact", limit="1")
    with count_queries() as few:
        api.get("contact", limit="1")
    with count_queries() as many:
        api.get("contact", limit="5")
    assert len(many) == len(few) <= 4


@pytest.mark.parametrize("tag", ['"1.1"', 'W/"1.1"', '"0", "1.1"', "*"])
def test_an_unchanged_entity_has_no_body_and_reads_none(api: Api, stored_contact: str, count_queries: Any, tag: str):
    with count_queries() as counted:
        answer = api.get(stored_contact, {"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert not [query for query in counted if '"attributes"' in query["sql"]]


def test_a_changed_entity_is_answered_whole(api: Api, stored_contact: str):
    tag = api.get(stored_contact)["ETag"]
    api.send("patch", stored_contact, {"age": 41})
    assert api.get(stored_contact, {"if-none-match": tag}).json()["entity"]["age"] == 41


def test_an_entity_has_another_tag_once_its_title_is_made_otherwise(api: Api, stored_contact: str):
    tag = api.get(stored_contact)["ETag"]
    api.send("put", "schemas/contact", {"attributes": [{"name": "loyalty", "type": "string"}]})
    assert api.get(stored_contact, {"if-none-match": tag}).status_code == 200


@pytest.fixture
def related(store: Store) -> tuple[str, str]:
    """Paths of a contact and of a contract that it has."""
    contract = store.upsert("contract", contract_number="V-1").entity_id
    link = {"entity_id": str(contract), "_schema": "contract", "_tags": ["main"]}
    contact = store.upsert(customer_number="C-1", contracts={"$relation": [link]}).entity_id
    return f"contact/{contact}", f"contract/{contract}"


def test_relations_are_shown_beside_an_entity(api: Api, related: tuple[str, str]):
    contact, contract = related
    [link] = api.get(contact).json()["relations"]
    assert link == {
        "direction": "forward",
        "attribute": "contracts",
        "entity_id": contract.partition("/")[2],
        "_schema": "contract",
        "_tags": ["main"],
    }


def test_related_entities_are_shown_in_place_of_references(api: Api, related: tuple[str, str]):
    answer = api.get(related[0], hydrate="true").json()
    [contract] = answer["entity"]["contracts"]
    assert (contract["contract_number"], contract["$relation"]["_tags"]) == ("V-1", ["main"])
    assert answer["relations"][0]["entity"]["_title"] == "V-1"


@pytest.mark.parametrize("is_purged", [True, False])
def test_a_related_entity_that_is_gone_stays_a_reference(api: Api, related: tuple[str, str], is_purged: bool):
    api.send("delete", f"/v1/entity/{related[1]}?purge={str(is_purged).lower()}")
    answer = api.get(related[0], hydrate="true").json()
    assert answer["entity"]["contracts"] == [{"$relation": {
        "entity_id": related[1].partition("/")[2], "_schema": "contract", "_tags": ["main"]
    }}]  # fmt: skip
    assert answer["relations"][0]["entity"] is None


def test_related_entities_that_may_not_be_seen_stay_references(
    client_of: Callable[[Any], Client], store: Store, related: tuple[str, str]
):
    grant = {"action": "entity:view", "resource": "entity:contact"}
    api = Api(client_of(make_token(organization=store.organization, grants=(grant,))))
    [contract] = api.get(related[0], hydrate="true").json()["entity"]["contracts"]
    assert set(contract) == {"$relation"}
    found = api.send("post", "/v1/entity:search", {"q": "_schema:contact", "hydrate": True}).json()
    assert set(found["results"][0]["contracts"][0]) == {"$relation"}


def test_an_entity_of_a_neighbour_is_never_shown(api: Api, store: Store, stage: Any):
    foreign = Store(stage.next_door).upsert("contract", contract_number="V-1").entity_id
    link = {"entity_id": str(foreign), "_schema": "contract"}
    contact = store.upsert(customer_number="C-1", contracts={"$relation": [link]}).entity_id
    assert "V-1" not in api.get(f"contact/{contact}", hydrate="true").text
    assert "V-1" not in api.get(f"/v3/entity/contact/{contact}/relations", hydrate="true").text


def test_a_search_shows_related_entities_with_one_query_more(api: Api, store: Store, count_queries: Any):
    for number in range(5):
        contract = store.upsert("contract", contract_number=f"V-{number}").entity_id
        store.upsert(customer_number=f"C-{number}", contracts={"$relation": [{"entity_id": str(contract)}]})
    plain, hydrated = {"q": "_schema:contact"}, {"q": "_schema:contact", "hydrate": True}
    api.send("post", "/v1/entity:search", plain)
    with count_queries() as few:
        api.send("post", "/v1/entity:search", plain)
    with count_queries() as more:
        answer = api.send("post", "/v1/entity:search", hydrated).json()
    assert len(more) == len(few) + 1
    assert {one["contracts"][0]["contract_number"] for one in answer["results"]} == {f"V-{n}" for n in range(5)}


@pytest.mark.parametrize(
    "value", [{"$relation": ["x", 7, None, {}]}, {"$relation": [{"entity_id": "C-1"}]}, {"$relation": "x"}, {"a": 1}]
)
def test_relations_of_any_form_are_read_without_harm(api: Api, store: Store, value: Any):
    contact = store.upsert(customer_number="C-1", odd=value).entity_id
    assert api.get(f"contact/{contact}", hydrate="true").status_code == 200
    assert api.get(f"/v3/entity/contact/{contact}/relations", hydrate="true", include_reverse="true").status_code == 200
    assert api.send("post", "/v1/entity:search", {"q": "_schema:contact", "hydrate": True}).status_code == 200


def test_a_search_for_nothing_but_the_count(api: Api, five: Store):
    answer = api.send("post", "/v1/entity:search", {"q": "_schema:contact", "size": 0}).json()
    assert answer == {"hits": 5, "results": []}


@pytest.mark.parametrize("method", ["get", "head"])
def test_an_unknown_schema_has_no_list(api: Api, method: str):
    assert getattr(api.client, method)(f"/v1/entity/s{uuid4().hex}").status_code == 404


def purge(store: Store, second: float, number: int) -> str:
    """Remove a contact for good; its id."""
    entity_id = str(next(one.pk for one in store.entities() if one.attributes["customer_number"] == f"C-{number}"))
    write_at(store, second, operation(identifiers={"_id": entity_id}, attributes={}, mode=Mode.PURGE))
    return entity_id


def test_purged_entities_are_listed_with_the_deleted_ones(api: Api, five: Store):
    entity_id = purge(five, 2.5, 1)
    found = api.get("contact", include_deleted="true", updated_since="2026-01-15T08:00:02Z").json()["data"]
    assert [one.get("customer_number") for one in found] == ["C-3", None, "C-4"]
    assert found[1] == {"_id": entity_id, "_schema": "contact", "_purged_at": "2026-01-15T08:00:02.500Z"}
    assert numbers(api.get("contact")) == ["C-0", "C-2", "C-3", "C-4"]


def test_pages_go_on_behind_a_purged_entity(api: Api, five: Store):
    for second, number in ((2.5, 0), (2.5, 1), (5, 3)):
        purge(five, second, number)
    read, cursor = [], None
    while not read or cursor:
        answer = api.get("contact", limit="1", include_deleted="true", **({"cursor": cursor} if cursor else {})).json()
        read += [one.get("customer_number", "purged") for one in answer["data"]]
        cursor = answer["next_cursor"]
    assert read == ["C-2", "purged", "purged", "C-4", "purged"]


def test_a_purge_changes_the_tag_and_costs_no_more_queries(api: Api, five: Store, count_queries: Any):
    write_at(five, 4, delete(customer_number="C-1"))
    tag = api.get("contact", include_deleted="true")["ETag"]
    purge(five, 4, 1)
    with count_queries() as one:
        answer = api.get("contact", {"if-none-match": tag}, include_deleted="true")
    assert answer.status_code == 200
    purge(five, 5, 2)
    purge(five, 5, 3)
    with count_queries() as three:
        api.get("contact", {"if-none-match": tag}, include_deleted="true")
    assert len(three) == len(one)


def test_purges_of_others_are_not_listed(client_of: Callable[[Any], Client], five: Store):
    purge(five, 2.5, 1)
    neighbour = Api(client_of(NEIGHBOUR))
    assert neighbour.get("contact", include_deleted="true").json()["data"] == []


def test_purges_are_found_by_an_index(api: Api, five: Store, count_queries: Any):
    purge(five, 2.5, 1)
    explain = "EXPLAIN QUERY PLAN "
    if connection.vendor == "postgresql":
        database.rows(database.BY_INDEX)
        explain = "EXPLAIN "
    with count_queries() as counted:
        api.get("contact", include_deleted="true", updated_since="2026-01-15T08:00:02Z")
    sql = next(query["sql"] for query in counted if "operation = 'purged'" in query["sql"])
    assert "purges_of_a_schema" in str(database.rows(explain + sql))


def test_a_mistyped_schema_is_a_404_with_the_nearest_one(api: Api, store: Store):
    answer = api.get("contacts")
    assert (answer.status_code, answer.json()["message"]) == (404, "There is no schema contacts; did you mean contact?")
    assert api.get("qqqq").json()["message"] == "There is no schema qqqq."
    store.write(upsert("contacts", by=["nr"], nr="1"))
    assert api.get("contacts").status_code == 200


def test_a_schema_without_entities_is_an_empty_list(api: Api):
    assert api.get("contact").json()["data"] == []


def test_a_plus_that_the_query_string_has_lost_is_explained(api: Api):
    answer = api.client.get("/v1/entity/contact?updated_since=2026-01-15T08:00:00+01:00")
    assert "%2B" in answer.json()["message"]
