"""/v2/integrations: an integration declared together with its use cases."""

from __future__ import annotations

import uuid

import pytest

from hub.accounts.models import AuditEntry
from inbound.models import Lane
from integrations.models import Integration, Tombstone, UseCase
from tests.builders import make_integration, make_use_case
from tests.integrations.configurations import CONFIGURATIONS, INBOUND
from tests.integrations.conftest import path_of, paths

LIST = "/v2/integrations"
FIELDS = [{"attribute": "id", "field": "id"}]


def item(**fields):
    """An embedded inbound use case."""
    return {"name": "Customers", "type": "inbound", "enabled": True} | fields


def declare(api, integration, *items):
    """PUT the integration with exactly these use cases."""
    return api.put(path_of(integration, version=2), {"name": integration.name, "use_cases": list(items)})


def test_all_five_types_are_created_with_the_integration(api):
    items = [item(name=type, type=type, configuration=configuration) for type, configuration in CONFIGURATIONS.items()]
    answer = api.post(LIST, {"name": "ERP", "use_cases": items})
    assert answer.status_code == 201
    assert [one["type"] for one in answer.json()["use_cases"]] == list(CONFIGURATIONS)


@pytest.mark.parametrize("verb", ["POST", "PUT"])
def test_what_is_probably_not_meant_is_said_of_each_use_case_as_when_it_is_saved_alone(api, integration, verb):
    wrong = {"entities": [{"entity_schema": "contcat", "unique_ids": ["id"], "fields": FIELDS}]}
    items = [item(name="a", configuration=wrong), item(name="b")]
    body = {"name": "ERP", "use_cases": items}
    answer = api.post(LIST, body) if verb == "POST" else api.put(path_of(integration, version=2), body)
    alone = api.post(f"/v1/integrations/{integration.pk}/use-cases", item(name="c", configuration=wrong)).json()
    first, second = answer.json()["use_cases"]
    assert first["warnings"] == alone["warnings"] != []
    assert "warnings" not in second


def test_use_cases_that_are_not_sent_are_not_warned_about(api, use_case):
    UseCase.objects.filter(pk=use_case.pk).update(configuration={"entities": [{"entity_schema": "contcat"}]})
    answer = api.put(path_of(use_case.integration, version=2), {"name": "ERP"})
    assert "warnings" not in answer.json()["use_cases"][0]


def test_the_answer_lists_new_use_cases_in_the_order_of_the_request(api):
    items = [item(name=name) for name in "dbca"]
    created = api.post(LIST, {"name": "ERP", "use_cases": items}).json()
    again = api.get(f"{LIST}/{created['id']}").json()
    assert "".join(one["name"] for one in again["use_cases"]) == "dbca"


def test_a_use_case_is_created_under_the_id_that_is_given(api, integration):
    identifier = str(uuid.uuid4())
    assert declare(api, integration, item(id=identifier)).json()["use_cases"][0]["id"] == identifier


def test_a_use_case_that_is_named_by_its_id_is_updated(api, use_case):
    answer = declare(api, use_case.integration, item(id=str(use_case.pk), name="Clients", enabled=False))
    document = answer.json()["use_cases"][0]
    assert (document["id"], document["name"], document["enabled"]) == (str(use_case.pk), "Clients", False)


def test_an_update_through_the_list_writes_a_history_entry(api, use_case):
    declare(api, use_case.integration, item(id=str(use_case.pk), enabled=False))
    assert len(api.get(f"{path_of(use_case)}/history").json()["history"]) == 1


def test_a_list_that_changes_nothing_leaves_history_as_it_is(api, use_case):
    for _ in range(2):
        declare(api, use_case.integration, item(id=str(use_case.pk), name=use_case.name))
    assert api.get(f"{path_of(use_case)}/history").json()["history"] == []


def test_slug_and_name_never_match_anything(api, use_case):
    answer = declare(api, use_case.integration, item(name=use_case.name, slug=use_case.slug))
    assert answer.json()["use_cases"][0]["id"] != str(use_case.pk)


