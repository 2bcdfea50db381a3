"""Protected integrations: an admin may change them, nobody may delete them."""

from __future__ import annotations

import uuid

import pytest

from integrations.models import Integration, UseCase
from tests.builders import make_integration, make_token, make_use_case
from tests.cast import ADMIN, OWNER
from tests.integrations.conftest import path_of

PAIR = {"app_id": str(uuid.UUID(int=1)), "component_id": str(uuid.UUID(int=2))}
NEW = {"name": "New", "type": "inbound", "enabled": True}


@pytest.fixture
def integration(organization):
    """A protected integration."""
    return make_integration(organization=organization, name="Live", protected=True)


WRITES = [
    ("PUT", lambda case: path_of(case.integration), {"name": "x"}),
    ("PUT", lambda case: path_of(case.integration), {"protected": False}),
    ("PUT", lambda case: path_of(case.integration, version=2), {"name": "x", "use_cases": []}),
    ("POST", lambda case: f"{path_of(case.integration)}/use-cases", NEW),
    ("PUT", path_of, {"enabled": False}),
    ("DELETE", path_of, None),
    ("PUT", lambda case: f"{path_of(case.integration)}/app-mapping", PAIR),
    ("DELETE", lambda case: f"{path_of(case.integration)}/app-mapping", PAIR),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_writer_who_is_no_admin_is_refused(api, use_case, method, path, body):
    answer = api.send(method, path(use_case), body)
    assert (answer.status_code, answer.json()["code"]) == (403, "INTEGRATION_PROTECTED")


@pytest.mark.parametrize("caller", [OWNER, ADMIN], ids=str)
@pytest.mark.parametrize(("method", "path", "body"), WRITES[:-1])
def test_an_admin_may_change_it_and_what_belongs_to_it(api_of, use_case, caller, method, path, body):
    assert api_of(caller).send(method, path(use_case), body).status_code in {200, 201}


def test_a_token_with_the_grant_of_an_admin_may_change_it(api_of, organization, integration):
    token = make_token(organization=organization, grants=("erp:*", "organization:admin"))
    assert api_of(token).put(path_of(integration), {"protected": False}).status_code == 200


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("caller", [OWNER, ADMIN], ids=str)
def test_nobody_deletes_it(api_of, integration, caller, version):
    answer = api_of(caller).delete(path_of(integration, version=version))
    assert (answer.status_code, answer.json()["code"]) == (403, "INTEGRATION_PROTECTED")
    assert Integration.objects.exists()


def test_it_is_deleted_after_the_flag_is_cleared(owner_api, integration):
    owner_api.put(path_of(integration), {"protected": False})
    assert owner_api.delete(path_of(integration)).status_code == 200


def test_a_writer_may_protect_an_integration(api, organization):
    stored = make_integration(organization=organization)
    assert api.put(path_of(stored), {"protected": True}).json()["protected"] is True


def test_everybody_who_reads_sees_the_flag(api, integration):
    assert api.get(path_of(integration)).json()["protected"] is True


def test_a_refused_deletion_of_use_cases_deletes_none(api, integration):
    make_use_case(integration=integration)
    api.put(path_of(integration, version=2), {"name": "x", "use_cases": []})
    assert UseCase.objects.exists()


def test_a_mapping_is_not_taken_from_a_protected_integration(api, owner_api, integration, organization):
    owner_api.put(f"{path_of(integration)}/app-mapping", PAIR)
    other = make_integration(organization=organization)
    answer = api.put(f"{path_of(other)}/app-mapping", PAIR | {"overwrite": True})
    assert answer.json()["code"] == "INTEGRATION_PROTECTED"
