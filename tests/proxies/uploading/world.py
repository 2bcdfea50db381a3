"""A document system with a token server, a recipe that uploads to it, and files of an event."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from hub.accounts.models import Organization
from integrations.models import UseCase, UseCaseType
from proxies.uploading.orders import FileToSend, Outcome, UploadOrder
from proxies.uploading.uploading import upload
from tests.builders import NOW, make_integration, make_organization, make_secret, make_use_case, make_variable
from tests.receiver import Received, Receiver, Reply

SLUG = "to-the-dms"
SECRET = "s3cr3t-of-the-dms"
TOKEN = "token-of-the-dms"
CONTENT = b"%PDF-1.7 and so on"
HINT = "event-1:file-1"
JSON = {"Content-Type": "application/json"}
AUTH = {
    "type": "oauth2_client_credentials",
    "token_url": "{{env.dms.token_url}}",
    "client_id": "hub",
    "client_secret": "{{env.dms.secret}}",
}
CREATE = {
    "url": "{{env.dms.base}}/documents",
    "method": "POST",
    "response_type": "json",
    "body_jsonata": '{"name": $file_data[0].filename, "customer": contact.customer_number, "ack": $ack_id}',
}
CONTENTS = {
    "url": "{{env.dms.base}}/documents/{{steps.0.body.id}}/contents",
    "method": "PUT",
    "response_type": "json",
}
CONFIRM = {
    "url": "{{env.dms.base}}/documents/{{steps.0.body.id}}/confirm",
    "method": "POST",
    "response_type": "json",
    "body_jsonata": '{"etag": $steps[1].headers.etag, "on": $germanDate($file_data[0].file_date)}',
}
IN_ONE = {"url": "{{env.dms.base}}/upload", "method": "POST", "response_type": "json"}
EVENT = {"_event_id": "event-1", "contact": {"customer_number": "C-1"}}


class World:
    """Home, whose recipe has three steps unless a test says otherwise."""

    def __init__(self, organization: Organization, dms: Receiver) -> None:
        self.organization = organization
        self.dms = dms
        self.integration = make_integration(organization=organization)
        make_variable(organization=organization, key="dms.base", value=f"{dms.url}/s")
        make_variable(organization=organization, key="dms.token_url", value=f"{dms.url}/token")
        make_secret(organization=organization, key="dms.secret", value=SECRET)
        self.answers: dict[str, Reply | Callable[[Received], Reply | None]] = {
            "/token": Reply(headers=JSON, body=b'{"access_token": "%s", "expires_in": 3600}' % TOKEN.encode()),
            "/s/documents": Reply(201, JSON, b'{"id": "D 1"}'),
            "/s/documents/D%201/contents": Reply(204, {"ETag": "v1"}),
            "/s/documents/D%201/confirm": Reply(),
            "/s/upload": Reply(),
        }
        dms.answer = self._answer

    def _answer(self, received: Received, _: int) -> Reply | None:
        answer = self.answers.get(received.path.partition("?")[0], Reply(404))
        return answer(received) if callable(answer) else answer

    def recipe(self, *steps: dict[str, Any], **fields: Any) -> UseCase:
        """The use case; fields are of its configuration."""
        enabled, slug = fields.pop("enabled", True), fields.pop("slug", SLUG)
        configuration = {"direction": "upload", "upload": {}, "auth": AUTH, "steps": [*steps]} | fields
        configuration["steps"] = configuration["steps"] or [CREATE, CONTENTS, CONFIRM]
        row = make_use_case(
            integration=self.integration,
            slug=slug,
            type=UseCaseType.FILE_PROXY,
            enabled=enabled,
            configuration={name: value for name, value in configuration.items() if value is not None},
        )
        self.organization.bump_config_version()
        return row

    def one_step(self, **step: Any) -> UseCase:
        """A recipe without credentials that posts to /s/upload."""
        return self.recipe(IN_ONE | step, auth=None)

    def upload(self, *files: FileToSend, **fields: Any) -> Outcome:
        """One attempt with one file, or those of a test."""
        event = fields.pop("event", EVENT)
        whole = {
            "organization_id": self.organization.pk,
            "integration_id": self.integration.pk,
            "slug": SLUG,
            "event": json.dumps(event).encode(),
            "files": files or (a_file(),),
            "at": NOW,
            "hint": HINT,
        }
        return upload(UploadOrder(**whole | fields))

    def paths(self) -> list[str]:
        """What was asked of the other systems, in order."""
        return [f"{one.method} {one.path}" for one in self.dms.requests]

    @property
    def sent(self) -> Received:
        """The only request."""
        [request] = self.dms.requests
        return request


def a_file(content: bytes = CONTENT, **facts: Any) -> FileToSend:
    """One of an event."""
    told = {
        "entity_id": str(UUID(int=1)),
        "version_index": 0,
        "filename": "bill.pdf",
        "mime_type": "application/pdf",
        "size_bytes": len(content),
        "file_date": "2026-03-01T23:30:00Z",
    } | facts
    return FileToSend(
        facts=told, size=told["size_bytes"], pieces=lambda: (piece for piece in (content[:5], content[5:]))
    )


@pytest.fixture
def world(db: None, settings: Any, receiver: Receiver) -> World:
    """Home and its document system, which the operator has allowed."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    return World(make_organization(slug="home", name="Home"), receiver)
