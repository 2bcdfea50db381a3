"""A secret that is written down in a connector, a managed call or a file proxy's step is refused when it is saved."""

from __future__ import annotations

import json

import pytest

from tests.builders import make_integration, make_use_case
from tests.cast import ADMIN
from tests.integrations.configurations import FILE_PROXY, MANAGED_CALL
from tests.integrations.conftest import path_of

LIST = "/v1/integrations"
WRITTEN = "hunter2-hunter2"
AUTH = "connector_config.auth"
IN_AUTH = [
    ({"headers": {"Authorization": f"Basic {WRITTEN}"}}, "headers.Authorization"),
    ({"headers": {"x-api-key": WRITTEN}}, "headers.x-api-key"),
    ({"headers": {"X-Partner": WRITTEN}, "api_key_header": "x-partner"}, "headers.X-Partner"),
    ({"query_params": {"access_token": WRITTEN}}, "query_params.access_token"),
    ({"body_params": {"access_token": WRITTEN}}, "body_params.access_token"),
    ({"body_params": {"assertion_secret": WRITTEN}}, "body_params.assertion_secret"),
]
TAKEN = {
    "headers": {"Authorization": "Basic {{env.partner.basic}}", "Accept": "text/plain", "X-Api-Key": ""},
    "query_params": {"tenant": "ACME"},
    "body_params": {
        "access_token": "{{ env.partner.token }}",
        "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
    },
}


@pytest.fixture
def admin(client_of):
    """Somebody who may change integrations."""
    return client_of(ADMIN)


def with_header(kind, text):
    """The sample of a kind of use case with such an Authorization, and the place of that."""
    if kind == "managed_call":
        operation = MANAGED_CALL["operation"] | {"headers": {"Authorization": text}}
        return MANAGED_CALL | {"operation": operation}, "configuration.operation.headers.Authorization"
    step = FILE_PROXY["steps"][0] | {"headers": {"Authorization": text}}
    return FILE_PROXY | {"steps": [step]}, "configuration.steps[0].headers.Authorization"


def use_case_of(kind, text):
    """A request body with such a header."""
    return {"name": "One", "type": kind, "enabled": True, "configuration": with_header(kind, text)[0]}


def warned(answer):
    """The places that the answer to a write warns of."""
    return [one["path"] for one in answer.json().get("warnings", [])]


def refused(answer):
    """The status of an answer, and the places that it names with the variable as the way out."""
    return answer.status_code, [one["path"] for one in answer.json()["details"] if "{{env.KEY}}" in one["message"]]


@pytest.mark.parametrize(("auth", "place"), IN_AUTH)
def test_a_connector_with_a_written_secret_is_not_created(api, auth, place):
    answer = api.post(LIST, {"name": "ERP", "connector_config": {"auth": auth}})
    assert refused(answer) == (400, [f"{AUTH}.{place}"])


@pytest.mark.parametrize(("auth", "place"), IN_AUTH)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_connector_is_not_given_a_written_secret(api, integration, version, auth, place):
    body = {"name": integration.name, "connector_config": {"auth": auth}}
    assert refused(api.put(f"/{version}/integrations/{integration.pk}", body)) == (400, [f"{AUTH}.{place}"])


def test_references_and_what_no_name_calls_secret_are_taken_and_shown(api):
    answer = api.post(LIST, {"name": "ERP", "connector_config": {"auth": TAKEN}})
    assert (answer.status_code, answer.json()["connector_config"]["auth"]) == (201, TAKEN)


@pytest.mark.parametrize("path", ["/v1/integrations/{}", "/v2/integrations/{}"])
def test_a_connector_that_was_stored_with_one_is_masked_and_warned_of(api, organization, path):
    headers = {"Authorization": f"Basic {WRITTEN}", "Accept": "text/plain"}
    stored = make_integration(organization=organization, connector_config={"auth": {"headers": headers}})
    address = path.format(stored.pk)
    read, saved = api.get(address), api.put(address, {"name": "Other"})
    assert read.json()["connector_config"]["auth"]["headers"] == {"Authorization": "***", "Accept": "text/plain"}
    assert [WRITTEN in answer.content.decode() for answer in (read, saved, api.get(LIST))] == [False] * 3
    assert warned(saved) == [f"{AUTH}.headers.Authorization"]


def test_what_was_stored_stays_as_long_as_nothing_else_is_sent(api, organization):
    config = {"auth": {"headers": {"Authorization": f"Basic {WRITTEN}"}}}
    stored = make_integration(organization=organization, connector_config=config)
    api.put(path_of(stored), {"name": "Other"})
    stored.refresh_from_db()
    assert stored.connector_config == config


def test_the_page_of_the_settings_warns_of_what_was_stored(organization, admin):
    config = {"auth": {"headers": {"Authorization": f"Basic {WRITTEN}"}}}
    stored = make_integration(organization=organization, connector_config=config)
    fields = {"name": "Other", "integration_type": "erp"}
    page = admin.post(f"/app/integrations/{stored.pk}/settings", fields, follow=True).content.decode()
    assert [f"{AUTH}.headers.Authorization" in page, WRITTEN in page] == [True, False]


@pytest.mark.parametrize("kind", ["managed_call", "file_proxy"])
def test_a_written_header_is_refused_for_a_new_use_case_and_an_old_one(api, integration, kind):
    address = f"{path_of(integration)}/use-cases"
    body = use_case_of(kind, f"Basic {WRITTEN}")
    stored = api.post(address, use_case_of(kind, "Basic {{env.partner.basic}}")).json()
    place = with_header(kind, "")[1]
    assert refused(api.post(address, body)) == (400, [place])
    assert refused(api.put(f"{address}/{stored['id']}", body)) == (400, [place])


@pytest.mark.parametrize("text", ["Basic {{env.partner.basic}}", "Bearer {{params.documentId}}", ""])
@pytest.mark.parametrize("kind", ["managed_call", "file_proxy"])
def test_a_header_that_is_filled_in_is_taken(api, integration, kind, text):
    assert api.post(f"{path_of(integration)}/use-cases", use_case_of(kind, text)).status_code == 201


def test_braces_that_stand_for_themselves_are_written_down(api, integration):
    answer = api.post(f"{path_of(integration)}/use-cases", use_case_of("managed_call", f"\\{{{{x}}}} {WRITTEN}"))
    assert answer.status_code == 400


@pytest.mark.parametrize("kind", ["managed_call", "file_proxy"])
def test_a_header_that_was_stored_is_masked_and_warned_of(api, integration, kind):
    configuration, place = with_header(kind, f"Basic {WRITTEN}")
    stored = make_use_case(integration=integration, type=kind, configuration=configuration)
    address = f"{path_of(integration)}/use-cases/{stored.pk}"
    saved = api.put(address, {"name": "Other"})
    shown = [api.get(address), saved, api.get(f"{address}/history")]
    assert [WRITTEN in answer.content.decode() for answer in shown] == [False] * 3
    assert place in warned(saved)


@pytest.mark.parametrize("kind", ["managed_call", "file_proxy"])
def test_the_page_of_a_use_case_refuses_a_written_header_at_its_place(integration, admin, kind):
    text = json.dumps(with_header(kind, f"Basic {WRITTEN}")[0])
    address = f"/app/integrations/{integration.pk}/use-cases/new?type={kind}"
    answer = admin.post(address, {"name": "One", "enabled": "on", "configuration": text})
    place = with_header(kind, "")[1].removeprefix("configuration.")
    assert (answer.status_code, f"{place}: is a secret by its name" in answer.content.decode()) == (422, True)
