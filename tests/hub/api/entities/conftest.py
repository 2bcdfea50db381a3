"""What the tests of /v1/entity share: a client that speaks JSON to one organization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import MACHINE
from tests.hub.entities.conftest import Store, store

__all__ = ["store"]


class Api:
    """The entity API as one caller meets it. Any: answers of the test client."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> Any:
        """GET /v1/entity/<path>."""
        return self.client.get(self._at(path), query, headers=headers or {})

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """Any other method."""
        call = getattr(self.client, method)
        return call(self._at(path), body, content_type="application/json", headers=headers or {})

    def _at(self, path: str) -> str:
        return path if path.startswith("/") else f"/v1/entity/{path}"


@pytest.fixture
def api(client_of: Callable[[Any], Client]) -> Api:
    """The API with every grant."""
    return Api(client_of(MACHINE))


@pytest.fixture
def stored_contact(store: Store) -> str:
    """``contact/<id>`` of one contact that is there."""
    return f"contact/{store.upsert(customer_number='C-1', last_name='Jensen', age=40).entity_id}"
