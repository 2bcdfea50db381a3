"""…/app-mapping: one integration per component."""

from __future__ import annotations

import uuid

import pytest

from hub.accounts.models import AuditEntry
from integrations.models import AppMapping
from tests.builders import make_integration
from tests.integrations.conftest import path_of, paths

PAIR = {"app_id": str(uuid.UUID(int=1)), "component_id": str(uuid.UUID(int=2))}


def test_a_component_is_mapped(api, integration):
    answer = api.put(f"{path_of(integration)}/app-mapping", PAIR)
    assert (answer.status_code, answer.json()) == (200, {"integration_id": str(integration.pk)})


@pytest.mark.parametrize("same", [True, False])
def test_a_mapped_component_is_a_conflict_even_for_the_same_integration(api, integration, organization, same):
    api.put(f"{path_of(integration)}/app-mapping", PAIR)
    target = integration if same else make_integration(organization=organization)
    answer = api.put(f"{path_of(target)}/app-mapping", PAIR)
    assert (answer.status_code, answer.json()["code"]) == (409, "APP_MAPPING_EXISTS")


def test_overwrite_replaces_the_mapping(api, integration, organization):
    api.put(f"{path_of(integration)}/app-mapping", PAIR)
    other = make_integration(organization=organization)
    assert api.put(f"{path_of(other)}/app-mapping", PAIR | {"overwrite": True}).status_code == 200
    assert AppMapping.objects.get().integration_id == other.pk


def test_another_organization_maps_the_same_component_for_itself(api, integration, stage, clock):
    elsewhere = make_integration(organization=stage.next_door)
    stored = {key: uuid.UUID(value) for key, value in PAIR.items()}
    AppMapping.objects.create(organization=stage.next_door, integration=elsewhere, created_at=clock.at, **stored)
    assert api.put(f"{path_of(integration)}/app-mapping", PAIR).status_code == 200


def test_a_mapping_is_deleted_once(api, integration):
    api.put(f"{path_of(integration)}/app-mapping", PAIR)
    answers = [api.delete(f"{path_of(integration)}/app-mapping", PAIR) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert list(answers[0].json()) == ["message"]


def test_a_mapping_to_another_integration_is_not_deleted(api, integration, organization):
    api.put(f"{path_of(integration)}/app-mapping", PAIR)
    other = make_integration(organization=organization)
    assert api.delete(f"{path_of(other)}/app-mapping", PAIR).status_code == 404
    assert AppMapping.objects.exists()


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ["app_id", "component_id"]),
        (PAIR | {"app_id": "x"}, ["app_id"]),
        (PAIR | {"component_id": None}, ["component_id"]),
        (PAIR | {"app_id": 1}, ["app_id"]),
    ],
)
def test_a_pair_that_is_none_is_refused_by_its_path(api, integration, method, body, expected):
    answer = api.send(method, f"{path_of(integration)}/app-mapping", body)
    assert (answer.status_code, paths(answer)) == (400, expected)


def test_overwrite_must_be_a_boolean(api, integration):
    answer = api.put(f"{path_of(integration)}/app-mapping", PAIR | {"overwrite": "yes"})
    assert (answer.status_code, paths(answer)) == (400, ["overwrite"])


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_unknown_integration_is_404(api, organization, method):
    answer = api.send(method, f"/v1/integrations/{uuid.uuid4()}/app-mapping", PAIR)
    assert (answer.status_code, answer.json()["code"]) == (404, "INTEGRATION_NOT_FOUND")


def test_every_write_leaves_an_audit_entry(api, integration):
    api.put(f"{path_of(integration)}/app-mapping", PAIR)
    api.delete(f"{path_of(integration)}/app-mapping", PAIR)
    actions = AuditEntry.objects.order_by("sequence").values_list("action", flat=True)
    assert list(actions) == ["app_mapping.set", "app_mapping.delete"]
