"""/v1/integrations: fields, codes and rules."""

from __future__ import annotations

import pytest

from hub.accounts.models import AuditEntry
from integrations.models import AppMapping, Integration, Tombstone, UseCase
from tests.builders import make_integration, make_token, make_use_case
from tests.integrations.conftest import path_of, paths

LIST = "/v1/integrations"
EVERYTHING = {
    "name": "SAP IS-U",
    "description": "Grid",
    "access_token_ids": ["api_1", "api_2"],
    "app_ids": ["app-1"],
    "environment_config": [
        {"key": "sap.url", "label": "URL", "type": "String", "description": "x", "required": True, "order": 0},
        {"key": "sap.key", "label": "Key", "type": "SecretString"},
    ],
    "settings": {"autoRefresh": {"enabled": True, "freshnessThresholdMinutes": 5}, "notifications": {"a": 1}},
    "integration_type": "connector",
    "connector_config": {"base_url": "https://x.example.com", "auth": {"type": "bearer", "token": "{{ env.KEY }}"}},
    "protected": True,
}


def test_a_new_integration_is_answered_with_201_and_every_field_that_was_sent(api):
    answer = api.post(LIST, EVERYTHING)
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in EVERYTHING} == EVERYTHING


def test_a_new_integration_needs_nothing_but_a_name(api, organization):
    document = api.post(LIST, {"name": "ERP"}).json()
    stored = Integration.objects.get()
    assert document == {
        "id": str(stored.pk),
        "orgId": organization.public_id,
        "name": "ERP",
        "integration_type": "erp",
        "protected": False,
        "created_at": "2026-01-15T08:00:00.000Z",
        "updated_at": "2026-01-15T08:00:00.000Z",
    }


def test_v1_never_shows_use_cases(api, use_case):
    assert "use_cases" not in api.get(path_of(use_case.integration)).json()


def test_read_only_and_unknown_fields_are_ignored(api, integration):
    sent = {"id": "x", "orgId": "other", "created_at": 1, "updated_at": 2, "whatever": 3}
    answer = api.put(path_of(integration), sent)
    assert (answer.status_code, answer.json()["id"]) == (200, str(integration.pk))


def test_two_integrations_may_have_one_name(api):
    assert [api.post(LIST, {"name": "ERP"}).status_code for _ in range(2)] == [201, 201]


@pytest.mark.parametrize("name", ["   ", "\t", "SAP\x1b[31m", "SAP\u202eSU", "SAP\nIS-U"])
def test_a_name_that_people_cannot_see_is_refused(api, name):
    answer = api.post(LIST, {"name": name, "use_cases": []})
    assert (answer.status_code, paths(answer)) == (400, ["name"])


def test_repeated_token_ids_are_stored_once(api):
    assert api.post(LIST, {"name": "ERP", "access_token_ids": ["b", "a", "b"]}).json()["access_token_ids"] == ["b", "a"]


def test_app_ids_are_stored_as_given(api):
    assert api.post(LIST, {"name": "ERP", "app_ids": ["b", "a", "b"]}).json()["app_ids"] == ["b", "a", "b"]


