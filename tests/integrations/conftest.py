"""An API client that speaks JSON, and things to point it at."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.audit import Actor
from hub.accounts.models import Organization
from integrations.models import Integration, UseCase
from integrations.operations.author import Author
from tests.builders import NOW, make_integration, make_use_case
from tests.cast import MACHINE, OWNER, Caller


class Api:
    """Sends JSON as one caller and answers what Django's test client does."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request; body None sends none."""
        content = b"" if body is None else json.dumps(body).encode()
        return self.client.generic(method, path, content, content_type="application/json", headers=headers)

    def get(self, path: str) -> Any:
        """GET."""
        return self.send("GET", path)

    def post(self, path: str, body: Any) -> Any:
        """POST."""
        return self.send("POST", path, body)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        """PUT."""
        return self.send("PUT", path, body, **headers)

    def delete(self, path: str, body: Any = None, **headers: str) -> Any:
        """DELETE."""
        return self.send("DELETE", path, body, **headers)


@pytest.fixture
def api_of(client_of: Callable[[Caller], Client]) -> Callable[[Any], Api]:
    """The API as somebody else sees it."""

    def make(caller: Any) -> Api:
        client = client_of(caller)
        client.raise_request_exception = True
        return Api(client)

    return make


@pytest.fixture
def api(api_of: Callable[[Caller], Api]) -> Api:
    """The API as a token with every grant sees it, which is no admin's."""
    return api_of(MACHINE)


@pytest.fixture
def owner_api(api_of: Callable[[Caller], Api]) -> Api:
    """The API as the owner sees it, in a session."""
    return api_of(OWNER)


@pytest.fixture
def integration(organization: Organization) -> Integration:
    """An integration of the home organization."""
    return make_integration(organization=organization, name="SAP IS-U")


@pytest.fixture
def use_case(integration: Integration) -> UseCase:
    """An inbound use case of it, with a slug of its own."""
    return make_use_case(integration=integration, name="Customers", slug="customers")


@pytest.fixture
def author(organization: Organization) -> Author:
    """A token of the home organization that may not change what is protected."""
    return Author(organization=organization, actor=Actor("token", "api_test"), is_admin=False, at=NOW)


def path_of(thing: Integration | UseCase, *, version: int = 1) -> str:
    """Where the API has it."""
    if isinstance(thing, UseCase):
        return f"/v1/integrations/{thing.integration_id}/use-cases/{thing.pk}"
    return f"/v{version}/integrations/{thing.pk}"


def paths(answer: Any) -> list[str]:
    """The places that a refusal names."""
    return [detail["path"] for detail in answer.json()["details"]]
