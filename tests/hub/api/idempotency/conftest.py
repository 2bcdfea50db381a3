"""Callers that send a POST with an Idempotency-Key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import MACHINE
from tests.hub.entities.conftest import file_store as file_store

PATH = "/v1/access-tokens"
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
Send = Callable[..., Any]


def sender(client: Client) -> Send:
    """Sends the order of a token; fields change it. Any: the answer of the test client."""

    def send(path: str = PATH, *, key: str | None = KEY, **fields: Any) -> Any:
        headers = {} if key is None else {"Idempotency-Key": key}
        body = {"name": "Ordered", "grants": ["erp:read"]} | fields
        return client.post(path, body, content_type="application/json", headers=headers)

    return send


@pytest.fixture
def machine(client_of: Callable[[Any], Client]) -> Client:
    """The client of a token."""
    return client_of(MACHINE)


@pytest.fixture
def send(machine: Client) -> Send:
    """Sends as that token."""
    return sender(machine)
