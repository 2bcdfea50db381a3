"""GET /v1/entity/{slug}/{id} and POST /v1/entity:search."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from hub.entities.store import write
from tests.builders import NOW, make_integration, make_token
from tests.cast import MACHINE, NEIGHBOUR
from tests.hub.entities.conftest import SOURCE, Store, delete, upsert

SEARCH = "/v1/entity:search"


@pytest.fixture
def machine(client_of) -> Client:
    return client_of(MACHINE)


def ask(client: Client, q: Any = "_schema:contact", **body: Any) -> Any:
    return client.post(SEARCH, {"q": q} | body, content_type="application/json")


def path_of(store: Store, schema: str = "contact") -> str:
    return f"/v1/entity/{schema}/{store.only().pk}"


def test_an_entity_is_shown_with_what_the_hub_knows(machine: Client, store: Store):
    result = store.upsert(customer_number="C-1", first_name="Ute", last_name="Jensen", _tags=["vip"], _purpose=["x"])
    assert machine.get(path_of(store)).json() == {
        "entity": {
            "customer_number": "C-1",
            "first_name": "Ute",
            "last_name": "Jensen",
            "_purpose": ["x"],
            "_id": str(result.entity_id),
            "_org": store.organization.public_id,
            "_schema": "contact",
            "_title": "Ute Jensen",
            "_tags": ["vip"],
            "_created_at": "2026-01-15T08:00:00.000Z",
            "_updated_at": "2026-01-15T08:00:00.000Z",
            "_version": 1,
        },
        "relations": [],
    }


def test_tags_are_a_list_also_where_there_are_none(machine: Client, store: Store):
    store.upsert(customer_number="C-1")
    assert machine.get(path_of(store)).json()["entity"]["_tags"] == []


def test_an_entity_in_the_bin_says_since_when(machine: Client, store: Store):
    store.write(upsert(customer_number="C-1"), delete(customer_number="C-1"))
    assert machine.get(path_of(store)).json()["entity"]["_deleted_at"] == "2026-01-15T08:00:00.000Z"


@pytest.fixture
def changed(store: Store) -> Store:
    """A contact that is renamed an hour after it was made, and put into the bin another hour later."""
    named = [upsert(customer_number="C-1", first_name="Ute"), upsert(customer_number="C-1", first_name="Uta")]
    for hour, one in enumerate([*named, delete(customer_number="C-1")]):
        with transaction.atomic():
            at = NOW + timedelta(hours=hour)
            write(organization_id=store.organization.pk, operations=[one], at=at, source=SOURCE)
    return store


@pytest.mark.parametrize(
    ("moment", "first_name", "version", "updated_at"),
    [
        ("2026-01-15T08:00:00Z", "Ute", 1, "2026-01-15T08:00:00.000Z"),
        ("2026-01-15T08:59:59.999999Z", "Ute", 1, "2026-01-15T08:00:00.000Z"),
        ("2026-01-15T10:00:00+01:00", "Uta", 2, "2026-01-15T09:00:00.000Z"),
    ],
)
def test_an_entity_is_shown_as_it_was(
    machine: Client, changed: Store, moment: str, first_name: str, version: int, updated_at: str
):
    entity = machine.get(path_of(changed), {"at": moment}).json()["entity"]
    assert (entity["first_name"], entity["_version"], entity["_updated_at"]) == (first_name, version, updated_at)
    assert "_deleted_at" not in entity


def test_an_entity_as_it_was_in_the_bin_says_since_when(machine: Client, changed: Store):
    entity = machine.get(path_of(changed), {"at": "2027-01-01T00:00:00Z"}).json()["entity"]
    assert entity["_deleted_at"] == "2026-01-15T10:00:00.000Z"


@pytest.mark.parametrize(
    ("moment", "status"), [("2026-01-15T07:59:59Z", 404), ("yesterday", 400), ("2026-01-15T08:00:00", 400), ("", 400)]
)
def test_a_moment_without_the_entity_or_none_at_all_is_refused(
    machine: Client, changed: Store, moment: str, status: int
):
    assert machine.get(path_of(changed), {"at": moment}).status_code == status


UNKNOWN = "6f1cbb0e-0000-4000-8000-000000000000"


@pytest.mark.parametrize("path", [f"/v1/entity/contact/{UNKNOWN}", "/v1/entity/contact/x", "/v1/entity/Contact!/x"])
def test_what_is_not_there_is_a_404(machine: Client, path: str):
    answer = machine.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_the_wrong_schema_is_a_404(machine: Client, store: Store):
    store.upsert(customer_number="C-1")
    assert machine.get(path_of(store, "account")).status_code == 404


def test_the_neighbour_sees_nothing(client_of, store: Store):
    store.upsert(customer_number="C-1")
    neighbour = client_of(NEIGHBOUR)
    assert neighbour.get(path_of(store)).status_code == 404
    assert ask(neighbour, "customer_number:C-1").json() == {"hits": 0, "results": []}


def test_a_grant_for_one_schema_reaches_no_other(client_of, store: Store):
    store.upsert(customer_number="C-1")
    store.upsert("account", customer_number="C-1")
    grant = {"action": "entity:view", "resource": "entity:contact"}
    client = client_of(make_token(organization=store.organization, grants=(grant,)))
    assert client.get(path_of(store)).status_code == 200
    assert client.get(f"/v1/entity/account/{store.only('account').pk}").status_code == 403
    assert ask(client, "_schema:contact").status_code == 200
    assert ask(client, "_schema:account").status_code == 403
    assert ask(client, "customer_number:C-1").status_code == 403


def test_a_token_of_one_integration_reads_no_entities_by_the_way(client_of, store: Store):
    integration = make_integration(organization=store.organization)
    bound = {"grants": ("erp:read",), "integration_ids": (integration.pk,)}
    assert ask(client_of(make_token(organization=store.organization, **bound))).status_code == 403


def test_a_search_answers_a_page(machine: Client, store: Store):
    store.write(*[upsert(customer_number=f"C-{n}") for n in range(15)])
    answer = ask(machine, sort="customer_number:asc").json()
    assert (answer["hits"], len(answer["results"])) == (15, 10)
    following = ask(machine, sort="customer_number:asc", search_after=answer["sort_end"]).json()
    assert len(following["results"]) == 5
    assert "sort_end" not in following


def test_only_the_fields_that_are_asked_for_are_shown(machine: Client, store: Store):
    store.upsert(customer_number="C-1", first_name="Ute", last_name="Jensen")
    [shown] = ask(machine, fields=["last_name"]).json()["results"]
    assert shown["_title"] == "Ute Jensen"
    assert {name for name in shown if not name.startswith("_")} == {"last_name"}


def test_deleted_entities_are_included_on_request(machine: Client, store: Store):
    store.write(upsert(customer_number="C-1"), delete(customer_number="C-1"))
    assert ask(machine).json()["hits"] == 0
    assert ask(machine, include_deleted=True).json()["hits"] == 1


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"q": None}, "q"),
        ({"q": 7}, "q"),
        ({"size": -1}, "size"),
        ({"size": 1001}, "size"),
        ({"size": True}, "size"),
        ({"size": 1.5}, "size"),
        ({"from": 10001}, "from"),
        ({"from": 1, "search_after": ["a", "b"]}, "from"),
        ({"search_after": "x"}, "search_after"),
        ({"search_after": ["x", "y"]}, "search_after"),
        ({"sort": "a:up"}, "sort"),
        ({"sort": {"a": "asc"}}, "sort"),
        ({"fields": "a"}, "fields"),
        ({"fields": [1]}, "fields"),
        ({"fields": [["a"]]}, "fields"),
        ({"include_deleted": "yes"}, "include_deleted"),
        ({"q": "a:"}, "q"),
        ({"q": "last_name:x"}, "q"),
    ],
)
def test_a_wrong_request_is_a_400_that_names_the_place(machine: Client, body: dict[str, Any], path: str):
    answer = ask(machine, **body)
    assert answer.status_code == 400
    assert [detail["path"] for detail in answer.json()["details"]] == [path]


def test_a_query_outside_the_subset_says_where(machine: Client):
    answer = ask(machine, "_schema:contact AND name:a~1").json()
    assert answer["code"] == "INVALID_QUERY"
    assert answer["details"] == [
        {"path": "q", "message": "character 27: ~ is not supported; put the text in quotes to search for it"}
    ]


def test_an_empty_query_is_refused(machine: Client):
    assert ask(machine, "").status_code == 400


def test_the_document_describes_both_operations(client: Client):
    document = client.get("/openapi.json").json()
    assert document["paths"]["/v1/entity/{slug}/{id}"]["get"]["operationId"] == "getEntity"
    assert document["paths"]["/v1/entity:search"]["post"]["operationId"] == "searchEntities"
