"""An integration whose spans tests write themselves, and the doors of monitoring."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from hub import clock
from hub.accounts.models import Organization
from integrations.models import Integration
from monitoring.record import Span, record
from tests.builders import NOW, make_integration, make_token, make_use_case
from tests.inbound.conftest import _end_children, _nothing_cached, erp  # noqa: F401 -- fixtures


@dataclass
class Watched:
    """An integration and a client that may monitor it."""

    integration: Integration
    client: Client

    def span(self, minutes_ago: float = 0, level: str = "success", **fields: Any) -> Span:
        """One step that ended so long before NOW."""
        at = fields.pop("at", NOW - timedelta(minutes=minutes_ago))
        place = (self.integration.organization_id, self.integration.pk)
        return Span(*place, fields.pop("sync_type", "entity"), level, at, at, **fields)

    def record(self, *spans: Span) -> None:
        """As processing leaves them."""
        record(spans)

    def use_case(self, slug: str = "customer", **fields: Any) -> UUID:
        """One of the integration."""
        return UUID(str(make_use_case(integration=self.integration, slug=slug, **fields).pk))

    def post(self, name: str, body: Any = None, version: str = "v2") -> Any:
        """The answer to a query of the integration."""
        path = f"/{version}/integrations/{self.integration.pk}/monitoring/{name}"
        return self.client.post(path, json.dumps(body or {}), content_type="application/json")

    def get(self, name: str) -> Any:
        """The answer of the second version."""
        return self.client.get(f"/v2/integrations/{self.integration.pk}/monitoring/{name}")


@pytest.fixture
def watched(organization: Organization, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> Watched:
    """At NOW."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return Watched(make_integration(organization=organization), client_of(make_token(organization=organization)))


def ago(**duration: float) -> str:
    """So long before NOW, as queries write it."""
    return iso(NOW - timedelta(**duration))


def iso(at: datetime) -> str:
    """As queries write it."""
    return at.isoformat().replace("+00:00", "Z")
