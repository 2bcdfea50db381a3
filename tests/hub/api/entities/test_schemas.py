"""/v1/entity/schemas: what is listed, what may be saved, and what stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from hub.accounts.models import AuditEntry
from hub.entities.key_indexes import State
from hub.entities.models import EntityKeyIndex, OrganizationSchema
from hub.entities.schemas import catalogue
from tests.builders import make_token
from tests.cast import NEIGHBOUR, Stage
from tests.hub.api.entities.conftest import Api
from tests.hub.entities.conftest import Store

LINKS = {"$relation", "$relation_ref"}
PART = {
    "name": "Spare part",
    "title_template": "{label}|{part_number}",
    "attributes": [
        {"name": "part_number", "type": "string", "identifier": True, "required": True},
        {"name": "label", "type": "string"},
        {"name": "state", "type": "enum", "options": ["new", "used"]},
        {"name": "article", "type": "relation", "schema": "article"},
        {"name": "sizes", "type": "list", "members": ["width", "height"]},
    ],
}


def attribute(answer: Any, name: str) -> dict[str, Any]:
    [found] = [one for one in answer.json()["attributes"] if one["name"] == name]
    return found


def with_state(kind: str, **more: Any) -> dict[str, Any]:
    return {"name": "Spare part", "attributes": [{"name": "state", "type": kind} | more]}


def test_the_catalogue_is_listed_with_counts(api: Api, store: Store):
    store.write()
    store.upsert(customer_number="C-1")
    results = {one["slug"]: one for one in api.get("schemas").json()["results"]}
    assert set(results) == set(catalogue())
    assert results["contact"]["count"] == {"value": 1, "has_more": False}
    assert (results["meter"]["count"]["value"], results["meter"]["source"], results["meter"]["version"]) == (
        0,
        "core",
        1,
    )


def test_a_list_of_schemas_costs_a_constant_number_of_queries(api: Api, store: Store, count_queries: Any):
    api.send("put", "schemas/own-0", PART)
    api.get("schemas")
    with count_queries() as few:
        api.get("schemas")
    for number in range(1, 6):
        api.send("put", f"schemas/own-{number}", PART)
        store.upsert(f"own-{number}", part_number="P")
    api.get("schemas")
    with count_queries() as many:
        api.get("schemas")
    assert len(many) == len(few)


def test_only_schemas_whose_entities_may_be_seen_are_listed(client_of: Callable[[Any], Client], stage: Stage):
    grant = {"action": "entity:view", "resource": "entity:meter*"}
    api = Api(client_of(make_token(organization=stage.home, grants=(grant,))))
    assert [one["slug"] for one in api.get("schemas").json()["results"]] == ["meter", "meter_counter"]
    assert (api.get("schemas/meter").status_code, api.get("schemas/contact").status_code) == (200, 403)


def test_a_schema_of_the_own_organization_is_made_and_kept(api: Api):
    answer = api.send("put", "schemas/spare-part", PART)
    assert (answer.status_code, answer.json()["version"], answer.json()["source"]) == (200, 1, "own")
    assert api.get("schemas/spare-part").json() == answer.json()
    assert attribute(answer, "state")["options"] == ["new", "used"]
    assert attribute(answer, "article")["schema"] == "article"
    assert attribute(answer, "sizes")["members"] == ["width", "height"]
    assert attribute(answer, "part_number") == {
        "name": "part_number",
        "label": "Part number",
        "type": "string",
        "required": True,
        "identifier": True,
        "edit_mode": "direct",
        "source": "own",
    }


def test_entities_of_an_own_schema_are_found_by_its_identifiers_and_called_by_its_template(api: Api, store: Store):
    api.send("put", "schemas/spare-part", PART)
    made = api.send("post", "spare-part", {"part_number": "P-1", "label": "Bolt"})
    assert (made.status_code, made.json()["_title"]) == (201, "Bolt")
    found = api.send("post", "/v1/entity:search", {"q": "part_number:P-1"}).json()
    assert [one["_title"] for one in found["results"]] == ["Bolt"]
    by_title = api.send("post", "/v1/entity:search", {"q": "_schema:spare-part AND bol*"}).json()
    assert by_title["hits"] == 1


@pytest.mark.parametrize("slug", catalogue())
def test_what_is_shown_can_be_sent_back_and_changes_nothing(api: Api, slug: str):
    shown = api.get(f"schemas/{slug}")
    again = api.send("put", f"schemas/{slug}", shown.json())
    assert (again.status_code, again.json()) == (200, shown.json())
    assert not OrganizationSchema.objects.exists()


def test_sending_the_same_again_makes_no_version(api: Api):
    api.send("put", "schemas/spare-part", PART)
    shown = api.send("put", "schemas/spare-part", PART).json()
    assert (shown["version"], OrganizationSchema.objects.count()) == (1, 1)
    assert api.send("put", "schemas/spare-part", shown).json()["version"] == 1


def test_every_version_is_kept_and_one_of_them_counts(api: Api, stage: Stage):
    api.send("put", "schemas/spare-part", PART)
    changed = api.send("put", "schemas/spare-part", PART | {"plural": "Parts"}).json()
    assert (changed["version"], changed["plural"]) == (2, "Parts")
    rows = OrganizationSchema.objects.of(stage.home).order_by("version")
    assert [(row.version, row.is_current, row.actor_type) for row in rows] == [(1, False, "token"), (2, True, "token")]
    assert list(AuditEntry.objects.of(stage.home).values_list("action", flat=True)) == ["schema.save"] * 2


def test_an_earlier_version_can_be_read(api: Api):
    first = api.send("put", "schemas/spare-part", PART).json()
    api.send("put", "schemas/spare-part", PART | {"plural": "Parts"})
    earlier = api.get("schemas/spare-part?version=1")
    assert (earlier.json(), earlier["ETag"]) == (first, '"1"')


def test_the_first_version_of_a_core_schema_is_what_the_hub_brings(api: Api):
    plain = api.get("schemas/meter").json()
    api.send("put", "schemas/meter", {"attributes": [{"name": "colour", "type": "string"}]})
    assert api.get("schemas/meter?version=1").json() == plain
    assert [one["version"] for one in api.get("schemas/meter/versions").json()["results"]] == [2, 1]


def test_versions_tell_when_and_by_whom(api: Api):
    for plural in ("Parts", "Pieces"):
        api.send("put", "schemas/spare-part", PART | {"plural": plural})
    newest, oldest = api.get("schemas/spare-part/versions").json()["results"]
    assert (newest["version"], newest["actor"]["type"], oldest["version"]) == (2, "token", 1)
    assert newest["created_at"] >= oldest["created_at"]
    assert api.get("schemas/spare-part/versions?before=2").json()["results"] == [oldest]
    assert api.get("schemas/contact/versions").json()["results"] == [
        {"version": 1, "created_at": None, "actor": {"type": "system", "id": ""}}
    ]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("schemas/contact?version=7", 404),
        ("schemas/contact?version=0", 400),
        ("schemas/contact?version=one", 400),
        ("schemas/nothing?version=1", 404),
        ("schemas/nothing/versions", 404),
        ("schemas/contact/versions?before=-1", 400),
    ],
)
def test_a_version_that_is_not_there_is_told(api: Api, path: str, status: int):
    assert api.get(path).status_code == status


def test_versions_of_neighbours_are_not_told(api: Api, client_of: Callable[[Any], Client]):
    neighbour = Api(client_of(NEIGHBOUR))
    for plural in ("Parts", "Pieces"):
        api.send("put", "schemas/spare-part", PART | {"plural": plural})
    neighbour.send("put", "schemas/spare-part", with_state("number"))
    assert neighbour.get("schemas/spare-part?version=2").status_code == 404
    assert len(neighbour.get("schemas/spare-part/versions").json()["results"]) == 1


def test_an_attribute_is_added_to_a_core_schema(api: Api, store: Store):
    body = {"attributes": [{"name": "loyalty_number", "type": "string", "identifier": True, "label": "Loyalty"}]}
    saved = api.send("put", "schemas/contact", body)
    assert (saved.json()["version"], saved.json()["source"]) == (2, "extended")
    assert attribute(saved, "loyalty_number")["source"] == "own"
    assert attribute(saved, "customer_number")["source"] == "core"
    store.upsert(customer_number="C-1", loyalty_number="L-1")
    assert api.send("post", "/v1/entity:search", {"q": "loyalty_number:L-1"}).json()["hits"] == 1
    index = EntityKeyIndex.objects.get(organization=store.organization, attribute="loyalty_number")
    assert (index.schema, index.state) == ("contact", State.READY)


def test_a_body_without_attributes_takes_nothing_away(api: Api):
    before = api.send("put", "schemas/contact", {"attributes": [{"name": "loyalty", "type": "string"}]}).json()
    answer = api.send("put", "schemas/contact", {})
    assert (answer.status_code, "[]" in answer.json()["message"]) == (400, True)
    assert api.get("schemas/contact").json() == before
    emptied = api.send("put", "schemas/contact", {"attributes": []}).json()
    assert "loyalty" not in [one["name"] for one in emptied["attributes"]]


def test_a_group_is_installed_on_its_schemas(api: Api):
    saved = api.send("put", "schemas/ticket", {"attributes": [], "groups": ["self_service"]})
    assert attribute(saved, "payment_mode")["options"] == ["KEEP", "NEW"]
    assert saved.json()["groups"] == ["self_service"]
    assert api.send("put", "schemas/ticket", saved.json()).json() == saved.json()


def test_a_new_process_knows_the_schema_at_once(api: Api, stage: Stage):
    """The caches of this process go by the version of the organization's configuration, which the save moved on."""
    version = stage.home.config_version
    api.send("put", "schemas/spare-part", PART)
    stage.home.refresh_from_db()
    assert stage.home.config_version > version


