"""A file proxy, the system that holds its files, and a browser that opens signed links."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client

from hub import clock
from hub.accounts.models import Organization
from hub.served_files import links
from integrations.models import Integration, UseCase, UseCaseType
from monitoring.models import MonitoringEvent
from tests.builders import make_integration, make_organization, make_secret, make_use_case, make_variable
from tests.receiver import Received, Receiver, Reply

DOCUMENTS = "document-download"
RECIPE: dict[str, Any] = {
    "auth": {
        "type": "oauth2_client_credentials",
        "token_url": "\\{{env.dms.token_url}}",
        "client_id": "{{env.dms.id}}",
        "client_secret": "{{env.dms.secret}}",
    },
    "params": [{"name": "customerId", "required": True}],
    "steps": [
        {
            "url": "\\{{env.dms.base}}/documents",
            "method": "POST",
            "headers": {"Content-Type": "application/json"},
            "body": '{"customerId":"{{params.customerId}}"}',
            "response_type": "json",
        },
        {
            "url": "\\{{env.dms.base}}/download?fileId={{steps.0.body.fileId}}",
            "method": "GET",
            "response_type": "binary",
        },
    ],
    "response": {
        "body": "steps[1].body",
        "encoding": "binary",
        "filename": "steps[0].body.fileName",
        "content_type": 'steps[1].headers."content-type"',
    },
}
"""The recipe of the vector: one step finds the file, the next brings it."""
SECRET = "s3cr3t-of-the-dms"
TOKEN = "token-of-the-dms"
FOUND = b'{"fileId": "F 7", "fileName": "Rechnung M\xc3\xa4rz.pdf"}'
FILE = b"%PDF-1.7 and so on"
JSON = {"Content-Type": "application/json"}


class Browser:
    """Opens what a test has signed for it."""

    def __init__(self, organization: Organization, integration: Integration) -> None:
        self._parameters = {"orgId": organization.public_id, "integrationId": str(integration.pk)}
        self._answers: list[Any] = []

    def link(self, path: str = "/download", **parameters: str | None) -> str:
        """The address behind the host, signed; useCaseSlug is that of the recipe unless a test says otherwise."""
        named = {**self._parameters, "useCaseSlug": DOCUMENTS, **parameters}
        whole = {name: value for name, value in named.items() if value is not None}
        parts = urlsplit(links.sign(path, [*whole.items()], at=clock.now()).url)
        return f"{parts.path}?{parts.query}"

    def open(self, address: str = "", *, method: str = "get", headers: Any = None, **parameters: str | None) -> Any:
        """Any: Django's answer."""
        target = address or self.link(**({"customerId": "C-1"} | parameters))
        self._answers.append(getattr(Client(), method)(target, headers=headers or {}))
        return self._answers[-1]

    def close(self) -> None:
        """Hang up, as a server does at the end of every answer."""
        for answer in self._answers:
            hang_up(answer)


class World:
    """Home with a recipe whose systems all stand at one receiver."""

    def __init__(self, organization: Organization, upstream: Receiver) -> None:
        self.organization = organization
        self.upstream = upstream
        self.integration = make_integration(organization=organization)
        self.browser = Browser(organization, self.integration)
        self.set_env("dms.base", f"{upstream.url}/s")
        self.set_env("dms.token_url", f"{upstream.url}/token")
        self.set_env("dms.id", "hub")
        make_secret(organization=organization, key="dms.secret", value=SECRET)
        self.answers: dict[str, Reply | Callable[[Received], Reply | None] | None] = {
            "/token": Reply(headers=JSON, body=b'{"access_token": "%s", "expires_in": 3600}' % TOKEN.encode()),
            "/s/documents": Reply(headers=JSON, body=FOUND),
            "/s/download": Reply(headers={"Content-Type": "application/pdf"}, body=FILE),
        }
        upstream.answer = self._answer

    def _answer(self, received: Received, _: int) -> Reply | None:
        answer = self.answers.get(received.path.partition("?")[0], Reply(404))
        return answer(received) if callable(answer) else answer

    def set_env(self, key: str, value: str) -> None:
        """A variable that is no secret."""
        make_variable(organization=self.organization, key=key, value=value)

    def recipe(self, configuration: dict[str, Any] | None = None, **fields: Any) -> UseCase:
        """The file proxy."""
        stored = {"slug": DOCUMENTS, "type": UseCaseType.FILE_PROXY, "configuration": configuration or RECIPE}
        return make_use_case(integration=self.integration, **stored | fields)

    def one_step(self, response: dict[str, Any] | None = None, slug: str = DOCUMENTS, **step: Any) -> UseCase:
        """A recipe without auth that fetches /s/download, with other fields of step and response."""
        whole = {"url": "{{env.dms.base}}/download", "method": "GET", "response_type": "binary"} | step
        told = {"body": "steps[0].body", "encoding": "binary"} | (response or {})
        params = [{"name": name, "required": False} for name in ("customerId", "id")]
        return self.recipe({"params": params, "steps": [whole], "response": told}, slug=slug)

    def paths(self) -> list[str]:
        """What was asked of the other systems, in order."""
        return [f"{one.method} {one.path}" for one in self.upstream.requests]

    def spans(self) -> list[MonitoringEvent]:
        """What monitoring was told, oldest first."""
        return list(MonitoringEvent.objects.of(self.organization).order_by("id"))

    def code(self) -> str:
        """That of the only span."""
        [span] = self.spans()
        return span.code


def content_of(response: Any) -> bytes:
    """All of a streamed answer, which is closed at its end."""
    return b"".join(response.streaming_content)


def hang_up(response: Any) -> None:
    """Close an answer, read or not; the connection to the database is the test's and stays."""
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)


@pytest.fixture
def world(db: None, settings: Any, receiver: Receiver) -> Iterator[World]:
    """Home and its document system, which the operator has allowed."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    made = World(make_organization(slug="home", name="Home"), receiver)
    yield made
    made.browser.close()
