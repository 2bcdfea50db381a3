"""The API of webhooks, whoever calls, and a webhook to point it at."""

from __future__ import annotations

from typing import Any

import pytest

from hub.accounts.audit import Actor
from hub.accounts.models import Organization
from integrations.operations.author import Author
from outbound.models import Webhook
from tests.builders import NOW, make_webhook
from tests.integrations.conftest import api, api_of, owner_api

__all__ = ["api", "api_of", "owner_api"]

ALL = "/v1/webhooks/configs"
NEW: dict[str, Any] = {
    "name": "To the ERP",
    "eventName": "event_CustomerDetailsUpdated",
    "url": "https://erp.example.com/hook",
    "auth": {"authType": "API_KEY", "keyName": "X-Key", "keyValue": "hunter2-hunter2"},
}

API_KEY = {"authType": "API_KEY", "keyName": "X-Key"}
BASIC = {"authType": "BASIC", "username": "hub"}
OAUTH = {
    "authType": "OAUTH_CLIENT_CREDENTIALS",
    "endpoint": "https://login.example.com/token",
    "clientId": "hub",
    "httpMethod": "POST",
}
KINDS = [(API_KEY, "keyValue"), (BASIC, "password"), (OAUTH, "clientSecret")]
each_kind = pytest.mark.parametrize(("auth", "name"), KINDS, ids=["key", "password", "client"])
"""For tests of all that authenticate with a secret: how, and the member that holds it."""


@pytest.fixture
def author(organization: Organization) -> Author:
    """A token of the home organization that may not change what is protected."""
    return Author(organization=organization, actor=Actor("token", "api_test"), is_admin=False, at=NOW)


@pytest.fixture
def webhook(organization: Organization) -> Webhook:
    """A webhook of the home organization."""
    return make_webhook(organization=organization)


@pytest.fixture
def protected(organization: Organization) -> Webhook:
    """A webhook that is protected."""
    return make_webhook(organization=organization, configuration={"protected": True})


def path_of(webhook: Webhook | str, more: str = "") -> str:
    """Where the API has it."""
    return f"{ALL}/{webhook if isinstance(webhook, str) else webhook.pk}{more}"
