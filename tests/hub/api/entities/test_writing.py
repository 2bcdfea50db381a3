"""POST, PATCH, PUT, DELETE, upsert and restore: what is written, and what is refused without a trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from hub.entities.models import Entity, EntityChange
from tests.builders import make_token
from tests.cast import NEIGHBOUR
from tests.hub.api.entities.conftest import Api
from tests.hub.entities.conftest import Store

UNKNOWN = f"contact/{uuid4()}"


def test_an_entity_is_made(api: Api, store: Store):
    answer = api.send("post", "contact", {"customer_number": "C-1", "_tags": ["vip"]})
    entity = answer.json()
    assert (answer.status_code, entity["_version"], entity["_tags"], entity["_title"]) == (201, 1, ["vip"], "C-1")
    assert api.get(f"contact/{entity['_id']}").json()["entity"] == entity
    assert answer["ETag"] == api.get(f"contact/{entity['_id']}")["ETag"] == '"1.1"'


@pytest.mark.parametrize("method", ["patch", "put"])
def test_one_text_as_tags_is_one_tag(api: Api, stored_contact: str, method: str):
    assert api.send(method, stored_contact, {"_tags": "onlyone"}).json()["_tags"] == ["onlyone"]
    assert api.send(method, stored_contact, {"_tags": ""}).json()["_tags"] == []


@pytest.mark.parametrize("tags", [7, True, {"a": 1}, {"_append": ["a"], "b": 1}])
def test_tags_are_a_list(api: Api, stored_contact: str, tags: Any):
    answer = api.send("patch", stored_contact, {"_tags": tags})
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "_tags")


def test_tags_are_added(api: Api, stored_contact: str):
    assert api.send("patch", stored_contact, {"_tags": {"_append": ["a"]}}).json()["_tags"] == ["a"]


def test_stored_tags_that_are_no_list_are_shown(api: Api, store: Store):
    made = store.upsert(customer_number="C-1", _tags="onlyone")
    assert api.get(f"contact/{made.entity_id}").json()["entity"]["_tags"] == ["onlyone"]


def test_the_history_names_the_caller(client_of: Callable[[Any], Client], store: Store):
    token = make_token(organization=store.organization)
    made = Api(client_of(token)).send("post", "contact", {"customer_number": "C-1"}).json()
    [change] = store.changes(made["_id"])
    assert (change.actor_type, change.actor_id, change.event_id) == ("token", token.id, None)


def test_what_only_the_hub_gives_is_ignored(api: Api):
    body = {"customer_number": "C-1", "_id": str(uuid4()), "_version": 7, "_title": "Mine", "_schema": "account"}
    entity = api.send("post", "contact", body).json()
    assert (entity["_version"], entity["_title"], entity["_schema"]) == (1, "C-1", "contact")
    assert entity["_id"] != body["_id"]


def test_an_identifier_that_is_taken_is_a_conflict(api: Api, stored_contact: str, store: Store):
    answer = api.send("post", "contact", {"customer_number": "C-1"})
    assert (answer.status_code, answer.json()["code"]) == (409, "ENTITY_ALREADY_EXISTS")
    api.send("delete", stored_contact)
    answer = api.send("post", "contact", {"customer_number": "C-1"})
    assert (answer.status_code, answer.json()["code"]) == (409, "ENTITY_DELETED")
    assert store.only().deleted_at is not None


def test_entities_without_any_identifier_are_made_each_time(api: Api):
    answers = [api.send("post", "contact", {"first_name": "Ute", "email": []}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert Entity.objects.count() == 2


def test_people_may_share_an_address_and_a_phone(api: Api):
    body = {"last_name": "Kern", "email": [{"email": "family@example.com"}], "phone": [{"phone": "+49 731 1"}]}
    answers = [api.send("post", "contact", body | {"first_name": name}) for name in ("Ada", "Bo")]
    assert [answer.status_code for answer in answers] == [201, 201]
    found = api.send("post", "/v1/entity:search", {"q": '_schema:contact AND email.email:"family@example.com"'})
    assert found.json()["hits"] == 2


def test_a_number_counts_before_a_shared_address(api: Api, stored_contact: str):
    body = {"email": [{"email": "new@example.com"}], "customer_number": "C-1"}
    assert api.send("post", "contact", body).json()["code"] == "ENTITY_ALREADY_EXISTS"


def test_an_unknown_schema_is_defined_before_entities_are_made(api: Api):
    assert api.send("post", "nobody", {"name": "x"}).status_code == 404
    assert not Entity.objects.exists()


def validated(api: Api, method: str, path: str, body: Any) -> Any:
    return api.send(method, f"/v1/entity/{path}?validate=true", body)


MISFIT = {"customer_number": "C-1", "birthdate": "soon", "marketing_permission": "yes"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "contact", MISFIT),
        ("patch", "contact:upsert", {"unique_key": ["customer_number"], "entity": MISFIT}),
        ("patch", "{contact}", MISFIT),
        ("put", "{contact}", MISFIT),
    ],
)
def test_misfits_are_refused_on_request_and_stored_otherwise(
    api: Api, stored_contact: str, store: Store, method: str, path: str, body: Any
):
    path = path.replace("{contact}", stored_contact)
    answer = validated(api, method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "ATTRIBUTE_TYPE_MISMATCH")
    assert [detail["path"] for detail in answer.json()["details"]] == ["birthdate", "marketing_permission"]
    assert store.only().version == 1
    if method != "post":
        assert api.send(method, path, body).json()["birthdate"] == "soon"


def test_a_whole_entity_must_be_complete_where_validation_is_asked_for(api: Api):
    answer = validated(api, "post", "partner", {"email": "a@b.example", "company_name_title": "Kern"})
    assert (answer.status_code, [one["path"] for one in answer.json()["details"]]) == (422, ["status"])
    assert api.send("post", "partner", {"email": "a@b.example"}).status_code == 201


@pytest.mark.parametrize("value", ["yes", "1", "", "TRUE"])
def test_a_switch_is_true_or_false(api: Api, value: str):
    answer = api.send("post", f"/v1/entity/contact?validate={value}", {"customer_number": "C-1"})
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "validate")


def test_part_of_an_entity_is_written(api: Api, stored_contact: str):
    entity = api.send("patch", stored_contact, {"last_name": None, "first_name": "Ute"}).json()
    assert (entity["last_name"], entity["first_name"], entity["age"], entity["_version"]) == (None, "Ute", 40, 2)
    assert api.send("patch", stored_contact, {"first_name": "Ute"}).json()["_version"] == 2


def test_lists_are_added_to(api: Api, stored_contact: str):
    api.send("patch", stored_contact, {"_tags": ["a"]})
    assert api.send("patch", stored_contact, {"_tags": {"_append": ["a", "b"]}}).json()["_tags"] == ["a", "b"]


def test_a_whole_entity_is_written(api: Api, stored_contact: str):
    entity = api.send("put", stored_contact, {"customer_number": "C-1", "first_name": "Ute"}).json()
    assert {name for name in entity if not name.startswith("_")} == {"customer_number", "first_name"}
    assert entity["_version"] == 2


def test_what_was_read_can_be_written_back(api: Api, stored_contact: str):
    entity = api.get(stored_contact).json()["entity"]
    assert api.send("put", stored_contact, entity).json() == entity


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
@pytest.mark.parametrize(
    ("header", "is_stale"),
    [("1", False), ('"1"', False), ('"1.1"', False), ('W/"1.1"', False), ("*", False), ("2", True), ('"x"', True)],
)
def test_a_stale_version_writes_nothing(
    api: Api, stored_contact: str, store: Store, method: str, header: str, is_stale: bool
):
    answer = api.send(method, stored_contact, {"first_name": "Ute"}, {"if-match": header})
    assert answer.status_code == (412 if is_stale else 200)
    assert (store.only().version == 1) is is_stale
    assert not is_stale or answer.json()["code"] == "PRECONDITION_FAILED"


def test_if_match_names_one_version(api: Api, stored_contact: str):
    assert api.send("patch", stored_contact, {}, {"if-match": '"1", "2"'}).status_code == 400


def test_two_writers_with_the_same_version_do_not_overwrite_each_other(api: Api, stored_contact: str):
    tag = api.get(stored_contact)["ETag"]
    answers = [api.send("patch", stored_contact, {"age": age}, {"if-match": tag}) for age in (41, 42)]
    assert [answer.status_code for answer in answers] == [200, 412]


def test_an_entity_goes_into_the_bin_and_comes_back(api: Api, stored_contact: str):
    assert api.send("delete", stored_contact).status_code == 200
    assert api.send("delete", stored_contact).status_code == 200
    assert "_deleted_at" in api.get(stored_contact).json()["entity"]
    entity = api.send("patch", f"{stored_contact}:restore").json()
    assert (entity["last_name"], entity["_version"], "_deleted_at" in entity) == ("Jensen", 3, False)
    answer = api.send("patch", f"{stored_contact}:restore")
    assert (answer.status_code, answer.json()["code"]) == (400, "ENTITY_NOT_DELETED")


@pytest.mark.parametrize("method", ["patch", "put"])
def test_nothing_changes_in_the_bin(api: Api, stored_contact: str, store: Store, method: str):
    api.send("delete", stored_contact)
    answer = api.send(method, stored_contact, {"first_name": "Ute"})
    assert (answer.status_code, answer.json()["code"]) == (409, "ENTITY_DELETED")
    assert (store.only().version, "first_name" in store.only().attributes) == (2, False)


@pytest.mark.parametrize("is_binned", [True, False])
def test_a_purged_entity_is_gone_with_its_history(api: Api, stored_contact: str, store: Store, is_binned: bool):
    if is_binned:
        api.send("delete", stored_contact)
    assert api.send("delete", f"/v1/entity/{stored_contact}?purge=true").status_code == 200
    assert api.get(stored_contact).status_code == 404
    assert api.send("delete", f"/v1/entity/{stored_contact}?purge=true").status_code == 404
    assert [change.operation for change in EntityChange.objects.of(store.organization)] == ["purged"]


@pytest.mark.parametrize(("method", "suffix"), [("patch", ""), ("put", ""), ("delete", ""), ("patch", ":restore")])
def test_what_is_not_there_is_a_404_without_a_trace(api: Api, method: str, suffix: str):
    assert api.send(method, UNKNOWN + suffix, {"first_name": "Ute"}).status_code == 404
    assert not EntityChange.objects.exists()


def upsert(api: Api, entity: Any, *unique_key: Any) -> Any:
    return api.send("patch", "contact:upsert", {"unique_key": list(unique_key), "entity": entity})


def test_an_upsert_makes_and_then_changes(api: Api, store: Store):
    made = upsert(api, {"customer_number": "C-1", "first_name": "Ute"}, "customer_number")
    changed = upsert(api, {"customer_number": "C-1", "first_name": "Uta"}, "customer_number")
    again = upsert(api, {"customer_number": "C-1", "first_name": "Uta"}, "customer_number")
    assert [answer.status_code for answer in (made, changed, again)] == [201, 200, 200]
    assert (again.json()["first_name"], again.json()["_version"]) == ("Uta", 2)
    assert len(store.entities()) == 1


def test_an_upsert_looks_for_the_first_email_and_for_all_keys(api: Api, store: Store):
    body = {"email": [{"email": "a@b.example"}], "customer_number": 7}
    assert upsert(api, body, "email", "customer_number").status_code == 201
    assert upsert(api, body | {"customer_number": "7"}, "customer_number", "email").status_code == 200
    assert upsert(api, body | {"customer_number": "8"}, "customer_number", "email").status_code == 201


def test_a_match_in_the_bin_is_a_405_and_several_are_a_409(api: Api, stored_contact: str, store: Store):
    api.send("delete", stored_contact)
    answer = upsert(api, {"customer_number": "C-1", "first_name": "Ute"}, "customer_number")
    assert (answer.status_code, answer.json()["code"], "Allow" in answer) == (405, "ENTITY_DELETED", True)
    assert store.only().version == 2
    for number in ("C-2", "C-3"):
        store.upsert(customer_number=number, email=[{"email": "a@b.example"}])
    assert upsert(api, {"email": [{"email": "a@b.example"}]}, "email").status_code == 409


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"unique_key": ["customer_number"], "entity": {}}, "MISSING_UNIQUE_IDENTIFIERS"),
        ({"unique_key": ["customer_number"], "entity": {"customer_number": " "}}, "MISSING_UNIQUE_IDENTIFIERS"),
        ({"unique_key": [], "entity": {}}, "VALIDATION_ERROR"),
        ({"unique_key": "customer_number", "entity": {}}, "VALIDATION_ERROR"),
        ({"unique_key": [7], "entity": {}}, "VALIDATION_ERROR"),
        ({"unique_key": ["customer_number"] * 11, "entity": {}}, "VALIDATION_ERROR"),
        ({"unique_key": ["customer_number"]}, "VALIDATION_ERROR"),
        ({"unique_key": ["nobody_declares_me"], "entity": {"nobody_declares_me": "x"}}, "VALIDATION_ERROR"),
    ],
)
def test_a_wrong_upsert_is_a_400_without_a_trace(api: Api, body: Any, code: str):
    answer = api.send("patch", "contact:upsert", body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not Entity.objects.exists()


def test_an_upsert_by_id_changes_and_never_makes(api: Api, stored_contact: str):
    entity_id = stored_contact.partition("/")[2]
    assert upsert(api, {"_id": entity_id, "first_name": "Ute"}, "_id").json()["first_name"] == "Ute"
    assert upsert(api, {"_id": str(uuid4())}, "_id").status_code == 404


def test_neighbours_change_nothing(client_of: Callable[[Any], Client], stored_contact: str, store: Store):
    neighbour = Api(client_of(NEIGHBOUR))
    for method in ("patch", "put", "delete"):
        assert neighbour.send(method, stored_contact, {"customer_number": "C-1"}).status_code == 404
    assert upsert(neighbour, {"customer_number": "C-1"}, "customer_number").status_code == 201
    assert store.only().version == 1


def test_a_grant_for_one_schema_writes_no_other(client_of: Callable[[Any], Client], store: Store):
    grant = {"action": "entity:edit", "resource": "entity:contact"}
    api = Api(client_of(make_token(organization=store.organization, grants=(grant,))))
    assert api.send("post", "contact", {"customer_number": "C-1"}).status_code == 201
    assert api.send("post", "account", {"customer_number": "C-1"}).status_code == 403
    assert api.send("delete", f"contact/{store.only().pk}").status_code == 403
    assert api.get(f"contact/{store.only().pk}").status_code == 403


def test_a_number_that_cannot_be_kept_is_refused_by_the_name_of_its_attribute(api: Api, store: Store):
    answer = api.send("post", "contact", {"customer_number": "X", "n": 10**30})
    assert answer.status_code == 400
    assert answer.json()["message"] == (
        '"n" cannot be kept as JSON: Integer exceeds 64-bit range. A number beyond 64 bits can be sent as a text.'
    )
    assert store.entities() == []


@pytest.mark.parametrize("name", ["", "n" * 129])
def test_what_is_no_name_of_an_attribute_is_refused(api: Api, store: Store, name: str):
    answer = api.send("post", "contact", {"customer_number": "C-1", name: "x"})
    assert (answer.status_code, len(answer.json()["details"])) == (400, 1)
    assert "1 to 128 characters" in answer.json()["message"]
    assert store.entities() == []


def test_a_name_of_128_characters_is_stored(api: Api):
    assert api.send("post", "contact", {"customer_number": "C-1", "n" * 128: "x"}).json()["n" * 128] == "x"


@pytest.mark.parametrize("tag", ["abc", '"abc"', '"x.1"'])
def test_a_tag_that_is_none_of_its_versions_is_stale_and_said_to_be_so(api: Api, stored_contact: str, tag: str):
    answer = api.send("patch", stored_contact, {"last_name": "B"}, {"if-match": tag})
    assert answer.status_code == 412
    assert answer.json()["message"].endswith("by now, and what was named is no version of it.")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "contact", {"birthdate": "2025-02-31", "company_size": 1, "email": "nobody"}),
        ("patch", "{stored}", {"birthdate": "2025-02-31", "email": "nobody"}),
        ("put", "{stored}", {"birthdate": "2025-02-31", "email": "nobody"}),
        ("patch", "contact:upsert", {"unique_key": ["customer_number"], "entity": {
            "customer_number": "C-1", "birthdate": "2025-02-31", "email": "nobody"}}),
    ],
)  # fmt: skip
def test_values_that_do_not_fit_are_counted_or_listed_on_request(
    api: Api, stored_contact: str, method: str, path: str, body: Any
):
    at = path.format(stored=stored_contact)
    refused = api.send(method, f"{at}?validate=true", body)
    assert [one["path"] for one in refused.json()["details"]] == ["birthdate", "email"]
    assert api.send(method, at, body)["Hub-Warnings"] == "2"


def test_values_that_fit_are_no_warnings(api: Api, stored_contact: str):
    assert api.send("patch", stored_contact, {"birthdate": "2025-02-28"})["Hub-Warnings"] == "0"


def test_a_lost_body_makes_no_entity(api: Api, store: Store):
    answer = api.client.post("/v1/entity/contact", "", content_type="application/json")
    assert (answer.status_code, store.entities()) == (400, [])
    assert api.send("post", "contact", {}).status_code == 201


def test_a_list_identifies_nobody_and_is_said_to_be_one(api: Api):
    body = {"unique_key": ["customer_number"], "entity": {"customer_number": ["C-1", "C-2"]}}
    answer = api.send("patch", "contact:upsert", body)
    assert answer.json()["message"] == "customer_number identifies, but is a list of 2: a single value is looked for."
