"""Secrets go in and never come out."""

from __future__ import annotations

import pytest

from hub.accounts.models import AuditEntry
from tests.integrations.configurations import FILE_PROXY
from tests.integrations.conftest import path_of

AUTH = {"type": "oauth2_client_credentials", "token_url": "x", "client_id": "y", "client_secret": "hunter2-hunter2"}
SECRET = "hunter2"


@pytest.fixture
def created(api, integration):
    """The answer to the creation of a file proxy with a secret that is written down."""
    body = {"name": "Files", "type": "file_proxy", "enabled": True, "configuration": FILE_PROXY | {"auth": AUTH}}
    return api.post(f"{path_of(integration)}/use-cases", body)


def test_a_secret_shows_in_no_answer(api, integration, created):
    path = f"{path_of(integration)}/use-cases/{created.json()['id']}"
    changed = api.put(path, {"configuration": FILE_PROXY | {"auth": AUTH | {"client_secret": "hunter2-other"}}})
    later = [api.get(p) for p in (path, f"{path}/history", path_of(integration, version=2), "/v2/integrations")]
    assert [SECRET in answer.content.decode() for answer in [created, changed, *later]] == [False] * 6


def test_a_secret_shows_not_in_the_audit_trail(api, integration, created):
    path = f"{path_of(integration)}/use-cases/{created.json()['id']}"
    api.put(path, {"configuration": FILE_PROXY | {"auth": AUTH | {"client_secret": "hunter2-other"}}})
    assert SECRET not in repr([entry.changes for entry in AuditEntry.objects.all()])


def test_a_secret_shows_not_in_a_refusal(api, integration):
    answer = api.put(path_of(integration), {"connector_config": {"auth": {"client_secret": "hunter2"}}})
    assert (answer.status_code, SECRET in answer.content.decode()) == (400, False)