REFUSED: dict[str, tuple[str, Any, str]] = {
    "no name": ("own", {"attributes": []}, "name"),
    "a slug that is reserved": ("customer", PART, "slug"),
    "a slug that is too long": ("x" * 65, PART, "slug"),
    "an unknown type": ("own", with_state("text"), "attributes[0].type"),
    "no type": ("own", {"name": "P", "attributes": [{"name": "a"}]}, "attributes[0].type"),
    "an enum without options": ("own", with_state("enum"), "attributes[0].type"),
    "a bar in an option": ("own", with_state("enum", options=["a|b"]), "attributes[0].options"),
    "options that are no texts": ("own", with_state("enum", options=[1]), "attributes[0].options"),
    "a type in brackets of its own": ("own", with_state("string(a)"), "attributes[0].type"),
    "an attribute that is no object": ("own", {"name": "P", "attributes": ["a"]}, "attributes[0]"),
    "attributes that are no list": ("own", {"name": "P", "attributes": {"a": "string"}}, "attributes"),
    "a name of the hub's": (
        "own",
        {"name": "P", "attributes": [{"name": "_id", "type": "string"}]},
        "attributes[0].name",
    ),
    "a path as a name": ("own", {"name": "P", "attributes": [{"name": "a.b", "type": "string"}]}, "attributes[0].name"),
    "nothing": ("contact", {}, "attributes"),
    "a group alone": ("ticket", {"groups": ["self_service"]}, "attributes"),
    "attributes that are null": ("contact", {"attributes": None}, "attributes"),
    "a name twice": (
        "own",
        {"name": "P", "attributes": [{"name": "a", "type": "string"}, {"name": "a", "type": "number"}]},
        "attributes[1].name",
    ),
    "a flag that is none": ("own", with_state("string", required="yes"), "attributes[0].required"),
    "a title of unknown attributes": ("own", PART | {"title_template": "{nobody}"}, "title_template"),
    "a title without attributes": ("own", PART | {"title_template": "Part"}, "title_template"),
    "another type of a core attribute": (
        "contact",
        {"attributes": [{"name": "birthdate", "type": "string"}]},
        "attributes[0].type",
    ),
    "another name of a core schema": ("contact", {"name": "Person", "attributes": []}, "name"),
    "a core identifier that is none": (
        "contact",
        {"attributes": [{"name": "customer_number", "type": "string", "identifier": False}]},
        "attributes[0].identifier",
    ),
    "a group of another schema": ("contact", {"attributes": [], "groups": ["self_service"]}, "groups"),
    "a group that is not there": ("ticket", {"attributes": [], "groups": ["nobody"]}, "groups"),
    "a group of an own schema": ("own", PART | {"groups": ["self_service"]}, "groups"),
    "the currency of an amount as a number": (
        "contract",
        {"attributes": [{"name": "balance_currency", "type": "number"}]},
        "attributes[0].type",
    ),
    "501 attributes": (
        "own",
        {"name": "P", "attributes": [{"name": f"a{n}", "type": "string"} for n in range(501)]},
        "attributes",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_order_that_cannot_be_fulfilled_names_its_place(api: Api, case: str):
    slug, body, path = REFUSED[case]
    answer = api.send("put", f"schemas/{slug}", body)
    assert (answer.status_code, [detail["path"] for detail in answer.json()["details"]]) == (400, [path])
    assert not OrganizationSchema.objects.exists()


@pytest.mark.parametrize(
    ("before", "after", "value", "status"),
    [
        (with_state("string"), with_state("number"), "new", 400),
        (with_state("string"), with_state("number"), None, 200),
        (with_state("enum", options=["a"]), with_state("enum", options=["a", "b"]), "a", 200),
        (with_state("enum", options=["a"]), with_state("string"), "a", 200),
        (with_state("relation"), with_state("relations"), {"$relation": []}, 200),
        (with_state("date"), with_state("datetime"), "2026-01-15", 400),
    ],
)
def test_a_type_stays_while_entities_have_values_of_it(
    api: Api, store: Store, before: Any, after: Any, value: Any, status: int
):
    api.send("put", "schemas/spare-part", before)
    store.upsert("spare-part", part_number="P-1", state=value)
    answer = api.send("put", "schemas/spare-part", after)
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "ATTRIBUTE_TYPE_IN_USE"


def test_a_type_does_not_change_by_taking_the_attribute_out_and_in_again(api: Api, store: Store):
    api.send("put", "schemas/spare-part", with_state("string"))
    store.upsert("spare-part", part_number="P-1", state="new")
    assert api.send("put", "schemas/spare-part", {"name": "Spare part", "attributes": []}).status_code == 200
    assert api.send("put", "schemas/spare-part", with_state("number")).status_code == 400
    assert api.send("put", "schemas/spare-part", with_state("string")).status_code == 200


def test_values_of_deleted_entities_and_of_neighbours_count_as_they_should(api: Api, store: Store, stage: Stage):
    api.send("put", "schemas/spare-part", with_state("string"))
    Store(stage.next_door).upsert("spare-part", part_number="P-1", state="new")
    assert api.send("put", "schemas/spare-part", with_state("number")).status_code == 200


def test_a_stale_version_is_refused(api: Api):
    tag = api.send("put", "schemas/spare-part", PART)["ETag"]
    changed = PART | {"plural": "Parts"}
    assert api.send("put", "schemas/spare-part", changed, {"if-match": '"7"'}).status_code == 412
    assert api.send("put", "schemas/spare-part", changed, {"if-match": tag}).status_code == 200
    assert api.send("put", "schemas/spare-part", PART, {"if-match": tag}).status_code == 412


def test_neighbours_have_schemas_of_their_own(api: Api, client_of: Callable[[Any], Client]):
    neighbour = Api(client_of(NEIGHBOUR))
    api.send("put", "schemas/spare-part", PART)
    assert neighbour.get("schemas/spare-part").status_code == 404
    assert neighbour.send("put", "schemas/spare-part", with_state("number")).json()["version"] == 1
    assert api.get("schemas/spare-part").json()["attributes"][0]["name"] == "part_number"


@pytest.mark.parametrize("path", ["schemas/nobody", "schemas/nobody/json/schema", "schemas/nobody/json/example"])
def test_a_schema_that_nobody_defined_is_a_404(api: Api, path: str):
    assert api.get(path).status_code == 404


@pytest.mark.parametrize("slug", catalogue())
def test_the_published_example_validates_against_the_published_schema(api: Api, slug: str):
    document = api.get(f"schemas/{slug}/json/schema").json()
    jsonschema_rs.meta.validate(document)
    jsonschema_rs.validate(document, api.get(f"schemas/{slug}/json/example").json())


@pytest.mark.parametrize("slug", ["contact", "contract", "account", "file", "price"])
def test_a_published_example_can_be_posted_once_its_relations_lead_somewhere(api: Api, slug: str):
    whole = api.get(f"schemas/{slug}/json/example").json()
    example = {name: value for name, value in whole.items() if not (isinstance(value, dict) and LINKS & value.keys())}
    assert whole == example or api.send("post", slug, whole).status_code == 400
    answer = api.client.post(f"/v1/entity/{slug}?validate=true", example, content_type="application/json")
    assert answer.status_code == 201


def test_attributes_keep_the_order_in_which_they_were_sent(api: Api):
    api.send("put", "schemas/spare-part", PART)
    turned = PART | {"attributes": PART["attributes"][::-1]}
    assert api.send("put", "schemas/spare-part", turned).json()["version"] == 2
    names = [one["name"] for one in api.get("schemas/spare-part").json()["attributes"]]
    assert names == [one["name"] for one in turned["attributes"]]
