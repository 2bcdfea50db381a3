"""The cast of strangers at every door of this app."""

from __future__ import annotations

import uuid

import pytest

from integrations.models import AppMapping, Integration, UseCase
from tests.builders import make_token
from tests.cast import MACHINE, NEIGHBOUR, NEIGHBOUR_OWNER, OPERATOR, READER, STRANGERS, VIEWER
from tests.integrations.conftest import path_of

PAIR = {"app_id": str(uuid.UUID(int=1)), "component_id": str(uuid.UUID(int=2))}
NEW = {"name": "x", "type": "inbound", "enabled": True}

COLLECTIONS = {
    "listIntegrations": ("GET", lambda case: "/v1/integrations", None),
    "createIntegration": ("POST", lambda case: "/v1/integrations", {"name": "x"}),
    "listIntegrationsV2": ("GET", lambda case: "/v2/integrations", None),
    "createIntegrationV2": ("POST", lambda case: "/v2/integrations", {"name": "x"}),
}
THINGS = {
    "getIntegration": ("GET", lambda case: path_of(case.integration), None),
    "updateIntegration": ("PUT", lambda case: path_of(case.integration), {"name": "x"}),
    "deleteIntegration": ("DELETE", lambda case: path_of(case.integration), None),
    "getIntegrationV2": ("GET", lambda case: path_of(case.integration, version=2), None),
    "updateIntegrationV2": ("PUT", lambda case: path_of(case.integration, version=2), {"name": "x"}),
    "deleteIntegrationV2": ("DELETE", lambda case: path_of(case.integration, version=2), None),
    "listUseCases": ("GET", lambda case: f"{path_of(case.integration)}/use-cases", None),
    "createUseCase": ("POST", lambda case: f"{path_of(case.integration)}/use-cases", NEW),
    "getUseCase": ("GET", path_of, None),
    "updateUseCase": ("PUT", path_of, {"enabled": False}),
    "deleteUseCase": ("DELETE", path_of, None),
    "listUseCaseHistory": ("GET", lambda case: f"{path_of(case)}/history", None),
    "setIntegrationAppMapping": ("PUT", lambda case: f"{path_of(case.integration)}/app-mapping", PAIR),
    "deleteIntegrationAppMapping": ("DELETE", lambda case: f"{path_of(case.integration)}/app-mapping", PAIR),
}
DOORS = COLLECTIONS | THINGS
READING = [name for name, (method, _, _) in DOORS.items() if method == "GET"]
WRITING = [name for name in DOORS if name not in READING]


@pytest.fixture(autouse=True)
def mapping(use_case, clock):
    """A mapping, so that every door has something behind it."""
    pair = {key: uuid.UUID(value) for key, value in PAIR.items()}
    integration = use_case.integration
    return AppMapping.objects.create(
        organization=integration.organization, integration=integration, created_at=clock.at, **pair
    )


@pytest.fixture
def knock(use_case, api_of):
    """Sends the request of one operation as somebody."""

    def send(caller, operation):
        method, path, body = DOORS[operation]
        return api_of(caller).send(method, path(use_case), body)

    return send


@pytest.fixture
def nothing_changed(use_case, mapping):
    """Proves that a request had no effect."""
    before = [list(model.objects.order_by("pk").values()) for model in (Integration, UseCase, AppMapping)]
    yield
    assert [list(model.objects.order_by("pk").values()) for model in (Integration, UseCase, AppMapping)] == before


@pytest.mark.usefixtures("nothing_changed")
@pytest.mark.parametrize("operation", DOORS)
@pytest.mark.parametrize(("stranger", "status"), STRANGERS, ids=str)
def test_strangers_are_refused(knock, operation, stranger, status):
    answer = knock(stranger, operation)
    assert answer.status_code == status
    assert {"code", "message", "details", "correlation_id"} == set(answer.json())


@pytest.mark.usefixtures("nothing_changed")
@pytest.mark.parametrize("operation", THINGS)
@pytest.mark.parametrize("stranger", [NEIGHBOUR, NEIGHBOUR_OWNER], ids=str)
def test_neighbours_get_the_same_404_as_for_an_id_that_does_not_exist(knock, api_of, use_case, operation, stranger):
    method, path, body = THINGS[operation]
    unknown = path(use_case).replace(str(use_case.integration_id), str(uuid.uuid4()))
    answers = [knock(stranger, operation), api_of(stranger).send(method, unknown, body)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json()["code"] == answers[1].json()["code"] == "INTEGRATION_NOT_FOUND"


@pytest.mark.parametrize("operation", ["listIntegrations", "listIntegrationsV2"])
def test_neighbours_list_nothing_of_ours(knock, operation):
    assert knock(NEIGHBOUR, operation).json() == {"integrations": []}


@pytest.mark.usefixtures("nothing_changed")
@pytest.mark.parametrize("operation", WRITING)
@pytest.mark.parametrize("caller", [VIEWER, OPERATOR, READER], ids=str)
def test_writing_needs_the_grant_to_write(knock, operation, caller):
    assert knock(caller, operation).status_code == 403


@pytest.mark.parametrize("operation", READING)
@pytest.mark.parametrize("caller", [VIEWER, READER, MACHINE], ids=str)
def test_whoever_may_read_reads(knock, operation, caller):
    assert knock(caller, operation).status_code == 200


@pytest.mark.parametrize("grant", ["erp:read", "integration:view", "integration:manage", "erp:*"])
def test_either_vocabulary_lets_a_token_read(api_of, organization, grant):
    assert api_of(make_token(organization=organization, grants=(grant,))).get("/v1/integrations").status_code == 200


@pytest.mark.parametrize(
    ("grant", "status"),
    [
        ("erp:write", 201),
        ("integration:manage", 201),
        ("erp:read", 403),
        ("erp:events", 403),
        ("integration:view", 403),
    ],
)
def test_only_the_grant_to_write_lets_a_token_create(api_of, organization, grant, status):
    token = make_token(organization=organization, grants=(grant,))
    assert api_of(token).post("/v1/integrations", {"name": "x"}).status_code == status


def test_the_grant_to_write_does_not_let_a_token_read(api_of, organization):
    assert (
        api_of(make_token(organization=organization, grants=("erp:write",))).get("/v1/integrations").status_code == 403
    )


@pytest.mark.parametrize("operation", THINGS)
def test_a_token_bound_to_another_integration_is_refused(knock, organization, operation):
    bound = make_token(organization=organization, integration_ids=[uuid.uuid4()])
    assert knock(bound, operation).status_code == 403


@pytest.mark.parametrize("operation", THINGS)
def test_a_token_bound_to_this_integration_is_let_in(knock, organization, use_case, operation):
    bound = make_token(organization=organization, integration_ids=[use_case.integration_id])
    assert knock(bound, operation).status_code in {200, 201, 409}


@pytest.mark.parametrize("method", ["PATCH", "POST"])
def test_a_method_that_is_not_there_is_405(api, integration, method):
    answer = api.send(method, path_of(integration), {})
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