def test_a_value_has_no_place_in_the_declaration_of_a_variable(api):
    declared = [{"key": "k", "label": "K", "type": "SecretString", "value": "hunter2"}]
    answer = api.post(LIST, {"name": "ERP", "environment_config": declared})
    assert answer.json()["environment_config"] == [{"key": "k", "label": "K", "type": "SecretString"}]


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"description": "x" * 1001}, "description"),
        ({"description": []}, "description"),
        ({"access_token_ids": "api_1"}, "access_token_ids"),
        ({"access_token_ids": ["a", 1]}, "access_token_ids[1]"),
        ({"app_ids": {}}, "app_ids"),
        ({"integration_type": "crm"}, "integration_type"),
        ({"integration_type": ["erp"]}, "integration_type"),
        ({"protected": "yes"}, "protected"),
        ({"settings": []}, "settings"),
        ({"settings": {"autoRefresh": 1}}, "settings.autoRefresh"),
        ({"settings": {"autoRefresh": {"enabled": 1}}}, "settings.autoRefresh.enabled"),
        (
            {"settings": {"autoRefresh": {"freshnessThresholdMinutes": 0}}},
            "settings.autoRefresh.freshnessThresholdMinutes",
        ),
        (
            {"settings": {"autoRefresh": {"freshnessThresholdMinutes": True}}},
            "settings.autoRefresh.freshnessThresholdMinutes",
        ),
        (
            {"settings": {"outbound": {"visibility_timeout_seconds": 29}}},
            "settings.outbound.visibility_timeout_seconds",
        ),
        (
            {"settings": {"outbound": {"visibility_timeout_seconds": 3601}}},
            "settings.outbound.visibility_timeout_seconds",
        ),
        ({"environment_config": {}}, "environment_config"),
        ({"environment_config": ["x"]}, "environment_config[0]"),
        ({"environment_config": [{"label": "K", "type": "String"}]}, "environment_config[0].key"),
        ({"environment_config": [{"key": "K", "label": "K", "type": "String"}]}, "environment_config[0].key"),
        ({"environment_config": [{"key": "k", "label": "", "type": "String"}]}, "environment_config[0].label"),
        ({"environment_config": [{"key": "k", "label": "K", "type": "string"}]}, "environment_config[0].type"),
        (
            {"environment_config": [{"key": "k", "label": "K", "type": "String", "order": -1}]},
            "environment_config[0].order",
        ),
        ({"environment_config": [{"key": "k", "label": "K", "type": "String"}] * 2}, "environment_config[1].key"),
        ({"connector_config": "x"}, "connector_config"),
        ({"connector_config": {"base_url": 1}}, "connector_config.base_url"),
        ({"connector_config": {"base_url": "ftp://erp.example.com"}}, "connector_config.base_url"),
        ({"connector_config": {"base_url": "javascript:alert(1)"}}, "connector_config.base_url"),
        ({"connector_config": {"base_url": "file:///etc/passwd"}}, "connector_config.base_url"),
        ({"connector_config": {"base_url": "gopher://127.0.0.1:6379/_FLUSHALL"}}, "connector_config.base_url"),
        ({"connector_config": {"base_url": "http://user:pw@erp.example.com"}}, "connector_config.base_url"),
        ({"connector_config": {"auth": {"type": "basic"}}}, "connector_config.auth.type"),
        ({"connector_config": {"auth": {"client_secret": "hunter2"}}}, "connector_config.auth.client_secret"),
        ({"connector_config": {"auth": {"client_secret": "literal"}}}, "connector_config.auth.client_secret"),
        ({"connector_config": {"auth": {"api_key": "literal"}}}, "connector_config.auth.api_key"),
        ({"connector_config": {"auth": {"token": "literal"}}}, "connector_config.auth.token"),
        ({"connector_config": {"auth": {"api_key": "a{{env.k}}"}}}, "connector_config.auth.api_key"),
        ({"connector_config": {"auth": {"token": ""}}}, "connector_config.auth.token"),
        ({"connector_config": {"auth": {"token": "\\{{env.k}}"}}}, "connector_config.auth.token"),
        ({"connector_config": {"auth": {"body_params": {"a": 1}}}}, "connector_config.auth.body_params.a"),
        (
            {"connector_config": {"auth": {"body_params": {"grant_type": "x"}}}},
            "connector_config.auth.body_params.grant_type",
        ),
        ({"connector_config": {"auth": {"api_key_header": "a b"}}}, "connector_config.auth.api_key_header"),
        ({"connector_config": {"auth": {"api_key_header": "Host"}}}, "connector_config.auth.api_key_header"),
        ({"connector_config": {"auth": {"headers": {"X": "a\nb"}}}}, "connector_config.auth.headers.X"),
    ],
)
def test_a_field_that_breaks_a_rule_is_refused_by_its_path(api, integration, sent, path):
    answer = api.put(path_of(integration), sent)
    assert (answer.status_code, answer.json()["code"], paths(answer)) == (400, "VALIDATION_ERROR", [path])


def test_every_finding_is_named_at_once(api):
    answer = api.post(LIST, {"description": 1, "protected": 2})
    assert paths(answer) == ["description", "protected", "name"]


def test_the_message_is_the_first_finding_with_its_path(api):
    assert api.post(LIST, {}).json()["message"] == "name: is required"


@pytest.mark.parametrize("body", [None, [], "x", 1, True])
def test_a_body_that_is_no_object_is_refused(api, integration, body):
    assert api.send("PUT", path_of(integration), body if body is not None else [None]).status_code == 400


def test_an_update_changes_only_what_is_sent(api, organization):
    stored = make_integration(organization=organization, name="ERP", description="Old", app_ids=["a"])
    document = api.put(path_of(stored), {"description": "New"}).json()
    assert (document["name"], document["description"], document["app_ids"]) == ("ERP", "New", ["a"])


def test_an_empty_update_is_valid_and_moves_updated_at(api, integration, clock):
    clock.move(minutes=1)
    assert api.put(path_of(integration), {}).json()["updated_at"] == "2026-01-15T08:01:00.000Z"


def test_an_update_replaces_objects_and_lists_whole(api, organization):
    stored = make_integration(organization=organization, settings={"a": 1, "b": 2})
    assert api.put(path_of(stored), {"settings": {"b": 3}}).json()["settings"] == {"b": 3}


@pytest.mark.parametrize(
    "name", ["description", "access_token_ids", "app_ids", "environment_config", "settings", "connector_config"]
)
def test_null_clears_an_optional_field(api, name):
    created = api.post(LIST, EVERYTHING | {"protected": False}).json()
    assert name not in api.put(f"{LIST}/{created['id']}", {name: None}).json()


def test_null_takes_a_field_with_a_default_back_to_it(api):
    created = api.post(LIST, {"name": "x", "integration_type": "connector"}).json()
    assert api.put(f"{LIST}/{created['id']}", {"integration_type": None}).json()["integration_type"] == "erp"


def test_the_type_may_change_later(api, integration):
    answer = api.put(path_of(integration), {"integration_type": "connector"})
    assert answer.json()["integration_type"] == "connector"


