"""What nobody may write through the API, at every operation that could."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from integrations.models import UseCase, UseCaseType
from tests.builders import make_use_case
from tests.cast import ADMIN, MACHINE, NEIGHBOUR, Stage
from tests.contract.doors import knock
from tests.contract.operations import OPERATIONS, Operation
from tests.contract.things import Things

ClientOf = Callable[[Any], Client]
STORED = {"vpc_mode": "secure_link", "allowed_domains": ["erp.example.com"], "allowed_ips": ["10.0.1.0/24"]}
FORBIDDEN = [{"allowed_domains": ["*.example.com"]}, {"allowed_ips": ["0.0.0.0/0"]}]


@pytest.fixture
def proxy(stage: Stage, things: Things) -> UseCase:
    """A secure proxy whose lists the owner has filled."""
    integration = UseCase.objects.get(pk=things.use_case_id).integration
    return make_use_case(integration=integration, type=UseCaseType.SECURE_PROXY, configuration=STORED)


def item(configuration: Any, **fields: Any) -> dict[str, Any]:
    return {"name": "Link", "type": "secure_proxy", "enabled": True, "configuration": configuration, **fields}


WRITERS: dict[str, Callable[[UseCase, Any], tuple[str, str, Any]]] = {
    "createUseCase": lambda proxy, lists: (
        "POST",
        f"/v1/integrations/{proxy.integration_id}/use-cases",
        item(lists),
    ),
    "updateUseCase": lambda proxy, lists: (
        "PUT",
        f"/v1/integrations/{proxy.integration_id}/use-cases/{proxy.pk}",
        {"configuration": lists},
    ),
    "createIntegrationV2": lambda proxy, lists: ("POST", "/v2/integrations", {"name": "N", "use_cases": [item(lists)]}),
    "updateIntegrationV2, existing": lambda proxy, lists: (
        "PUT",
        f"/v2/integrations/{proxy.integration_id}",
        {"name": "N", "use_cases": [item(lists, id=str(proxy.pk))]},
    ),
    "updateIntegrationV2, new": lambda proxy, lists: (
        "PUT",
        f"/v2/integrations/{proxy.integration_id}",
        {"name": "N", "use_cases": [item(lists)]},
    ),
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("lists", FORBIDDEN, ids=json.dumps)
@pytest.mark.parametrize("caller", [MACHINE, ADMIN], ids=str)
def test_no_writer_changes_the_lists_of_a_secure_proxy(
    client_of: ClientOf, proxy: UseCase, writer: str, lists: Any, caller: Any
) -> None:
    method, path, body = WRITERS[writer](proxy, {"vpc_mode": "secure_link"} | lists)
    answer = client_of(caller).generic(method, path, json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "READ_ONLY_FIELD")
    proxy.refresh_from_db()
    assert proxy.configuration == STORED
    listed = [use_case.configuration for use_case in UseCase.objects.filter(type=UseCaseType.SECURE_PROXY)]
    assert [one for one in listed if one["allowed_domains"] or one["allowed_ips"]] == [STORED]


STEP: dict[str, Any] = {"url": "https://dms.example.com/d", "method": "GET", "response_type": "binary"}
RESERVED = ("orgId", "integrationId", "useCaseSlug", "useCaseId", "expires_at", "signature", "kid", "disposition")


def file_proxy(*, url: str = "https://dms.example.com/d", param: str = "id") -> dict[str, Any]:
    """A recipe of one step."""
    params = [{"name": param, "required": False}]
    return {
        "params": params,
        "steps": [STEP | {"url": url}],
        "response": {"body": "steps[0].body", "encoding": "binary"},
    }


HOSTILE = {
    **{f"a parameter called {name}": ("file_proxy", file_proxy(param=name)) for name in RESERVED},
    **{
        url: ("file_proxy", file_proxy(url=url))
        for url in (
            "https://{{params.host}}/x",
            "https://dms.example.com/{{#each params}}x{{/each}}",
            "https://dms.example.com/{{> x}}",
        )
    },
    "a path with a partial": ("managed_call", {"operation": {"method": "GET", "path": "/{{> x}}"}}),
    "a path that is a host": ("managed_call", {"operation": {"method": "GET", "path": "//evil.example/x"}}),
    "a written scheme": ("managed_call", {"operation": {"method": "GET", "path": "https://evil.example/x"}}),
}
"""What a tenant's author tries → the type of the use case, and its configuration (proxies-and-security.md 16)."""


@pytest.mark.parametrize(
    "writer", [name for name in WRITERS if name not in {"updateUseCase", "updateIntegrationV2, existing"}]
)
@pytest.mark.parametrize("attack", HOSTILE)
def test_no_writer_saves_a_hostile_recipe(client_of: ClientOf, proxy: UseCase, writer: str, attack: str) -> None:
    kind, configuration = HOSTILE[attack]
    method, path, body = WRITERS[writer](proxy, configuration)
    whole = json.loads(json.dumps(body).replace('"secure_proxy"', f'"{kind}"'))
    before = UseCase.objects.count()
    answer = client_of(MACHINE).generic(method, path, json.dumps(whole), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert UseCase.objects.count() == before


@pytest.mark.parametrize("writer", ["updateUseCase", "updateIntegrationV2, existing"])
@pytest.mark.parametrize("caller", [MACHINE, ADMIN], ids=str)
def test_no_writer_turns_a_secure_proxy_to_another_mode(
    client_of: ClientOf, proxy: UseCase, writer: str, caller: Any
) -> None:
    UseCase.objects.filter(pk=proxy.pk).update(configuration={"vpc_mode": "static_ip"})
    method, path, body = WRITERS[writer](proxy, {"vpc_mode": "secure_link"})
    answer = client_of(caller).generic(method, path, json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "READ_ONLY_FIELD")
    proxy.refresh_from_db()
    assert proxy.configuration == {"vpc_mode": "static_ip"}


def test_a_slug_of_another_organization_is_free(client_of: ClientOf, things: Things) -> None:
    body = {"name": "N", "use_cases": [{"name": "C", "slug": "customer", "type": "inbound", "enabled": True}]}
    answer = client_of(NEIGHBOUR).post("/v2/integrations", body, content_type="application/json")
    assert (answer.status_code, answer.json()["use_cases"][0]["slug"]) == (201, "customer")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda row: row.id)
def test_a_header_that_names_another_organization_is_refused_everywhere(
    client_of: ClientOf, stage: Stage, things: Things, operation: Operation
) -> None:
    client = client_of(NEIGHBOUR)
    client.defaults["HTTP_X_EPILOT_ORG_ID"] = stage.home.public_id
    assert knock(client, operation, things).status_code == 403