def test_a_freed_slug_may_be_used_again_in_the_same_request(api, use_case):
    answer = declare(api, use_case.integration, item(slug=use_case.slug))
    assert (answer.status_code, answer.json()["use_cases"][0]["slug"]) == (200, "customers")


def test_what_no_item_names_is_deleted(api, use_case):
    make_use_case(integration=use_case.integration)
    answer = declare(api, use_case.integration, item(id=str(use_case.pk)))
    assert [one["id"] for one in answer.json()["use_cases"]] == [str(use_case.pk)]


def test_an_empty_list_deletes_every_use_case(api, use_case):
    assert declare(api, use_case.integration).json()["use_cases"] == []
    assert not UseCase.objects.exists()


def test_null_in_place_of_the_list_is_refused(api, use_case):
    answer = api.put(path_of(use_case.integration, version=2), {"name": "x", "use_cases": None})
    assert (answer.status_code, paths(answer), UseCase.objects.count()) == (400, ["use_cases"], 1)


def test_omitted_slug_and_configuration_keep_what_is_stored(api, integration):
    stored = make_use_case(integration=integration, slug="mine", configuration=INBOUND)
    document = declare(api, integration, item(id=str(stored.pk))).json()["use_cases"][0]
    assert (document["slug"], document["configuration"]) == ("mine", INBOUND)


def test_null_in_place_of_a_configuration_clears_it(api, integration):
    stored = make_use_case(integration=integration, configuration=INBOUND)
    document = declare(api, integration, item(id=str(stored.pk), configuration=None)).json()["use_cases"][0]
    assert "configuration" not in document


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"type": "outbound"}, "TYPE_IMMUTABLE", "use_cases[0].type"),
        ({"slug": "other"}, "SLUG_IMMUTABLE", "use_cases[0].slug"),
    ],
)
@pytest.mark.parametrize("derived", [True, False])
def test_a_matched_item_with_another_type_or_slug_is_refused(api, integration, changed, code, path, derived):
    stored = make_use_case(integration=integration, slug_is_derived=derived)
    answer = declare(api, integration, item(id=str(stored.pk)) | changed)
    assert (answer.status_code, answer.json()["code"], paths(answer)) == (400, code, [path])


def test_the_same_id_twice_is_refused(api, integration):
    same = str(uuid.uuid4())
    answer = declare(api, integration, item(id=same), item(id=same.upper()))
    assert (answer.status_code, paths(answer)) == (400, ["use_cases[1].id"])


@pytest.mark.parametrize("home", [True, False])
def test_an_id_of_another_integration_is_refused(api, stage, integration, home):
    elsewhere = make_integration(organization=stage.home if home else stage.next_door)
    taken = make_use_case(integration=elsewhere)
    answer = declare(api, integration, item(id=str(taken.pk)))
    assert (answer.status_code, paths(answer)) == (400, ["use_cases[0].id"])


def test_an_id_that_another_organization_deleted_is_refused(api, stage, integration, clock):
    gone = uuid.uuid4()
    Tombstone.objects.create(
        id=gone,
        organization=stage.next_door,
        object_type="use_case",
        integration_id=gone,
        name="x",
        deleted_at=clock.at,
    )
    assert declare(api, integration, item(id=str(gone))).status_code == 400


def test_a_use_case_made_again_under_its_id_goes_on_counting_versions(api, use_case):
    declare(api, use_case.integration)
    declare(api, use_case.integration, item(id=str(use_case.pk)))
    assert UseCase.objects.get(pk=use_case.pk).version == 2


def test_a_use_case_made_again_under_its_id_has_an_empty_history(api, use_case):
    declare(api, use_case.integration)
    declare(api, use_case.integration, item(id=str(use_case.pk)))
    assert api.get(f"{path_of(use_case)}/history").json() == {"history": []}


def test_two_new_items_with_one_slug_are_refused(api, integration):
    answer = declare(api, integration, item(slug="same"), item(slug="same"))
    assert (answer.json()["code"], paths(answer)) == ("SLUG_NOT_UNIQUE", ["use_cases[1].slug"])