def test_the_list_is_ordered_by_creation_then_id(api, organization, clock):
    late = make_integration(organization=organization, created_at=clock.move(hours=1))
    early = [make_integration(organization=organization) for _ in range(2)]
    expected = [*sorted(str(one.pk) for one in early), str(late.pk)]
    assert [one["id"] for one in api.get(LIST).json()["integrations"]] == expected


def test_the_list_holds_nothing_of_another_organization(api, stage):
    make_integration(organization=stage.next_door)
    assert api.get(LIST).json() == {"integrations": []}


def test_a_token_bound_to_one_integration_lists_that_one_alone(api_of, organization, integration):
    make_integration(organization=organization)
    bound = api_of(make_token(organization=organization, integration_ids=[integration.pk]))
    assert [one["id"] for one in bound.get(LIST).json()["integrations"]] == [str(integration.pk)]


def test_a_token_bound_to_one_integration_creates_none(api_of, organization, integration):
    bound = api_of(make_token(organization=organization, integration_ids=[integration.pk]))
    assert [bound.post(path, {"name": "x"}).status_code for path in (LIST, "/v2/integrations")] == [403, 403]


@pytest.mark.parametrize("version", [1, 2])
def test_the_list_costs_the_same_number_of_queries_however_long_it_is(api, organization, count_queries, version):
    path = f"/v{version}/integrations"
    make_use_case(integration=make_integration(organization=organization))
    api.get(path)
    with count_queries() as few:
        api.get(path)
    for _ in range(5):
        made = make_integration(organization=organization)
        make_use_case(integration=made)
        make_use_case(integration=made)
    with count_queries() as many:
        api.get(path)
    assert len(many) == len(few) <= 3


def test_deleting_takes_use_cases_history_and_app_mappings_along(api, use_case):
    integration = use_case.integration
    api.put(path_of(use_case), {"enabled": False})
    AppMapping.objects.create(
        organization=integration.organization,
        integration=integration,
        app_id="2f4c9d0b-3d8e-4c53-9a80-6b4e7b7f1a01",
        component_id="2f4c9d0b-3d8e-4c53-9a80-6b4e7b7f1a02",
        created_at=integration.created_at,
    )
    answer = api.delete(path_of(integration))
    assert (answer.status_code, list(answer.json())) == (200, ["message"])
    left = [model.objects.count() for model in (Integration, UseCase, AppMapping)]
    assert [*left, UseCase.history.count()] == [0, 0, 0, 0]


def test_deleting_leaves_tombstones(api, use_case):
    api.delete(path_of(use_case.integration))
    assert set(Tombstone.objects.values_list("object_type", "name")) == {
        ("integration", "SAP IS-U"),
        ("use_case", "Customers"),
    }


def test_deleting_twice_is_404(api, integration):
    assert [api.delete(path_of(integration)).status_code for _ in range(2)] == [200, 404]


@pytest.mark.parametrize("identifier", ["not-a-uuid", "123", "6f1d3f5e9a544f0e8f437f0a4f7c2c11"])
def test_a_malformed_id_is_404(api, identifier):
    assert api.get(f"{LIST}/{identifier}").status_code == 404


def test_an_id_in_upper_case_is_understood(api, integration):
    assert api.get(f"{LIST}/{str(integration.pk).upper()}").json()["id"] == str(integration.pk)


def test_a_path_with_a_trailing_slash_is_not_redirected(api):
    assert api.post(f"{LIST}/", {"name": "x"}).status_code == 404


def test_every_write_leaves_an_audit_entry(api, use_case):
    path = path_of(use_case.integration)
    created = api.post(LIST, {"name": "ERP"}).json()["id"]
    api.put(path, {"name": "Renamed"})
    api.delete(path)
    assert list(AuditEntry.objects.order_by("sequence").values_list("action", "object_id")) == [
        ("integration.create", created),
        ("integration.update", str(use_case.integration.pk)),
        ("use_case.delete", str(use_case.pk)),
        ("integration.delete", str(use_case.integration.pk)),
    ]


def test_the_audit_trail_shows_what_changed(api, integration):
    api.put(path_of(integration), {"name": "Renamed", "description": None})
    assert AuditEntry.objects.get().changes == {"name": ["SAP IS-U", "Renamed"]}


def test_the_audit_trail_names_places_of_a_connector_and_no_values(api, integration):
    api.put(path_of(integration), {"connector_config": {"base_url": "https://not-to-be-told.example.com"}})
    assert AuditEntry.objects.get().changes == {"connector_config": [""]}


def test_a_write_moves_the_configuration_version_of_the_organization(api, integration, organization):
    before = organization.config_version
    api.put(path_of(integration), {"name": "Renamed"})
    organization.refresh_from_db()
    assert organization.config_version > before


def test_a_write_that_changes_nothing_leaves_caches_and_trail_alone(api, integration, organization):
    before = organization.config_version
    api.put(path_of(integration), {"name": integration.name})
    organization.refresh_from_db()
    assert (organization.config_version, AuditEntry.objects.count()) == (before, 0)
