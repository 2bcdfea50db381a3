"""A secret in what becomes part of a URL is refused when it is saved."""

from __future__ import annotations

import pytest

from hub.environments.models import Variable
from tests.builders import make_secret
from tests.integrations.conftest import path_of

PATH = "configuration.operation"


@pytest.fixture
def save(api, integration):
    """The answer to the creation of a managed call with such an operation."""

    def save(**operation):
        configuration = {"operation": {"method": "GET", "path": "/v1"} | operation}
        body = {"name": "Call", "type": "managed_call", "enabled": True, "configuration": configuration}
        return api.post(f"{path_of(integration)}/use-cases", body)

    return save


@pytest.fixture
def key(organization) -> Variable:
    """A secret that a configuration may refer to."""
    return make_secret(organization=organization, key="partner.key")


def test_a_secret_in_path_and_parameters_is_refused_by_its_places(save, key):
    answer = save(path="/v1/{{env.partner.key}}", query_params={"k": "x{{ env.Partner.KEY }}"})
    assert answer.status_code == 400
    assert [one["path"] for one in answer.json()["details"]] == [f"{PATH}.path", f"{PATH}.query_params.k"]


def test_a_secret_in_a_header_is_taken(save, key):
    assert save(headers={"X-Key": "{{env.partner.key}}"}).status_code == 201


def test_a_variable_that_is_not_there_yet_is_taken_and_warned_of_once_it_is_a_secret(
    save, api, integration, organization
):
    made = save(path="/v1/{{env.partner.key}}")
    make_secret(organization=organization, key="partner.key")
    path = f"{path_of(integration)}/use-cases/{made.json()['id']}"
    renamed = api.put(path, {"name": "Other"})
    assert [made.status_code, renamed.status_code] == [201, 200]
    assert [one["path"] for one in renamed.json()["warnings"]] == [f"{PATH}.path"]


def test_a_secret_that_a_file_proxy_has_written_down_is_warned_of(api, integration):
    auth = {"type": "oauth2_client_credentials", "token_url": "x", "client_id": "y", "client_secret": "hunter2-hunter2"}
    steps = [{"url": "https://dms.example.com/x", "method": "GET", "response_type": "binary"}]
    configuration = {"auth": auth, "steps": steps, "response": {"body": "steps[0].body", "encoding": "binary"}}
    body = {"name": "Files", "type": "file_proxy", "enabled": True, "configuration": configuration}
    answers = [api.post(f"{path_of(integration)}/use-cases", body)]
    answers.append(api.put(f"{path_of(integration)}/use-cases/{answers[0].json()['id']}", body | {"name": "Other"}))
    assert [answer.status_code for answer in answers] == [201, 200]
    assert {one["path"] for answer in answers for one in answer.json()["warnings"]} == {
        "configuration.auth.client_secret"
    }