def test_a_derived_slug_leaves_the_slugs_alone_that_stand_in_the_request(api, integration):
    answer = declare(api, integration, item(name="Customers"), item(slug="customers"))
    assert [one["slug"] for one in answer.json()["use_cases"]] == ["customers-2", "customers"]


def test_an_invalid_item_leaves_everything_as_it_was(api, use_case):
    body = {"name": "Renamed", "use_cases": [item(), item(id=str(use_case.pk), type="outbound")]}
    assert api.put(path_of(use_case.integration, version=2), body).status_code == 400
    assert Integration.objects.get().name == "SAP IS-U"
    assert list(UseCase.objects.values_list("pk", flat=True)) == [use_case.pk]
    assert not AuditEntry.objects.exists()


def test_every_finding_of_every_item_is_named_at_once(api):
    broken = [item(name=""), item(type="x", enabled=None), item(configuration={"entities": 1}), 7]
    answer = api.post(LIST, {"use_cases": broken})
    assert sorted(paths(answer)) == [
        "name",
        "use_cases[0].name",
        "use_cases[1].enabled",
        "use_cases[1].type",
        "use_cases[2].configuration.entities",
        "use_cases[3]",
    ]


@pytest.mark.parametrize("missing", ["name", "type", "enabled"])
def test_an_item_needs_name_type_and_enabled(api, integration, missing):
    incomplete = {key: value for key, value in item().items() if key != missing}
    assert paths(declare(api, integration, incomplete)) == [f"use_cases[0].{missing}"]


@pytest.mark.parametrize("identifier", ["x", 5, "", "6f1d3f5e9a544f0e8f437f0a4f7c2c11"])
def test_an_item_with_a_malformed_id_is_refused(api, integration, identifier):
    assert paths(declare(api, integration, item(id=identifier))) == ["use_cases[0].id"]


def test_a_put_needs_a_name(api, integration):
    assert paths(api.put(path_of(integration, version=2), {"description": "x"})) == ["name"]


def test_a_put_to_an_unknown_id_creates_nothing(api, organization):
    answer = api.put(f"{LIST}/{uuid.uuid4()}", {"name": "x"})
    assert (answer.status_code, Integration.objects.exists()) == (404, False)


def test_omitted_fields_keep_their_values_and_null_clears_them(api, organization):
    stored = make_integration(organization=organization, description="x", app_ids=["a"])
    document = api.put(path_of(stored, version=2), {"name": "ERP", "app_ids": None}).json()
    assert (document["description"], "app_ids" in document) == ("x", False)


def test_updated_at_moves_on_every_put(api, integration, clock):
    clock.move(seconds=1)
    document = api.put(path_of(integration, version=2), {"name": integration.name}).json()
    assert document["updated_at"] == "2026-01-15T08:00:01.000Z"


def test_an_integration_without_use_cases_has_an_empty_list(api, integration):
    assert api.get(path_of(integration, version=2)).json()["use_cases"] == []


def test_the_list_embeds_the_use_cases_of_each(api, use_case):
    listed = api.get(LIST).json()["integrations"]
    assert [[one["slug"] for one in each["use_cases"]] for each in listed] == [["customers"]]


def test_deleting_works_as_in_v1(api, use_case):
    answers = [api.delete(path_of(use_case.integration, version=2)).status_code for _ in range(2)]
    assert (answers, UseCase.objects.exists()) == ([200, 404], False)


def test_a_new_inbound_use_case_has_its_lane(api, integration):
    declare(api, integration, item())
    assert Lane.objects.get().name == str(UseCase.objects.get().pk)


def test_a_deleted_use_case_has_its_lanes_closed(api, integration):
    declare(api, integration, item())
    declare(api, integration)
    assert Lane.objects.get().closed_at is not None


def test_every_use_case_of_the_list_leaves_its_own_audit_entry(api, use_case):
    other = make_use_case(integration=use_case.integration)
    declare(api, use_case.integration, item(id=str(other.pk), name="Renamed"), item(name="New"))
    actions = AuditEntry.objects.order_by("sequence").values_list("action", flat=True)
    assert list(actions) == ["use_case.delete", "use_case.update", "use_case.create"]
