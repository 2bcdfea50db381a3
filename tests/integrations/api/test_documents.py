"""What the OpenAPI document says about this app."""

from __future__ import annotations

import json

import pytest

from hub.api.documentation import openapi_document

ONE = "/v1/integrations/{integrationId}"
CASE = f"{ONE}/use-cases/{{useCaseId}}"
OPERATIONS = [
    ("get", "/v1/integrations", "listIntegrations", "200"),
    ("post", "/v1/integrations", "createIntegration", "201"),
    ("get", ONE, "getIntegration", "200"),
    ("put", ONE, "updateIntegration", "200"),
    ("delete", ONE, "deleteIntegration", "200"),
    ("get", f"{ONE}/use-cases", "listUseCases", "200"),
    ("post", f"{ONE}/use-cases", "createUseCase", "201"),
    ("get", CASE, "getUseCase", "200"),
    ("put", CASE, "updateUseCase", "200"),
    ("delete", CASE, "deleteUseCase", "200"),
    ("get", f"{CASE}/history", "listUseCaseHistory", "200"),
    ("put", f"{ONE}/app-mapping", "setIntegrationAppMapping", "200"),
    ("delete", f"{ONE}/app-mapping", "deleteIntegrationAppMapping", "200"),
    ("get", "/v2/integrations", "listIntegrationsV2", "200"),
    ("post", "/v2/integrations", "createIntegrationV2", "201"),
    ("get", ONE.replace("v1", "v2"), "getIntegrationV2", "200"),
    ("put", ONE.replace("v1", "v2"), "updateIntegrationV2", "200"),
    ("delete", ONE.replace("v1", "v2"), "deleteIntegrationV2", "200"),
]


@pytest.fixture(scope="module")
def document():
    """The document as machines read it."""
    return json.loads(openapi_document())


@pytest.mark.parametrize(("method", "path", "operation", "status"), OPERATIONS)
def test_each_operation_has_its_name_its_answer_and_an_example(document, method, path, operation, status):
    described = document["paths"][path][method]
    answer = described["responses"][status]["content"]["application/json"]
    assert (described["operationId"], bool(answer["schema"]), bool(answer["examples"])) == (operation, True, True)


@pytest.mark.parametrize(("method", "path", "operation", "status"), OPERATIONS)
def test_each_operation_names_its_refusals(document, method, path, operation, status):
    responses = document["paths"][path][method]["responses"]
    assert {"401", "403"} <= set(responses)
    assert ("404" in responses) == ("{" in path)


@pytest.mark.parametrize(
    ("method", "path"), [one[:2] for one in OPERATIONS if one[0] in {"put", "post"} or one[2].endswith("AppMapping")]
)
def test_each_operation_that_takes_a_body_shows_one(document, method, path):
    content = document["paths"][path][method]["requestBody"]["content"]["application/json"]
    assert content["schema"]["properties"]
    assert content["examples"]
