"""What the tests of the page of a delivery share: somebody who looks, and something to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Organization
from hub.ids import new_id, to_text
from outbound.models import Delivery, DeliveryAttempt, DeliveryState, Webhook
from tests.builders import NOW, make_webhook
from tests.cast import OPERATOR, VIEWER
from tests.outbound.builders import make_delivery

BODY = b'{"number":"C-1"}'
WAITING: dict[str, Any] = {"state": DeliveryState.WAITING, "code": "HTTP_503", "finished_at": None, "attempts": 1}


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


@pytest.fixture
def operator(client_of: Callable[..., Client]) -> Client:
    """Somebody who repairs."""
    return client_of(OPERATOR)


def path_of(delivery: Delivery, more: str = "") -> str:
    return f"/app/deliveries/{to_text('dlv_', delivery.id)}{more}"


def make_attempt(delivery: Delivery, **fields: Any) -> DeliveryAttempt:
    """One that got 503."""
    stored = {
        "id": new_id(),
        "organization_id": delivery.organization_id,
        "delivery_id": delivery.id,
        "number": 1,
        "at": NOW,
        "duration_ms": 184,
        "status_code": 503,
        "code": "HTTP_503",
        "error": "The receiver answered 503.",
        "url": "https://erp.example.com/hook",
        "request_headers": [["X-API-Key", "***"], ["webhook-id", "msg_1"]],
        "response_headers": [["Server", "SAP"]],
        "response_body": '{"error":"locked"}',
        "timings": {
            "dns_ms": 3.0,
            "connect_ms": 40.0,
            "first_byte_ms": 180.0,
            "total_ms": 184.0,
            "address": "192.0.2.1",
        },
    }
    return DeliveryAttempt.objects.create(**stored | fields)


@pytest.fixture
def webhook(organization: Organization) -> Webhook:
    """The receiver of the delivery below."""
    return make_webhook(organization=organization)


@pytest.fixture
def delivery(organization: Organization, webhook: Webhook) -> Delivery:
    """One that has ended."""
    return make_delivery(organization=organization, webhook_id=webhook.pk)


def public(delivery: Delivery) -> str:
    return to_text("dlv_", delivery.id)
