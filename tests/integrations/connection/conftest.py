"""A connector that fetches tokens, and whoever may change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Organization
from integrations.models import Integration, IntegrationType
from tests.builders import make_integration
from tests.cast import ADMIN, Caller

FETCHING = {
    "base_url": "https://api.partner.example/v1",
    "auth": {
        "type": "oauth2_client_credentials",
        "token_url": "https://login.partner.example/token",
        "client_id": "hub",
        "client_secret": "{{env.partner_secret}}",
        "scope": "read write",
        "body_params": {"tenant": "north"},
        "headers": {"X-Region": "{{env.region}}"},
        "note": "of the partner",
    },
    "rate": {"per_minute": 60},
}
"""note and rate are members that the hub does not know."""


def make_connector(organization: Organization, connector: Any = FETCHING, **fields: Any) -> Integration:
    """A connector of that configuration."""
    stored = {"name": "Partner", "integration_type": IntegrationType.CONNECTOR, "connector_config": connector}
    return make_integration(organization=organization, **stored | fields)


def form_of(integration: Integration, **answers: Any) -> dict[str, Any]:
    """What the form of FETCHING sends, with other answers."""
    sent: dict[str, Any] = {
        "base_url": FETCHING["base_url"],
        "authentication": "oauth2_client_credentials",
        "token_url": "https://login.partner.example/token",
        "client_id": "hub",
        "client_secret": "{{env.partner_secret}}",
        "scope": "read write",
        "parameter_key": ["tenant", "X-Region"],
        "parameter_place": ["body", "header"],
        "parameter_value": ["north", "{{env.region}}"],
        "version": integration.version,
    }
    return sent | answers


@pytest.fixture
def connector(organization: Organization) -> Integration:
    """FETCHING."""
    return make_connector(organization)


@pytest.fixture
def admin(client_of: Callable[[Caller], Client]) -> Client:
    """Somebody who may change integrations."""
    return client_of(ADMIN)


def page_of(integration: Integration, form: str = "") -> str:
    """The connection, or with "/edit" its form."""
    return f"/app/integrations/{integration.pk}/connection{form}"
